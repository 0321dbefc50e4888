package import Digest
internal import Durable
package import Files
package import SystemPackage

/// A file beside the ledger with what another process need not find out again.
///
/// It starts with a title and a digest of its contents. A file that is damaged, truncated, of another format or not Misfire's
/// is treated as missing.
package struct RebuildableFile: Sendable {
  private let path: FilePath
  /// The first line.
  private let title: String
  private let file: OwnFile
  private let byteLimit: Int

  /// - Parameters:
  ///   - title: the first line, with the format's version.
  ///   - name: its name in messages, such as "scores of held-out pictures".
  ///   - byteLimit: a longer file cannot be one of ours.
  package init(_ path: FilePath, title: String, name: String, byteLimit: Int) {
    self.path = path
    self.title = title + "\n"
    self.byteLimit = byteLimit
    file = .text(name, orElse: "name another state_path", beginning: [self.title])
  }

  /// The contents; nil if there are none that can be used.
  package func read() -> ByteRecordReading? {
    guard let file = folderEntry(at: path), file.kind == .file, file.byteCount <= byteLimit,
      // If it cannot be read, its contents are found out again.
      let bytes = try? path.firstBytes(file.byteCount)
    else { return nil }
    let start = title.utf8.count
    let end = start + SHA256Digest.byteCount
    guard bytes.starts(with: title.utf8), bytes.count >= end else { return nil }
    let body = Array(bytes[end...])
    return SHA256Digest(of: body).bytes[...] == bytes[start..<end] ? ByteRecordReading(body) : nil
  }

  /// Replaces the file.
  /// - Throws: `DurableError`, or `ForeignFile` if something else is in its place.
  package func write(_ body: ByteRecord) throws {
    try Durable.write(
      Array(title.utf8) + SHA256Digest(of: body.bytes).bytes + body.bytes, to: path, as: file)
  }
}

extension ByteRecordReading {
  package mutating func digest() -> SHA256Digest? {
    take(SHA256Digest.byteCount).flatMap { SHA256Digest(bytes: Array($0)) }
  }
}
