import Detection
import Foundation
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Corpus
@testable import Detecting
@testable import Files
@testable import Inbox
@testable import Mining

@Suite struct `Doubt about hits` {
  /// A hit 96 pixels wide and 32 high.
  private func hit(_ x: Int, _ y: Int = 0, margin: Double) -> ScanHit {
    ScanHit(box: Box(x0: x, y0: y, x1: x + 96, y1: y + 32), layer: 0, margin: margin)
  }

  private let doubt = Doubt(margin: 1)

  @Test func `takes in what overlaps a likely object by more than 0_3`() {
    // Shifted by 51 pixels, 45 overlap: 45 / 147 = 0.306. Shifted by 52, 44 / 148 = 0.297.
    let hits = [
      hit(100, margin: 1.1), hit(151, margin: 0.2), hit(49, margin: 0.2), hit(152, margin: 0.9),
      hit(400, margin: 0.3),
    ]
    #expect(doubt.judge(hits) == [true, true, true, false, false])
    // A margin of 1 is not above 1.
    #expect(doubt.judge([hit(100, margin: 1), hit(104, margin: 0.5)]) == [false, false])
  }

  @Test func `takes in the whole picture where two may be the object`() {
    let hits = [hit(100, margin: 1.1), hit(110, margin: 0.9), hit(400, margin: 0.3)]
    #expect(doubt.judge(hits) == [true, true, false])
    let two = [hit(110, margin: 1.2)] + hits
    #expect(doubt.judge(two) == [true, true, true, true])
  }

  @Test func `takes in all that is found where windows wait, and what overlaps an object`() {
    func record(_ verdict: HardNegativeRecord.Verdict) -> HardNegativeRecord {
      HardNegativeRecord(
        id: 1, turn: 1, picture: 1,
        hardNegative: HardNegative(
          box: hit(100, margin: 0).box, layer: 0, margin: 2, probability: 0.9), generation: 1,
        verdict: verdict, row: nil)
    }
    let hits = [hit(104, margin: 0.2), hit(400, margin: 0.2)]
    let expected: [HardNegativeRecord.Verdict: [Bool]] = [
      .setAside: [true, true], .object: [true, false], .kept: [false, false],
      .skipped: [false, false],
    ]
    for (verdict, waiting) in expected {
      #expect(Doubt(margin: 1, known: [record(verdict)]).judge(hits) == waiting, "\(verdict)")
    }
  }
}

@Suite struct `Doubted pictures` {
  /// Drops a picture of `count` cars side by side, which no training knows.
  private func drop(cars count: UInt64, into miner: Miner) throws -> PictureReport {
    try miner.makeFolders()
    let cars = (0..<count).map { World.car(seed: 77_000_000 + $0).0 }
    let height = cars.map(\.height).min()!
    let rows = (0..<height).map { y in
      cars.flatMap { $0.pixels[(y * $0.width)..<((y + 1) * $0.width)] }
    }
    let image = GrayImage(
      width: cars.map(\.width).reduce(0, +), height: height, pixels: Array(rows.joined()))
    try Data(Raster.encode(image, as: .png))
      .write(to: URL(filePath: miner.setup.folders.inbox.appending("cars.png").string))
    return try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)[0]
  }

  @Test func `teach nothing that overlaps what may be the object`() throws {
    try withTrainedMiner(["hn_review_percentile": 90]) { miner, dataset in
      try miner.makeFolders()
      let others = try DrawnDataset(
        in: dataset.folder.appending("more"), cars: 24, scenes: 0, drops: 0, seed: 77)
      for entry in try listFolder(others.carImages) {
        try FileManager.default.copyItem(
          atPath: entry.path.string,
          toPath: miner.setup.folders.inbox.appending(entry.path.lastComponent!).string)
      }
      let reports = try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
      let margin = try #require(miner.detector?.reviewMargin)
      var withNeighbours = 0
      for report in reports {
        let likely = report.hits.filter { $0.margin > margin }
        if likely.count == 1, report.setAside > 1 { withNeighbours += 1 }
        if likely.count > 1 { #expect(report.isSetAsideWhole) }
        for hit in report.new where !hit.isSetAside {
          for object in likely { #expect(object.box.intersectionOverUnion(with: hit.box) <= 0.3) }
        }
      }
      #expect(withNeighbours > 0)
    }
  }

  @Test func `teach nothing at all where several windows may be the object`() throws {
    try withTrainedMiner(["hn_review_percentile": 0, "hn_min_margin": -0.99]) { miner, _ in
      let report = try drop(cars: 2, into: miner)
      let margin = try #require(miner.detector?.reviewMargin)
      #expect(report.hits.contains { $0.margin <= margin })
      #expect(report.isSetAsideWhole && report.hardNegatives == 0)
      #expect(try miner.status().hardNegatives.total == 0)
      // Nor does it when it is mined again before a person has reviewed it.
      let kept = miner.setup.folders.mined.appending("cars.png")
      #expect(try miner.remine([kept])[0].hardNegatives == 0)
      _ = try miner.decideWaiting(.negative)
      #expect(try miner.status().hardNegatives.total == report.hits.count)
    }
  }
}
