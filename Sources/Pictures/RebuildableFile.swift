package import Digest
internal import Durable
package import Files
package import SystemPackage

/// A file beside the ledger with what another process need not find out again. Nothing depends on it.
///
/// It starts with a title and a digest of its contents. A file that is damaged, truncated or of another format is treated as
/// missing, and replaced: its name is Misfire's alone.
package struct RebuildableFile: Sendable {
  private let path: FilePath
  /// The first line.
  private let title: String
  private let byteLimit: Int

  /// - Parameters:
  ///   - title: the first line, with the format's version.
  ///   - byteLimit: a longer file is neither written nor read.
  package init(_ path: FilePath, title: String, byteLimit: Int) {
    self.path = path
    self.title = title + "\n"
    self.byteLimit = byteLimit
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

  /// Replaces the file. Of processes that do so at the same moment, some may fail, or leave a file that counts as damaged.
  /// - Returns: whether it could be replaced. If not, the work goes on: whatever a disk lacks, the ledger beside it needs, too.
  @discardableResult
  package func write(_ body: ByteRecord) -> Bool {
    let bytes = Array(title.utf8) + SHA256Digest(of: body.bytes).bytes + body.bytes
    guard bytes.count <= byteLimit else { return false }
    do {
      try Durable.write(bytes, to: path, as: .anything)
      return true
    } catch {
      return false
    }
  }
}

extension ByteRecordReading {
  package mutating func digest() -> SHA256Digest? {
    take(SHA256Digest.byteCount).flatMap { SHA256Digest(bytes: Array($0)) }
  }
}
