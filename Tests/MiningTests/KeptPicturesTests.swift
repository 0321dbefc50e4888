import Corpus
import Durable
import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Files
@testable import Inbox
@testable import Mining
@testable import Training
@testable import Verification

/// Eight dropped pictures, some of which gave hard negatives, and a miner that deletes pictures as `hn_keep_mined`
/// says.
private struct Store {
  let miner: Miner
  let dataset: DrawnDataset
  private var reports: [PictureReport] = []

  init(_ miner: Miner, _ dataset: DrawnDataset, isSealed: Bool = true) throws {
    (self.miner, self.dataset) = (miner, dataset)
    reports = try drop((1...8).map { "scene-000\($0).jpg" })
    if isSealed { try miner.seal() }
  }

  func drop(_ names: [String], into other: Miner? = nil) throws -> [PictureReport] {
    let miner = other ?? self.miner
    try miner.makeFolders()
    for name in names {
      try FileManager.default.copyItem(
        atPath: dataset.drops.appending(name).string,
        toPath: miner.setup.folders.inbox.appending(name).string)
    }
    return try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
  }

  /// The pictures in `hn_mined`.
  var kept: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: miner.setup.folders.mined.string).sorted()
    }
  }

  /// The pictures that gave hard negatives, or those that did not.
  func names(withHardNegatives: Bool) -> [String] {
    reports.filter { ($0.hardNegatives > 0) == withHardNegatives }
      .map { $0.picture.lastComponent!.string }.sorted()
  }

  /// A miner of the same pictures with another setting.
  func keeping(_ kept: String) throws -> Miner {
    try Miner(setup: .load(writeSettings(dataset, sharpened(["hn_keep_mined": kept]))))
  }

  var findings: [Finding] {
    get throws {
      let verification = try Verification(of: miner.setup)
      return try verification.findings() + verification.pictureFindings(miner.setup)
    }
  }

  /// Runs SQL on the ledger as another program would.
  func change(_ sql: String) throws {
    _ = try Python.run(
      """
      import sqlite3, sys
      with sqlite3.connect(sys.argv[1]) as ledger:
          ledger.execute(sys.argv[2])
      """, [miner.setup.files.ledger.string, sql])
  }
}

/// Some pictures give nothing, others give hard negatives, and none waits for review.
private func sharpened(_ keys: [String: Any] = [:]) -> [String: Any] {
  ["hn_min_probability": 0.7, "hn_review_percentile": NSNull()].merging(keys) { $1 }
}

@Suite struct `Pictures that need not be kept` {
  private func withStore(isSealed: Bool = true, _ body: (Store) throws -> Void) throws {
    try withTrainedMiner(sharpened()) { miner, dataset in
      let store = try Store(miner, dataset, isSealed: isSealed)
      try #require(!store.names(withHardNegatives: true).isEmpty)
      try #require(!store.names(withHardNegatives: false).isEmpty)
      try body(store)
    }
  }

  @Test func `are all kept, or those in which a detector misfired`() throws {
    try withStore { store in
      #expect(try store.miner.deleteMinedPictures() == 0)
      #expect(try store.kept.count == 8)

      let empty = store.names(withHardNegatives: false)
      let miner = try store.keeping("misfired")
      #expect(try miner.deleteMinedPictures() == empty.count)
      #expect(try store.kept == store.names(withHardNegatives: true))
      #expect(try miner.deleteMinedPictures() == 0)
      let status = try miner.status()
      #expect(status.images.mined == 8 && status.images.deleted == empty.count)
      #expect(status.picturesInWords.hasPrefix("8 mined (\(empty.count) deleted since), "))
      #expect(try store.findings == [])

      // A start does not search for them. A copy that arrives again is known and deleted too.
      try miner.recover()
      #expect(try store.drop([empty[0]]).map(\.fate) == [.known])
      #expect(try miner.status().images.deleted == empty.count - 1)
      #expect(try miner.deleteMinedPictures() == 1)
      #expect(try store.kept == store.names(withHardNegatives: true))
      #expect(try store.findings == [])

      var remining = try Remining(miner)
      while case let next = try remining.upcoming(8), !next.isEmpty {
        try remining.mine(next.count)
      }
      let report = try #require(try remining.finish())
      #expect(report.pictures == 8 - empty.count && report.deleted == empty.count)
      #expect(report.deletedInWords.contains("deleted because of hn_keep_mined"))
    }
  }

  /// The earlier copy used to stay for ever, and to count for the limit of bytes.
  @Test func `leave when they are dropped again, unless all are kept`() throws {
    try withStore { store in
      let name = store.names(withHardNegatives: true)[0]
      let copy = { (number: Int) in name.replacing(".jpg", with: "~\(number).jpg") }
      let others = try store.kept.filter { $0 != name }
      #expect(try store.drop([name], into: store.keeping("misfired")).map(\.fate) == [.known])
      #expect(try store.kept == (others + [copy(2)]).sorted())
      #expect(try store.drop([name]).map(\.fate) == [.known])
      #expect(try store.kept == (others + [name, copy(2)]).sorted())
      // What somebody made of the earlier copy is not it any more.
      try Data([1]).write(
        to: URL(filePath: store.miner.setup.folders.mined.appending(name).string))
      #expect(try store.drop([name], into: store.keeping("misfired")).map(\.fate) == [.known])
      #expect(try store.kept == (others + [name, copy(2), copy(3)]).sorted())
    }
  }

  @Test func `stay deleted where they are mined again at that moment`() throws {
    try withStore { store in
      let miner = try store.keeping("misfired")
      let chosen = try miner.ledger.deletable(areEmpty: true)
      try miner.ledger.beginDeleting(chosen)
      _ = try miner.remine(chosen.compactMap(\.kept))
      #expect(try miner.ledger.beingDeleted() == miner.ledger.pictures(Set(chosen.map(\.id))))
      #expect(try miner.ledger.beingDeleted().count == chosen.count)
    }
  }

  @Test func `leave in the order of what they gave and of their age, until there is room`() throws {
    try withStore { store in
      let sizes = Dictionary(
        uniqueKeysWithValues: try listFolder(store.miner.setup.folders.mined)
          .map { ($0.name, $0.byteCount) })
      // The picture with the highest id came first.
      try store.change("UPDATE images SET time = 1000 - id")
      let order =
        store.names(withHardNegatives: false).reversed()
        + store.names(withHardNegatives: true).reversed()
      let leaving = store.names(withHardNegatives: false).count + 1
      let limit = order.dropFirst(leaving).map { sizes[$0]! }.reduce(0, +)
      #expect(try store.keeping("\(limit) B").deleteMinedPictures() == leaving)
      #expect(try store.kept == order.dropFirst(leaving).sorted())
      #expect(try store.keeping("\(limit) B").deleteMinedPictures() == 0)
      #expect(try store.findings == [])
    }
  }

  @Test func `leave at their age`() throws {
    try withStore { store in
      try store.change("UPDATE images SET time = unixepoch() - 3 * 86400 - 60 WHERE id <= 5")
      let miner = try store.keeping("4 days")
      #expect(try miner.deleteMinedPictures() == 0)
      #expect(try store.keeping("3 days").deleteMinedPictures() == 5)
      #expect(try store.kept == ["scene-0006.jpg", "scene-0007.jpg", "scene-0008.jpg"])
    }
  }

  @Test func `do not leave while somebody may need them`() throws {
    try withStore(isSealed: false) { store in
      let miner = try store.keeping("1 B")
      let images = try miner.ledger.pictures(.mined).filter { $0.hardNegatives > 0 }
      try #require(images.count > 2)
      func window(of image: PictureRecord) throws -> HardNegativeRecord.ID {
        try #require(try miner.ledger.hardNegatives(ofPicture: image.id).first).id
      }
      // The features of the others are only in the ledger.
      let empty = store.names(withHardNegatives: false)
      #expect(try miner.deleteMinedPictures() == empty.count)
      #expect(try store.kept == store.names(withHardNegatives: true))

      // One waits for review, one is called an object, one is another picture by now, and one was mined in place.
      _ = try miner.decide(.wait, [window(of: images[0])])
      try miner.seal()
      _ = try miner.decide(.object, [window(of: images[1])])
      try Data("another".utf8).write(to: URL(filePath: images[2].kept!.string))
      let elsewhere = store.dataset.folder.appending("scenes/scene-0001.jpg")
      _ = try miner.mine([elsewhere])
      try miner.seal()
      _ = try miner.deleteMinedPictures()
      #expect(try store.kept == images[...2].map(\.name.string).sorted())
      #expect(FileManager.default.fileExists(atPath: elsewhere.string))
    }
  }

  @Test func `are gone or there wherever it is cut off`() throws {
    try withStore { store in
      let miner = try store.keeping("misfired")
      var failures = 0
      for cut in 0... {
        let empty = store.names(withHardNegatives: false)
        // Restore the files.
        for name in empty where try !store.kept.contains(name) {
          #expect(try store.drop([name]).map(\.fate) == [.known])
        }
        let disk = BrieflyFailingDisk(at: cut)
        do {
          _ = try Durable.$disk.withValue(disk) { try miner.deleteMinedPictures() }
          // There were fewer operations than this.
          if disk.count <= cut { break }
        } catch is DurableError {
          failures += 1
        }
        #expect(try store.findings == [], "at operation \(cut)")
        _ = try miner.deleteMinedPictures()
        #expect(try store.kept == store.names(withHardNegatives: true))
        #expect(try miner.ledger.beingDeleted() == [])
        #expect(try store.findings == [])
      }
      #expect(failures >= 2)
    }
  }

  @Test func `are missed by a repair, which says so`() throws {
    try withStore { store in
      let setup = store.miner.setup
      let deleted = try store.keeping("1 B").deleteMinedPictures()
      #expect(deleted == 8)
      #expect(
        try store.miner.ledger.hardNegativesOfDeleted() == store.miner.status().hardNegatives.total)
      try FileManager.default.removeItem(atPath: setup.files.features.string)
      let verification = try Verification(of: setup)
      let error = #expect(throws: PicturesMissing.self) { try verification.repair(with: setup) }
      let lost = store.names(withHardNegatives: true)
      #expect(
        error?.description.hasPrefix(
          "\(lost.count) pictures were deleted because of hn_keep_mined: ")
          == true)

      // Pictures of which somebody has copies can be described anew.
      for name in lost.dropFirst() {
        try FileManager.default.copyItem(
          atPath: store.dataset.drops.appending(name).string,
          toPath: setup.folders.mined.appending(name).string)
      }
      let rebuilt = try #require(try verification.repair(with: setup, isForgetting: true))
      #expect(rebuilt.lost.map(\.name.string) == [lost[0]] && rebuilt.hardNegatives > 0)
    }
  }
}
