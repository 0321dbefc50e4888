import Foundation
import Mining
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@Suite struct `Pictures of image_dataset` {
  private func copy(_ picture: FilePath, to target: FilePath) throws {
    try FileManager.default.createDirectory(
      atPath: target.removingLastComponent().string, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: picture.string, toPath: target.string)
  }

  private func mineInbox(_ miner: Miner) throws -> [PictureReport] {
    try miner.mineInbox(Inbox(folder: miner.settings.hnInbox).listing().files)
  }

  private func expectRefusal(
    _ report: PictureReport, naming object: FilePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .quarantined(let reason) = report.outcome else {
      Issue.record("not refused: \(report.outcome)", sourceLocation: sourceLocation)
      return
    }
    #expect(
      reason.contains(object.string) && reason.contains("image_dataset")
        && reason.contains("misfire retry"), sourceLocation: sourceLocation)
  }

  @Test(arguments: [0, 0.9])
  func `are refused as negatives, dropped or named, until they are taken out of it`(
    heldOut: Double
  ) throws {
    try withTrainedMiner(["hn_validation_share": heldOut, "hn_review_percentile": NSNull()]) {
      miner, dataset in
      try miner.makeFolders()
      let car = dataset.carImages.appending("car-0003.jpg")
      let dropped = miner.settings.hnInbox.appending("harmless.jpg")
      try copy(car, to: dropped)
      expectRefusal(try mineInbox(miner)[0], naming: car)
      let kept = miner.settings.hnQuarantine.appending("harmless.jpg")
      let reason = try String(contentsOfFile: "\(kept).reason.txt", encoding: .utf8)
      #expect(reason.contains(car.string))
      expectRefusal(try miner.mine([kept])[0], naming: car)
      expectRefusal(try miner.mine([car], isDryRun: true)[0], naming: car)
      #expect(try miner.status().hardNegatives.total == 0)

      try FileManager.default.removeItem(atPath: car.string)
      #expect(try miner.mine([kept])[0].outcome == .mined)
      #expect(try miner.retry() == [dropped])
      #expect(try mineInbox(miner)[0].outcome == .known)
    }
  }

  @Test func `are known at once when they are added, in a folder of their own as well`() throws {
    try withTrainedMiner { miner, dataset in
      let scene = dataset.drops.appending("scene-0001.jpg")
      #expect(try miner.mine([scene], isDryRun: true)[0].outcome == .mined)
      let object = dataset.carImages.appending(["new", "scene.jpg"])
      try copy(scene, to: object)
      expectRefusal(try miner.mine([scene], isDryRun: true)[0], naming: object)
      #expect(
        try miner.mine([dataset.drops.appending("scene-0002.jpg")], isDryRun: true)[0].outcome
          == .mined)
    }
  }

  @Test func `are left out of the lesson's batch, and the others are mined`() throws {
    try withTrainedMiner { miner, dataset in
      let car = dataset.carImages.appending("car-0001.jpg")
      let hidden = dataset.scenes.appending("hidden.jpg")
      try copy(car, to: hidden)
      var outcomes: [FilePath: PictureReport.Outcome] = [:]
      try miner.mineBatch(listFolder(dataset.scenes).map(\.path), isDryRun: true) {
        outcomes[$0.picture] = $0.outcome
      }
      #expect(outcomes.count == 13)
      for (picture, outcome) in outcomes where picture != hidden { #expect(outcome == .mined) }
      guard case .quarantined = outcomes[hidden] else {
        Issue.record("not refused: \(String(describing: outcomes[hidden]))")
        return
      }
    }
  }

  @Test func `that cannot be listed keep nothing from being mined`() throws {
    try withTrainedMiner { miner, dataset in
      try FileManager.default.moveItem(
        atPath: dataset.carImages.string, toPath: dataset.folder.appending("gone").string)
      let scene = dataset.drops.appending("scene-0001.jpg")
      #expect(try miner.mine([scene], isDryRun: true)[0].outcome == .mined)
    }
  }
}
