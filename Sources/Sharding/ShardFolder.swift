internal import Corpus
internal import Durable
internal import Files
internal import Foundation
internal import SystemPackage

/// A folder with the shards of one mining, which many machines can share:
///
///     mining.json                       model and settings of all shards; the first task writes it
///     shard-03-of-16.hdf5               a finished shard
///     shard-03-of-16.part               an unfinished one
///     shard-03-of-16.progress           its progress, one line of text
///     shard-03-of-16.lock               held by the task that works on it
struct ShardFolder: Sendable {
  let path: FilePath

  private var origin: FilePath { path.appending("mining.json") }

  func shard(_ number: ShardNumber) -> FilePath { path.appending("\(number.name).hdf5") }
  func draft(_ number: ShardNumber) -> FilePath { path.appending("\(number.name).part") }
  func progress(_ number: ShardNumber) -> FilePath { path.appending("\(number.name).progress") }
  func lock(_ number: ShardNumber) -> FilePath { path.appending("\(number.name).lock") }

  /// Throws if the folder's other shards were made with another model or other settings.
  func require(_ new: ShardOrigin) throws {
    guard !path.exists || path.isFolder else {
      throw WrongCall("\(path) is a file: name a folder with --out")
    }
    try Durable.createFolder(path)
    if try known() == nil {
      try FileLock.holding(path.appending("mining.json.lock")) {
        guard try known() == nil else { return }
        try Durable.write(
          Array((try new.line + "\n").utf8), to: origin,
          as: .text("a mining.json", orElse: "choose another folder with --out", beginning: ["{"]))
      }
    }
    guard let difference = try known().flatMap({ new.difference(from: $0) }) else { return }
    throw ShardError(
      path, .otherOrigin,
      """
      its shards were made with other settings or another model: now it is \(difference). All shards of a mining need the same model and \
      settings: use those again, or name another --out
      """)
  }

  /// The model and settings of the folder's shards; nil before the first task.
  func known() throws -> ShardOrigin? {
    guard origin.exists else { return nil }
    let bytes: [UInt8]
    do {
      bytes = try origin.firstBytes(1 << 16)
    } catch {
      throw MachineFailing(description: "\(origin) cannot be read: \(error)")
    }
    guard let known = try? ShardOrigin(line: String(decoding: bytes, as: UTF8.self)),
      (1...ShardNumber.mostShards).contains(known.shards)
    else {
      throw ShardError(
        origin, .otherOrigin, "it was not written by this release: name another --out")
    }
    return known
  }

  /// The shards in the folder, ordered by name.
  func shards() throws -> [FilePath] {
    try listFolder(path).map(\.path).filter { path in
      guard let name = path.lastComponent?.string else { return false }
      return name.hasPrefix("shard-") && name.hasSuffix(".hdf5")
    }.sorted { $0.precedes($1) }
  }
}
