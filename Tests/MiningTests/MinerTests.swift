import Corpus
import Detection
import Durable
import Foundation
import Mining
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Detecting
@testable import Files
@testable import Inbox
@testable import Training

@Suite struct `Mining the inbox` {
  @Test func `acknowledges pictures once and moves them out`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = (1...8).map { "scene-000\($0).jpg" }
      let inbox = try drop(pictures, of: dataset, into: miner)
      let first = try miner.mineInbox(inbox.listing().files)
      let hardNegatives = first.map(\.hardNegatives).reduce(0, +)
      #expect(hardNegatives > 0)
      #expect(first.allSatisfy { $0.fate == .mined && $0.hardNegatives == $0.hits.count })
      #expect(first.allSatisfy { $0.generation == 1 })
      #expect(try names(in: miner.setup.folders.mined) == pictures)
      #expect(try inbox.listing().files.isEmpty)

      // The same content under another name.
      try copy(
        dataset.drops.appending("scene-0001.jpg"), to: inbox.folder.appending("again.jpg"))
      let second = try miner.mineInbox(inbox.listing().files)
      #expect(second.map(\.fate) == [.known])
      #expect(try names(in: miner.setup.folders.mined) == ["again.jpg"] + pictures)
      let status = try miner.status()
      #expect(status.images.mined == 8 && status.images.waiting == 0)
      #expect(status.hardNegatives.total == hardNegatives)
      #expect(status.hardNegatives.unsealed == hardNegatives)
    }
  }

  @Test
  func `leaves no row out for want of memory where it trains with less than the settings say`()
    throws
  {
    try withTrainedMiner { miner, dataset in
      try teachObjectsAsHardNegatives(to: miner, copies: 30)
      #expect(try miner.train(memory: 1, isForced: true).hardNegativesLeftOut == 0)
      #expect(miner.trainer(memory: 1).memory < miner.trainer().memory)
      #expect(miner.trainer(memory: .max).memory == miner.setup.training.memory)
    }
  }

  /// One picture that could not be moved used to keep the ledger from recording where all the others were.
  @Test func `knows where pictures are that were moved when another could not be`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop((1...3).map { "scene-000\($0).jpg" }, of: dataset, into: miner)
      let pictures = try inbox.listing().files
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(stubborn(.resourceBusy)) { try miner.mineInbox(pictures) }
      }
      #expect(try miner.status().images.mined == 3)
      #expect(try inbox.listing().files.map(\.name) == ["scene-0002.jpg"])
      #expect(try miner.mineInbox(inbox.listing().files).map(\.fate) == [.known])
      #expect(try Verification(of: miner.setup).pictureFindings(miner.setup) == [])
    }
  }

  @Test func `leaves a picture that may not be moved, and goes on with the others`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop((1...3).map { "scene-000\($0).jpg" }, of: dataset, into: miner)
      func mine() throws -> [PictureReport] {
        let pictures = try inbox.listing().files
        return try Durable.$disk.withValue(stubborn(.notPermitted)) {
          try miner.mineInbox(pictures)
        }
      }
      let first = try mine()
      #expect(first.map(\.fate) == [.mined, .mined, .unmovable, .mined])
      #expect(first[2].picture.stem == "scene-0002" && first[2].picture == first[1].picture)
      #expect(try mine().map(\.fate) == [.known, .unmovable])
      #expect(try miner.mineInbox(inbox.listing().files).map(\.fate) == [.known])
      #expect(try Verification(of: miner.setup).pictureFindings(miner.setup) == [])
    }
  }

  @Test(arguments: [true, false])
  func `fails while a folder is missing, and loses nothing`(isPicture: Bool) throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop(isPicture ? ["scene-0001.jpg"] : [], of: dataset, into: miner)
      if !isPicture {
        try Data("no picture".utf8).write(to: URL(filePath: inbox.folder.string + "/text.jpg"))
      }
      let folders = miner.setup.folders
      let folder = isPicture ? folders.mined : folders.quarantine
      try FileManager.default.removeItem(atPath: folder.string)
      let failure = #expect(throws: DurableError.self) {
        _ = try miner.mineInbox(inbox.listing().files)
      }
      #expect(failure?.path == folder)
      #expect(try inbox.listing().files.count == 1)
      try miner.makeFolders()
      _ = try miner.mineInbox(inbox.listing().files)
      #expect(try inbox.listing().files == [])
      #expect(try names(in: folder).first == (isPicture ? "scene-0001.jpg" : "text.jpg"))
      #expect(try Verification(of: miner.setup).pictureFindings(miner.setup) == [])
    }
  }

  /// A disk on which scene-0002 cannot be renamed.
  private func stubborn(_ reason: Errno) -> FailingDisk {
    FailingDisk(reason) { operation in
      if case .rename(let source, _) = operation { source.stem == "scene-0002" } else { false }
    }
  }

  @Test func `looks no more for a content that was written over`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop(["scene-0001.jpg"], of: dataset, into: miner)
      let picture = inbox.folder.appending("scene-0001.jpg").string
      let other = try Data(contentsOf: URL(filePath: dataset.drops.string + "/scene-0002.jpg"))
      _ = try miner.mineInbox(inbox.listing().files) { _ in
        do { try other.write(to: URL(filePath: picture)) } catch { Issue.record(error) }
      }
      #expect(try inbox.listing().files.map(\.name) == ["scene-0001.jpg"])
      #expect(try Ledger(miner.setup.files.ledger).unplaced() == [])
      #expect(try miner.mineInbox(inbox.listing().files).map(\.fate) == [.mined])
      #expect(try miner.status().images.mined == 2)
    }
  }

  @Test(arguments: ["misfired crashed twice", nil])
  func `leaves alone what has taken the place of a listed picture`(refusal: String?) throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop(["scene-0001.jpg"], of: dataset, into: miner)
      let listed = try inbox.listing().files
      try FileManager.default.removeItem(atPath: listed[0].path.string)
      try FileManager.default.copyItem(
        atPath: dataset.drops.string + "/scene-0002.jpg", toPath: listed[0].path.string)
      #expect(try miner.mineInbox(listed, refusal: refusal).isEmpty)
      let images = try miner.status().images
      #expect(images.quarantined == 0 && images.mined == 0)
      #expect(try miner.mineInbox(inbox.listing().files).map(\.fate) == [.mined])
    }
  }

  @Test func `puts a broken picture into quarantine with the reason beside it`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop([], of: dataset, into: miner)
      let whole = try Data(contentsOf: URL(filePath: dataset.drops.string + "/scene-0001.jpg"))
      try whole.prefix(whole.count / 2).write(to: URL(filePath: inbox.folder.string + "/cut.jpg"))
      try Data("no picture".utf8).write(to: URL(filePath: inbox.folder.string + "/text.jpg"))
      try Data().write(to: URL(filePath: inbox.folder.string + "/empty.png"))
      for report in try miner.mineInbox(inbox.listing().files) {
        guard let reason = report.fate.refusal else {
          Issue.record("\(report.picture) is \(report.fate)")
          continue
        }
        let note = miner.setup.folders.quarantine
          .appending(report.picture.lastComponent!.string + ".reason.txt")
        #expect(try String(contentsOfFile: note.string, encoding: .utf8) == reason + "\n")
      }
      #expect(
        try names(in: miner.setup.folders.quarantine) == [
          "cut.jpg", "cut.jpg.reason.txt", "text.jpg", "text.jpg.reason.txt",
        ])
      #expect(try names(in: inbox.folder) == ["empty.png"], "an empty file waits for its writer")
      #expect(try miner.status().images.quarantined == 2)
    }
  }

  @Test func `mines pictures of any size, kind and name`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop([], of: dataset, into: miner)
      let scene = World.scene(seed: 77)
      let png = try Raster.encode(scene, as: .png)
      let tiny = try Raster.encode(GrayImage(width: 1, height: 1, pixels: [9]), as: .png)
      let longest = String(repeating: "n", count: 251) + ".png"
      let files = [
        "with space.png": png, "🚗.png": tiny, "line\nbreak.png": png, longest: png,
      ]
      for (name, bytes) in files {
        try Data(bytes).write(to: URL(filePath: inbox.folder.string + "/" + name))
      }
      let reports = try miner.mineInbox(inbox.listing().files)
      #expect(reports.allSatisfy { $0.fate == .mined })
      #expect(Set(try names(in: miner.setup.folders.mined)) == Set(files.keys))
      #expect(reports.first { $0.picture.lastComponent!.string == "🚗.png" }?.windows == 0)
      #expect(Set(reports.map(\.windows)).count == 2)
    }
  }

  @Test func `mines a picture so long and low that windows lie beyond its edge`() throws {
    // Nearly every window is a hit.
    try withTrainedMiner(["hn_min_margin": -9]) { miner, dataset in
      var random = SeededGenerator(seed: 1)
      let pixels = (0..<(9000 * 49)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let path = dataset.folder.appending("long.png")
      let image = GrayImage(width: 9000, height: 49, pixels: pixels)
      try Data(Raster.encode(image, as: .png)).write(to: URL(filePath: path.string))
      let report = try miner.mine([path])[0]
      #expect(report.fate == .mined && report.hardNegatives > 1000)
      #expect(report.hits.allSatisfy { !$0.box.clipped(to: image.size).isEmpty })
    }
  }

  @Test func `leaves a picture where it is that it may not read`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop(["scene-0001.jpg"], of: dataset, into: miner)
      let entries = try inbox.listing().files
      // A folder in its place: reading fails, for root too.
      try FileManager.default.removeItem(atPath: entries[0].path.string)
      try FileManager.default.createDirectory(
        atPath: entries[0].path.string, withIntermediateDirectories: false)
      let reports = try miner.mineInbox(entries)
      #expect(
        reports.map(\.problem) == ["it is not a regular file; give the path of a picture"])
      #expect(FileManager.default.fileExists(atPath: entries[0].path.string))
    }
  }

  @Test(.enabled(if: BadSector.isThere, "no file here whose reading fails"))
  func `leaves a picture that its disk does not give, and mines the others`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop(["scene-0001.jpg"], of: dataset, into: miner)
      let bad = try #require(folderEntry(at: BadSector.path))
      let reports = try miner.mineInbox([bad] + inbox.listing().files)
      #expect(reports.count == 2 && reports.last?.fate == .mined)
      #expect(reports.first?.problem?.contains("the disk failed") == true)
    }
  }

  @Test func `keeps the reason that a daemon gives while pictures are put back`() throws {
    /// Acts like a daemon that refuses the picture again as soon as it is in the inbox.
    struct QuickDaemon: Disk {
      let note: FilePath

      func perform(_ operation: DiskOperation) throws(DurableError) {
        try SystemDisk().perform(operation)
        guard case .rename(_, to: let place) = operation, place.stem == "text" else { return }
        _ = FileManager.default.createFile(atPath: note.string, contents: Data("new".utf8))
      }
    }
    try withTrainedMiner { miner, dataset in
      let inbox = try drop([], of: dataset, into: miner)
      try Data("no picture".utf8).write(to: URL(filePath: inbox.folder.string + "/text.jpg"))
      _ = try miner.mineInbox(inbox.listing().files)
      let note = miner.setup.folders.quarantine.appending("text.jpg.reason.txt")
      #expect(FileManager.default.fileExists(atPath: note.string))
      _ = try Durable.$disk.withValue(QuickDaemon(note: note)) { try miner.retry() }
      #expect(try inbox.listing().files.map(\.name) == ["text.jpg"])
      #expect(FileManager.default.contents(atPath: note.string) == Data("new".utf8))
    }
  }

  @Test func `holds out the share of the inbox that the settings ask for`() throws {
    try withTrainedMiner(["hn_validation_share": 0.5]) { miner, dataset in
      let inbox = try drop(
        (1...8).map { "scene-000\($0).jpg" }, of: dataset, into: miner)
      let reports = try miner.mineInbox(inbox.listing().files)
      let heldOut = reports.filter { $0.fate == .heldOut }
      #expect(!heldOut.isEmpty && heldOut.count < 8)
      #expect(heldOut.allSatisfy { $0.windows == 0 && $0.hits.isEmpty })
      #expect(try miner.status().images.heldOut == heldOut.count)

      // A person removes one: it no longer measures anything, and nothing fails because of it.
      let measured = try miner.evaluate(nil, on: miner.heldOut()).negatives
      let name = try #require(heldOut.first?.picture.lastComponent)
      try FileManager.default.removeItem(atPath: miner.setup.folders.mined.appending(name).string)
      #expect(try miner.evaluate(nil, on: miner.heldOut()).negatives == measured - 1)
    }
  }

  @Test func `says what to run when there is no model`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 1, scenes: 1, drops: 1)
      let miner = try Miner(setup: .load(writeSettings(dataset)))
      let inbox = try drop(["scene-0001.jpg"], of: dataset, into: miner)
      let error = #expect(throws: NoModel.self) {
        try miner.mineInbox(inbox.listing().files)
      }
      #expect(error?.description.contains("run `misfire extract`") == true)
      #expect(try inbox.listing().files.count == 1)
    }
  }
}

@Suite struct `Training` {
  @Test func `publishes a better model that the miner takes up`() throws {
    try withTrainedMiner { miner, dataset in
      let inbox = try drop((1...8).map { "scene-000\($0).jpg" }, of: dataset, into: miner)
      let before = try miner.mineInbox(inbox.listing().files).map(\.hits.count).reduce(0, +)
      let report = try miner.train()
      #expect(report.generation == 2 && report.hardNegatives == before)
      #expect(report.relativeGap <= 1e-4)
      #expect(miner.detector?.generation == 2)
      let again = (1...8).map { dataset.drops.appending("scene-000\($0).jpg") }
      let after = try miner.mine(again, isDryRun: true).map(\.hits.count).reduce(0, +)
      #expect(4 * after < before, "\(before) windows before, \(after) after")
      let status = try miner.status()
      #expect(status.hardNegatives.unsealed == 0 && status.hardNegatives.sealed == before)
      #expect(status.hardNegatives.sinceTraining == 0)
    }
  }

  @Test func `takes up a model that another process published`() throws {
    try withTrainedMiner { miner, dataset in
      let other = try Miner(setup: miner.setup)
      _ = try other.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      _ = try other.train()
      #expect(miner.detector?.generation == 1)
      #expect(try miner.adoptLiveModel())
      #expect(miner.detector?.generation == 2)
      #expect(try !miner.adoptLiveModel())
    }
  }

  @Test func `keeps the same window of the same picture once`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = [dataset.drops.appending("scene-0001.jpg")]
      let first = try miner.mine(pictures)
      let second = try miner.mine(pictures)
      #expect(first[0].hardNegatives == first[0].hits.count)
      #expect(second[0].hits == first[0].hits && second[0].hardNegatives == 0)
    }
  }
}

/// Creates the inbox and copies drawn pictures into it.
private func drop(_ names: [String], of dataset: DrawnDataset, into miner: Miner) throws -> Inbox {
  try miner.makeFolders()
  for name in names {
    try copy(dataset.drops.appending(name), to: miner.setup.folders.inbox.appending(name))
  }
  return Inbox(folder: miner.setup.folders.inbox)
}

private func copy(_ file: FilePath, to target: FilePath) throws {
  try FileManager.default.copyItem(atPath: file.string, toPath: target.string)
}

private func names(in folder: FilePath) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
}
