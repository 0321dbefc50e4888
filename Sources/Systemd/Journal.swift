internal import CSystemd
internal import Glibc

/// The journal of systemd-journald(8).
package enum Journal {
  /// One field of an entry, for example `PRIORITY` with `6`. The value can span several lines.
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String

    /// - Parameter name: 1 to 64 capital letters, digits and underscores, starting with a letter.
    package init(_ name: String, _ value: String) {
      precondition(
        (1...64).contains(name.utf8.count) && name.utf8.first.map(isCapital) == true
          && name.utf8.allSatisfy { isCapital($0) || isDigit($0) || $0 == UInt8(ascii: "_") },
        "not a name for a journal field: \(name)")
      self.name = name
      self.value = value
    }
  }

  /// Adds an entry. Without a running journald it does nothing, like sd_journal_sendv(3).
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

  /// Whether this process's standard error is connected to the journal, as in a systemd service.
  ///
  /// - Parameter journalStream: the environment variable `JOURNAL_STREAM`: the device and inode that the manager
  ///   connected. They are compared with those of standard error now, because it may have been redirected.
  package static func isStandardError(journalStream: String?) -> Bool {
    guard let journalStream else { return false }
    var status = stat()
    guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
    return journalStream == "\(status.st_dev):\(status.st_ino)"
  }
}

private func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")) ~= byte }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte }
