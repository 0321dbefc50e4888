internal import CSystemd
internal import Glibc

/// The journal of systemd-journald(8).
package enum Journal {
  /// One field of an entry, e.g. `PRIORITY` and `6`; the value may have several lines.
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String

    /// - Parameter name: capital letters, digits and underscores, starting with a letter; at most 64 of them.
    package init(_ name: String, _ value: String) {
      precondition(
        (1...64).contains(name.utf8.count) && name.utf8.first.map(isCapital) == true
          && name.utf8.allSatisfy { isCapital($0) || isDigit($0) || $0 == UInt8(ascii: "_") },
        "not a name for a journal field: \(name)")
      self.name = name
      self.value = value
    }
  }

  /// Adds an entry. If no journald listens, nothing happens, as sd_journal_sendv(3) has it.
  package static func send(_ fields: [Field]) {
    let bytes = fields.flatMap { Array("\($0.name)=\($0.value)".utf8) }
    unsafe bytes.withUnsafeBytes { bytes in
      var vectors: [iovec] = unsafe []
      var start = 0
      for field in fields {
        let count = field.name.utf8.count + 1 + field.value.utf8.count
        let part = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start)
        unsafe vectors.append(iovec(iov_base: part, iov_len: count))
        start += count
      }
      _ = unsafe sd_journal_sendv(vectors, Int32(vectors.count))
    }
  }

  /// Whether standard error of this process leads to the journal, as for a service of systemd.
  ///
  /// - Parameter journalStream: the environment's `JOURNAL_STREAM`: the device and inode that the manager
  ///   connected; compared with what standard error is now, since that may have been redirected.
  package static func isStandardError(journalStream: String?) -> Bool {
    guard let journalStream else { return false }
    var status = stat()
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return journalStream == "\(status.st_dev):\(status.st_ino)"
  }
}

private func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")) ~= byte }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte }
