internal import Detection
package import Digest
internal import Durable
internal import Files
internal import Foundation
package import SystemPackage

/// An unfinished shard: the pictures so far, so that a killed task resumes with the next.
///
/// Records of a length, the bytes, and the first eight bytes of their SHA-256: the first record says what made the shard,
/// each other one is a picture. Anything after the last complete record was cut off by a crash, and is dropped.
package struct ShardDraft: ~Copyable {
  package let path: FilePath
  private let featureCount: Int
  private let file: AppendedFile
  /// The contents of the pictures in it, and where each was read.
  package private(set) var contents: [SHA256Digest: FilePath] = [:]

  /// Opens the draft, or begins one.
  /// - Throws: `ShardError` if other settings or another model began it, or if the machine fails.
  package init(_ path: FilePath, _ number: ShardNumber, _ origin: ShardOrigin, featureCount: Int)
    throws
  {
    var (contents, isBegun) = ([SHA256Digest: FilePath](), false)
    let end = try Self.forEachRecord(of: path) { record in
      guard isBegun else {
        isBegun = true
        let begun = try Header(record, path)
        if let difference = origin.difference(from: begun.origin) {
          throw ShardError(
            path, .otherOrigin,
            "it was begun with other settings or another model: now it is \(difference); use those again, or name another --out"
          )
        }
        return
      }
      guard let picture = ShardPicture(record: record, featureCount: featureCount) else {
        throw ShardError(path, .damaged, "it is not a draft for these settings: remove it")
      }
      if let digest = picture.digest { contents[digest] = picture.path }
    }
    let file = try AppendedFile(path, keeping: end)
    if !isBegun { try file.append(Self.framed(Header(origin: origin).bytes)) }
    self.path = path
    self.featureCount = featureCount
    self.contents = contents
    self.file = file
  }

  /// Adds pictures; when this returns they are on the disk.
  package mutating func append(_ pictures: [ShardPicture]) throws {
    guard !pictures.isEmpty else { return }
    try file.append(pictures.flatMap { Self.framed(ByteRecord($0).bytes) })
    for case let picture in pictures where picture.digest != nil {
      contents[picture.digest!] = picture.path
    }
  }

  /// Calls `body` with each picture, in the order they were added.
  package func forEachPicture(_ body: (ShardPicture) throws -> Void) throws {
    var isHeader = true
    _ = try Self.forEachRecord(of: path) { record in
      guard !isHeader else {
        isHeader = false
        return
      }
      guard let picture = ShardPicture(record: record, featureCount: featureCount) else {
        throw ShardError(path, .damaged, "it changed while it was read")
      }
      try body(picture)
    }
  }

  private struct Header {
    let origin: ShardOrigin

    init(origin: ShardOrigin) {
      self.origin = origin
    }

    init(_ record: [UInt8], _ path: FilePath) throws {
      do {
        origin = try ShardOrigin(line: String(decoding: record, as: UTF8.self))
      } catch {
        throw ShardError(path, .damaged, "it is not a draft of this release: remove it")
      }
    }

    var bytes: [UInt8] { get throws { Array(try origin.line.utf8) } }
  }

  private static let lengthBytes = 8
  private static let checkBytes = 8

  private static func framed(_ bytes: [UInt8]) -> [UInt8] {
    let length = (0..<lengthBytes).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    return length + bytes + SHA256Digest(of: bytes).bytes.prefix(checkBytes)
  }

  /// - Returns: where the last complete record ends.
  private static func forEachRecord(of path: FilePath, _ body: ([UInt8]) throws -> Void) throws
    -> Int
  {
    guard let size = path.fileSize else { return 0 }
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow])
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "read", path)
    }
    return try file.closeAfter {
      var end = 0
      while let length = try file.bytes(lengthBytes).map({ bytes in
        bytes.indices.reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
      }) {
        guard length >= 0, length <= size - end - lengthBytes - checkBytes,
          let record = try file.bytes(length), let check = try file.bytes(checkBytes),
          SHA256Digest(of: record).bytes.starts(with: check)
        else { break }
        try body(record)
        end += lengthBytes + length + checkBytes
      }
      return end
    }
  }
}

extension FileDescriptor {
  /// The next bytes; nil if there are not that many.
  fileprivate func bytes(_ count: Int) throws -> [UInt8]? {
    let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let read = try unsafe read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
        guard read > 0 else { return }
        filled += read
      }
    }
    return bytes.count == count ? bytes : nil
  }
}
