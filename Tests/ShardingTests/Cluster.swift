import Foundation
import Inbox
import Mining
import Settings
import SystemPackage
import TestSupport
import World

/// A site whose drops are some scenes, cars that no training saw, a picture of image_dataset, a copy, and a file that
/// is not a picture; and what one machine finds in them.
struct Cluster {
  let site: Site
  let drops: FilePath
  let shards: FilePath

  /// - Parameter settings: keys to set, with their values as JSON.
  init(_ folder: FilePath, scenes: Int = 14, _ settings: [String: String] = [:]) throws {
    site = try Site(
      folder.appending("site"),
      settings: ["hn_validation_share": "0.2", "hn_review_percentile": "5"].merging(settings) { $1 }
    )
    drops = folder.appending("pictures")
    shards = folder.appending("shards")
    let unseen = try DrawnDataset(
      in: folder.appending("unseen"), cars: 3, scenes: 0, drops: 0, seed: 77)
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: drops.appending("below").string, withIntermediateDirectories: true)
    for name in site.pictures.prefix(scenes) {
      try manager.copyItem(
        atPath: site.drops.appending(name).string, toPath: drops.appending(name).string)
    }
    for (number, name) in try manager.contentsOfDirectory(atPath: unseen.carImages.string).sorted()
      .enumerated()
    {
      try manager.copyItem(
        atPath: unseen.carImages.appending(name).string,
        toPath: drops.appending("below").appending("unseen-\(number).jpg").string)
    }
    try manager.copyItem(
      atPath: site.folder.appending("cars/images/car-0003.jpg").string,
      toPath: drops.appending("an-object.jpg").string)
    try manager.copyItem(
      atPath: drops.appending(site.pictures[0]).string, toPath: drops.appending("again.jpg").string)
    try Data("no picture".utf8).write(to: URL(filePath: drops.appending("broken.jpg").string))
  }

  /// A copy of the site in which nothing has been mined.
  func another(_ name: String) throws -> Site {
    try Site(site.folder.removingLastComponent().appending(name), copying: site)
  }

  /// What one machine finds in the same pictures when they are dropped into its inbox.
  func singleMachine() throws -> MinedRows {
    let alone = try another("alone")
    let miner = try Miner(setup: .load(alone.conf))
    try miner.makeFolders()
    let manager = FileManager.default
    for path in manager.enumerator(atPath: drops.string)!.compactMap({ $0 as? String }).sorted()
    where path.hasSuffix(".jpg") {
      try manager.copyItem(
        atPath: drops.appending(path).string,
        toPath: alone.inbox.appending(FilePath(path).lastComponent!).string)
    }
    _ = try miner.mineInbox(Inbox(folder: alone.inbox).listing().files)
    try miner.seal()
    return try MinedRows(in: alone)
  }

  /// Runs `misfire mine` for one shard of the pictures.
  func mine(
    _ index: Int, of count: Int, into folder: FilePath? = nil, launcher: [String] = [],
    _ arguments: [String] = []
  ) throws -> Command.Result {
    let command =
      ["mine", "--conf", site.conf.string, "--shard", "\(index)/\(count)", "--out"]
      + [(folder ?? shards).string] + (arguments.isEmpty ? [drops.string] : arguments)
    guard !launcher.isEmpty else { return try Command.run("misfire", command) }
    return try Command.run(
      "/usr/bin/env", launcher + [Command.folder.appending(path: "misfire").path] + command)
  }

  func shard(_ index: Int, of count: Int) -> FilePath {
    let digits = String(count).count
    let number = String(repeating: "0", count: digits - String(index).count) + String(index)
    return shards.appending("shard-\(number)-of-\(count).hdf5")
  }
}

/// Runs `body` with a cluster of its own.
func withCluster(
  scenes: Int = 14, _ settings: [String: String] = [:], _ body: (Cluster) throws -> Void
) throws {
  try withTemporaryFolder { try body(Cluster($0, scenes: scenes, settings)) }
}
