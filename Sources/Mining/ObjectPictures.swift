internal import Detection
internal import Digest
internal import Pictures
internal import Settings
internal import Synchronization
internal import SystemPackage

/// The pictures of `image_dataset`: they show the object, so neither they nor copies of them are negatives.
final class ObjectPictures: Sendable {
  /// Hashes of the first pictures of a listing, nil for unreadable ones.
  private struct Hashes {
    var listing = FolderContents.Listing()
    var all: [DifferenceHash?] = []
  }

  private let source: ObjectSource
  private let reader: PictureReader
  private let memory: PictureMemory
  private let contents: FolderContents
  private let hashes = Mutex(Hashes())

  /// Copies of real pictures, shrunk to a quarter, enlarged to twice their size or compressed to JPEG quality 10, differ in
  /// at most 10 bits with hardly an exception, and so do many frames of a fixed camera. The object's place tells them
  /// apart: the correlation there is above 0.8 for 99 of 100 copies, and for none of 770 frames that show something else
  /// (docs/learning.md).
  private static let mostBits = 10
  private static let leastCorrelation: Float = 0.8
  /// The nearest that are compared pixel by pixel; a fixed camera may have taken all of `image_dataset`.
  private static let mostCompared = 16

  /// - Parameter source: without an `image_dataset` there are none.
  init(_ source: ObjectSource, by reader: PictureReader, _ memory: PictureMemory) {
    self.source = source
    self.reader = reader
    self.memory = memory
    contents = FolderContents(of: source.images.value, memory)
  }

  /// The picture of the same content; nil if there is none that can be read.
  /// - Throws: if the machine fails.
  func picture(of content: PictureContent) throws -> FilePath? {
    try contents.picture(of: content)
  }

  /// Hashes the pictures that are not hashed yet, so that copies of them can be recognised. Each is read once until it
  /// changes.
  /// - Parameter goesOn: asked after each step; hashing stops when it is false.
  /// - Returns: whether all are hashed.
  /// - Throws: if the machine fails.
  func hash(while goesOn: () -> Bool = { true }) throws -> Bool {
    let listing = contents.current()
    var hashes = hashes.withLock { $0 }
    if hashes.listing.number != listing.number { hashes = Hashes(listing: listing) }
    while hashes.all.count < listing.pictures.count {
      // The first alone: it waits for a decoder to start, and others starting beside it would slow it down.
      let part = listing.pictures[hashes.all.count...].prefix(
        hashes.all.isEmpty ? 1 : reader.threads)
      hashes.all += try concurrentMap(count: part.count, threads: reader.threads) { index in
        let path = part[part.startIndex + index]
        return try LeftOut().unlessUnusable { try memory.hash(of: path, by: reader) }
      }
      if !goesOn() { break }
    }
    self.hashes.withLock { [hashes] in $0 = hashes }
    return hashes.all.count == listing.pictures.count
  }

  /// Identifies all pictures whose copies can be recognised, wherever they are; nil if there are none.
  /// - Throws: if the machine fails.
  func fingerprint() throws -> String? {
    _ = try hash()
    let bits = hashes.withLock { $0.all.compactMap { $0?.bits.littleEndian } }.sorted()
    guard !bits.isEmpty else { return nil }
    var stream = SHA256Stream()
    stream.add(bits)
    return "\(stream.finish())"
  }

  /// The picture that this one is a resized or recompressed copy of; nil if there is none among those hashed.
  /// - Throws: if the machine fails.
  func original(of picture: GrayImage) throws -> FilePath? {
    let hashes = hashes.withLock { $0 }
    let hash = DifferenceHash(of: picture)
    let near = zip(hashes.listing.pictures, hashes.all).compactMap { path, other in
      other.map { (path: path, bits: hash.distance(to: $0)) }
    }.filter { $0.bits <= Self.mostBits }.sorted { $0.bits < $1.bits }
    return try near.prefix(Self.mostCompared).first { candidate in
      try LeftOut().unlessUnusable { try memory.objects(of: candidate.path, source, by: reader) }?
        .contains { $0.isSeen(in: picture, Self.leastCorrelation) } == true
    }?.path
  }
}

extension Miner {
  /// Hashes pictures of `image_dataset` that are not hashed yet, so that `mineInbox` recognises copies of them.
  ///
  /// `mineInbox` does so itself, which takes minutes for 100,000.
  /// - Parameter goesOn: asked after each step; hashing stops when it is false.
  /// - Returns: whether all are hashed.
  /// - Throws: if the machine fails.
  package func hashObjectPictures(while goesOn: () -> Bool) throws -> Bool {
    try objectPictures.hash(while: goesOn)
  }
}
