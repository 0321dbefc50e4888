package import Detection
package import Digest
internal import Files
internal import Raster
package import Settings
internal import Synchronization
package import SystemPackage

/// A cache of what was learnt by reading pictures, valid until their files change: in memory, and in a file for the next
/// process.
///
/// Each retraining asks which pictures are held out and how large the annotated ones are. Reading 100,000 pictures
/// for that would take minutes.
package final class PictureMemory: Sendable {
  /// The size of a picture as displayed, and as stored.
  package struct Sizes {
    package let seen, stored: PixelSize
  }

  struct Known {
    let version: FileVersion
    var digest: SHA256Digest?
    var sizes: Sizes?
    var hash: DifferenceHash?
    /// In memory only.
    var objects: [ObjectPatch]?
  }

  /// The file for the next process; nil: none.
  private let file: PictureMemoryFile?
  private let known = Mutex(Pictures())
  private let readings = Atomic(0)

  private struct Pictures {
    /// Nil until the file has been read.
    var byPath: [FilePath: Known]?
    /// Whether the file lacks anything of it.
    var isNew = false

    mutating func known(of path: FilePath, in file: PictureMemoryFile?) -> Known? {
      if byPath == nil { byPath = file?.read() ?? [:] }
      return byPath?[path]
    }
  }

  /// - Parameter path: the file for the next process; nil: none.
  package init(at path: FilePath? = nil) {
    file = path.map { PictureMemoryFile(path: $0) }
  }

  /// How many times something was learnt by reading a picture.
  var readingCount: Int { readings.load(ordering: .relaxed) }

  /// Writes the file for the next process, if it lacks anything, without pictures that are gone. If it cannot be written, the
  /// next call tries again.
  package func save() {
    let pictures = known.withLock { pictures in
      defer { pictures.isNew = false }
      return pictures.isNew ? pictures.byPath : nil
    }
    guard let file, let pictures else { return }
    if !file.write(pictures.filter { FileVersion(at: $0.key) == $0.value.version }) {
      known.withLock { $0.isNew = true }
    }
  }

  /// The digest of a picture's bytes.
  /// - Parameter maximumCount: files longer than this many bytes are not read.
  package func digest(of path: FilePath, maximumCount: Int) throws -> SHA256Digest {
    try recall(\.digest, of: path) {
      try PictureBytes(reading: path, maximumCount: maximumCount).digest
    }
  }

  /// The digests of pictures, in their order; nil for those that cannot be used.
  /// - Parameter leftOut: collects the unusable pictures.
  /// - Throws: if the machine fails.
  package func digests(
    of paths: [FilePath], by reader: PictureReader, _ leftOut: LeftOut
  ) throws -> [SHA256Digest?] {
    try concurrentMap(count: paths.count, threads: reader.threads) { index in
      try leftOut.unlessUnusable {
        try digest(of: paths[index], maximumCount: reader.maximumByteCount)
      }
    }
  }

  package func sizes(of path: FilePath, by reader: PictureReader) throws -> Sizes {
    try recall(\.sizes, of: path) {
      let bytes = try PictureBytes(reading: path, maximumCount: reader.maximumByteCount)
      let seen = try bytes.decoded(by: reader).size
      return Sizes(seen: seen, stored: try PictureHeader(of: bytes.bytes).size)
    }
  }

  /// The appearance of a picture.
  package func hash(of path: FilePath, by reader: PictureReader) throws -> DifferenceHash {
    try recall(\.hash, of: path) { DifferenceHash(of: try reader.picture(at: path)) }
  }

  /// The appearance of each object in a picture of `image_dataset`; empty if its annotation cannot be used.
  package func objects(of path: FilePath, _ source: ObjectSource, by reader: PictureReader) throws
    -> [ObjectPatch]
  {
    try recall(\.objects, of: path) {
      let picture = try reader.picture(at: path)
      do {
        return try Objects(source, by: reader, LeftOut(), self, only: [path]).pictures.flatMap(
          \.boxes
        )
        .map {
          ObjectPatch(of: $0, in: picture)
        }
      } catch {
        // Extracting and training report problems with the annotations.
        return []
      }
    }
  }

  private func recall<Value: Sendable>(
    _ part: any WritableKeyPath<Known, Value?> & Sendable, of path: FilePath,
    reading: () throws -> Value
  ) throws -> Value {
    // Check the file before reading it: if it changes in between, it is read again next time.
    let version = FileVersion(at: path)
    if let last = known.withLock({ $0.known(of: path, in: file) }), last.version == version,
      let value = last[keyPath: part]
    {
      return value
    }
    readings.add(1, ordering: .relaxed)
    let value = try reading()
    guard let version else { return value }
    known.withLock {
      if $0.byPath?[path]?.version != version { $0.byPath?[path] = Known(version: version) }
      $0.byPath?[path]?[keyPath: part] = value
      if part != \Known.objects { $0.isNew = true }
    }
    return value
  }
}
