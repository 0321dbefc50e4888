import Corpus
import Detection
import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Inbox
@testable import Mining
@testable import Pictures
@testable import Training

/// A tenth, a half or all of the dropped pictures show the object, and a detector is trained on them.
@Suite struct `Taking back` {
  /// Pictures of the object that no training knows, without the checks that keep them out.
  private static var keys: [String: Any] {
    ["hn_review_percentile": NSNull(), "hn_min_margin": -0.9, "hn_max_per_image": 10]
  }

  /// What a training learnt from, and the resulting model.
  private struct Learnt: Equatable {
    let rows: [Float]
    let model: LinearSVM
  }

  private func learn(_ miner: Miner) throws -> Learnt {
    // A new miner starts from nothing.
    let miner = try Miner(setup: miner.setup)
    let generation = try miner.train(isForced: true).generation
    let rows = try miner.featureFile.trainingRows(objects: miner.taughtObjects())
    var values = [Float](repeating: 0, count: rows.rowCount * rows.columnCount)
    var span = values.mutableSpan
    try rows.read(rows: 0..<rows.rowCount, into: &span)
    return Learnt(
      rows: rows.labels + values,
      model: try miner.models.model(generation, for: miner.setup.hog).svm)
  }

  private func drop(_ pictures: [FilePath], into miner: Miner) throws -> [PictureReport] {
    try miner.makeFolders()
    for picture in pictures {
      try FileManager.default.copyItem(
        atPath: picture.string,
        toPath: miner.setup.folders.inbox.appending(picture.lastComponent!).string)
    }
    return try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
  }

  private func scenes(_ dataset: DrawnDataset, _ numbers: Range<Int>) -> [FilePath] {
    numbers.map { dataset.drops.appending("scene-000\($0 + 1).jpg") }
  }

  @Test(arguments: [(scenes: 8, cars: 1), (4, 4), (0, 8)])
  func `restores rows and model as if the pictures had never come`(scenes: Int, cars: Int) throws {
    try withTrainedMiner(Self.keys) { clean, dataset in
      _ = try drop(self.scenes(dataset, 0..<scenes), into: clean)
      let expected = try learn(clean)

      try withTrainedMiner(Self.keys) { miner, dataset in
        let poison = try DrawnDataset(
          in: dataset.folder.appending("more"), cars: cars, scenes: 0, drops: 0, seed: 77)
        let objects = (1...cars).map { poison.carImages.appending("car-000\($0).jpg") }
        let reports = try drop(self.scenes(dataset, 0..<scenes) + objects, into: miner)
        let learnt = reports.filter { $0.picture.lastComponent!.string.hasPrefix("car") }
        #expect(learnt.map(\.hardNegatives).reduce(0, +) > cars)
        let poisoned = try learn(miner)
        #expect(poisoned != expected)
        #expect(try miner.adoptLiveModel() && miner.detector?.generation == 2)

        let pictures = try miner.pictures(.pictures(objects))
        #expect(pictures.count == cars)
        let report = try miner.forget(pictures, reason: "they show the object")
        #expect(report.forgotten.pictures == cars)
        #expect(report.taughtGeneration == 2 && report.cleanGeneration == 1)
        #expect(try learn(miner) == expected)
        #expect(try Verification(of: miner.setup).findings() == [])

        // Any file with that content is refused, with the reason.
        let again = try drop([objects[0]], into: miner)
        guard let reason = again[0].fate.refusal else {
          Issue.record("not refused: \(again[0].fate)")
          return
        }
        #expect(reason.contains("they show the object") && reason.contains("--undo"))
        guard try miner.mine([objects[0]])[0].fate.refusal != nil else {
          Issue.record("mined again")
          return
        }
        #expect(try learn(miner) == expected)

        let places = try miner.undoForgetting(
          miner.pictures(.pictures([objects[0]]), areForgotten: true))
        #expect(places == [miner.setup.folders.inbox.appending("car-0001.jpg")])
        #expect(try miner.mine([objects[0]])[0].fate == .mined)
      }
    }
  }

  @Test func `goes back to the last generation that never saw them`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      _ = try drop(scenes(dataset, 0..<4), into: miner)
      _ = try miner.train(isForced: true)
      _ = try drop(scenes(dataset, 4..<8), into: miner)
      _ = try miner.train(isForced: true)
      let last = try miner.pictures(.generation(3))
      #expect(Set(last.map(\.name.string)).isSubset(of: (5...8).map { "scene-000\($0).jpg" }))
      #expect(last.count > 1)
      let report = try miner.forget(last, reason: "wrong folder")
      #expect(report.taughtGeneration == 3 && report.cleanGeneration == 2)
      try miner.goBack(to: 2)
      #expect(miner.detector?.generation == 2)
      #expect(try miner.train(isForced: true).isLive)
      #expect(miner.detector?.generation == 4)
      #expect(try miner.generation(4).record.takenBack == 0)
    }
  }

  @Test func `has taught no generation that never saw them, whatever else was taken back from it`()
    throws
  {
    try withTrainedMiner(Self.keys) { miner, dataset in
      _ = try drop(scenes(dataset, 0..<4), into: miner)
      _ = try miner.train(isForced: true)
      _ = try drop(scenes(dataset, 4..<8), into: miner)
      func forget(_ choice: ForgettingChoice, isContinued: Bool = false) throws
        -> ForgettingReport
      {
        try miner.forget(
          miner.pictures(choice), reason: "wrong folder", isContinued: isContinued)
      }
      #expect(try forget(.generation(2)).taughtGeneration == 2)
      let later = try forget(.pictures(["scene-0005.jpg", "scene-0006.jpg"]))
      #expect(later.forgotten.hardNegatives > 0 && later.taughtGeneration == nil)
      #expect(try forget(.pictures([]), isContinued: true).taughtGeneration == 2)
    }
  }

  /// It used to judge the one that was live when the process began.
  @Test func `judges the generation that another process has made live meanwhile`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      let other = try Miner(setup: miner.setup)
      _ = try drop(scenes(dataset, 0..<4), into: other)
      #expect(try other.train(isForced: true).isLive)
      #expect(miner.detector?.generation == 1)
      let report = try miner.forget(
        miner.pictures(.pictures(["scene-0001.jpg"])), reason: "wrong folder")
      #expect(report.taughtGeneration == 2 && report.cleanGeneration == 1)
      let again = try miner.forget([], reason: "wrong folder", isContinued: true)
      #expect(again.taughtGeneration == 2 && again.cleanGeneration == 1)
      try miner.goBack(to: 1)
      #expect(try miner.forget([], reason: "", isContinued: true).taughtGeneration == nil)
    }
  }

  @Test func `neither draws from nor measures with what is forgotten`() throws {
    try withTrainedMiner(["validation_share": 0.3]) { miner, dataset in
      let all = try NegativePictures(
        miner.setup.negatives, by: miner.setup.reader, LeftOut(), without: [])
      let drawn = try #require(try miner.featureFile.drawnPictures())
      let taught = try #require(
        try all.teaching.first { drawn.contains(try PictureBytes(reading: $0).digest) })
      let measured = all.heldOut[0]
      _ = try miner.mine([taught])
      _ = try drop([measured], into: miner)
      let report = try miner.forget(
        miner.pictures(.pictures([taught, measured])), reason: "a car in the corner")
      #expect(report.drawn == 1)
      #expect(try !miner.batch(all: true, LeftOut()).contains(taught))
      #expect(try !miner.heldOut().negatives.contains(measured))
      _ = try Extraction(miner.setup).run()
      let redrawn = try #require(try miner.featureFile.drawnPictures())
      #expect(try !redrawn.contains(PictureBytes(reading: taught).digest))
    }
  }

  @Test func `says which name it does not know, and forgets nothing then`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      _ = try drop(scenes(dataset, 0..<1), into: miner)
      for name: FilePath in ["nothing.jpg", "abcdef0123"] {
        let error = #expect(throws: UnknownPicture.self) {
          try miner.pictures(.pictures(["scene-0001.jpg", name]))
        }
        #expect(error?.description.contains(name.string) == true)
      }
      #expect(throws: NoGeneration.self) { try miner.pictures(.generation(9)) }
      #expect(try miner.pictures(.pictures(["scene-0001.jpg"])).count == 1)
      // By its name and by its file.
      let twice = try miner.pictures(.pictures(["scene-0001.jpg", scenes(dataset, 0..<1)[0]]))
      #expect(twice.count == 1)
    }
  }

  @Test func `trains anew where something was taken back meanwhile`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      _ = try drop(scenes(dataset, 0..<8), into: miner)
      try miner.seal()
      let version = try miner.ledger.rowVersion()
      _ = try miner.train(isForced: true)
      #expect(miner.lastHyperplane.withLock { $0?.rowVersion } == version)
      _ = try miner.forget(
        miner.pictures(.pictures(["scene-0001.jpg"])), reason: "wrong folder")
      // The next training does not start from what the last one learnt.
      let expected = try learn(miner).model
      let generation = try miner.train(isForced: true).generation
      #expect(try miner.models.model(generation, for: miner.setup.hog).svm == expected)
    }
  }
}

@Suite struct `Changing a decision` {
  @Test func `makes an object of a window, from its kept picture, through every rewriting`() throws
  {
    try withTrainedMiner(["hn_review_percentile": 0]) { miner, dataset in
      try miner.makeFolders()
      _ = try miner.mineDropped(unknownCar(dataset))
      let waiting = try miner.windowsForReview()
      let best = try #require(waiting.first)
      // First skip it, which drops its features.
      #expect(try miner.decide(.skip, [best.id]).changed == [best.id])
      // A window that is named twice is one object.
      let report = try miner.decide(.object, [best.id, 999_999, best.id, 999_999])
      #expect(report.changed == [best.id] && report.unknown == [999_999])
      // Its neighbours show the car too.
      let neighbours = waiting.dropFirst().filter {
        $0.hardNegative.box.intersectionOverUnion(with: best.hardNegative.box) > 0.3
      }
      #expect(Set(report.neighbours).isSuperset(of: neighbours.map(\.id)))
      #expect(!neighbours.isEmpty)

      let before = try miner.generation(1).record.positives
      // It is learnt mirrored too, like every positive.
      #expect(try miner.train(isForced: true).positives == before + 2)
      _ = try Extraction(miner.setup).run()
      #expect(try miner.train(isForced: true).positives == before + 2)
      #expect(try miner.status().hardNegatives.objects == 1)

      // Other settings describe it anew. It is lost only with its picture.
      let changed = try Setup.load(writeSettings(dataset, ["orientations": 8]))
      try FileManager.default.removeItem(atPath: changed.files.features.string)
      _ = try Extraction(changed).run()
      _ = try Verification(of: changed).repair(with: changed)
      let other = try Miner(setup: changed)
      #expect(try other.taughtObjects().count == 2 * changed.hog.featureCount)
      try FileManager.default.removeItem(atPath: changed.folders.mined.appending("car.jpg").string)
      let error = #expect(throws: ObjectLost.self) { try miner.taughtObjects() }
      #expect(error?.description.contains("review skip \(best.id)") == true)
      #expect(try other.decide(.negative, [best.id]).lacking.map(\.id) == [best.id])
      #expect(try other.decide(.skip, [best.id]).changed == [best.id])
      #expect(try miner.taughtObjects() == [])
    }
  }
}
