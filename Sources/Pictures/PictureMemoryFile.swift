internal import Detection
internal import Digest
internal import Files
internal import Settings
internal import SystemPackage

/// What was learnt by reading pictures, in a file beside the ledger, so that the next process need not read them again.
struct PictureMemoryFile: Sendable {
  private let file: RebuildableFile

  init(path: FilePath) {
    // A million pictures take about 200 MB.
    file = RebuildableFile(
      path, title: "misfire picture memory 1", byteLimit: 1 << 30)
  }

  func read() -> [FilePath: PictureMemory.Known] {
    // Another version may decode a picture to other pixels.
    guard var reading = file.read(), reading.text() == Array(version.utf8)[...] else { return [:] }
    var known: [FilePath: PictureMemory.Known] = [:]
    while !reading.isAtEnd {
      guard let (path, one) = reading.picture() else { return [:] }
      known[path] = one
    }
    return known
  }

  /// - Returns: whether it could be written.
  func write(_ known: [FilePath: PictureMemory.Known]) -> Bool {
    var body = ByteRecord()
    body.add(text: Array(version.utf8))
    // Sorted, so that the same pictures give the same bytes.
    for (path, one) in known.sorted(by: { $0.key.precedes($1.key) }) { body.add(one, at: path) }
    return file.write(body)
  }
}

extension ByteRecord {
  fileprivate mutating func add(_ known: PictureMemory.Known, at path: FilePath) {
    add(text: path.bytes)
    add(Int(bitPattern: UInt(known.version.inode)))
    add(known.version.byteCount)
    for time in [known.version.modified, known.version.changed] {
      add(time.seconds)
      add(time.nanoseconds)
    }
    add(bytes: [known.digest != nil, known.sizes != nil, known.hash != nil].map { $0 ? 1 : 0 })
    if let digest = known.digest { add(bytes: digest.bytes) }
    if let sizes = known.sizes {
      for size in [sizes.seen, sizes.stored] {
        add(size.width)
        add(size.height)
      }
    }
    if let hash = known.hash { add(Int(truncatingIfNeeded: hash.bits)) }
  }
}

extension ByteRecordReading {
  fileprivate mutating func picture() -> (FilePath, PictureMemory.Known)? {
    guard let path = text().flatMap({ FilePath(bytes: $0) }), let inode = number(),
      let byteCount = number(), let modified = time(), let changed = time(),
      let parts = take(3).map(Array.init)
    else { return nil }
    var known = PictureMemory.Known(
      version: FileVersion(
        inode: UInt64(UInt(bitPattern: inode)), byteCount: byteCount, modified: modified,
        changed: changed))
    if parts[0] == 1 {
      guard let digest = digest() else { return nil }
      known.digest = digest
    }
    if parts[1] == 1 {
      guard let seen = size(), let stored = size() else { return nil }
      known.sizes = PictureMemory.Sizes(seen: seen, stored: stored)
    }
    if parts[2] == 1 {
      guard let bits = number() else { return nil }
      known.hash = DifferenceHash(bits: UInt64(UInt(bitPattern: bits)))
    }
    return (path, known)
  }

  private mutating func time() -> FileTime? {
    guard let seconds = number(), let nanoseconds = number() else { return nil }
    return FileTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  private mutating func size() -> PixelSize? {
    guard let width = number(), let height = number() else { return nil }
    return PixelSize(width: width, height: height)
  }
}
