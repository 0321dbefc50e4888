import Corpus
import Foundation
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Mining

@Suite struct `Gate of generations` {
  @Test(arguments: [(0.30, true), (0.31, true), (0.32, false)])
  func `lets through what is not worse by more than the tolerance`(rate: Double, passes: Bool) {
    let gate = Gate(new: report(rate), live: report(0.3), tolerance: 0.011, isForced: false)
    #expect(gate.isAccepted == passes)
    #expect(gate.reason.contains("\(rate)") && gate.reason.contains("0.3"))
  }

  @Test func `lets anything through that is forced, and says so`() {
    let gate = Gate(new: report(0.9), live: report(0.1), tolerance: 0.01, isForced: true)
    #expect(gate.isAccepted && gate.reason.contains("forced"))
  }

  @Test func `lets through what cannot be compared, and says so`() {
    let few = Gate(
      new: report(0.9, objects: 3), live: report(0.1), tolerance: 0.01, isForced: false)
    #expect(few.isAccepted && !few.isInformed && few.reason.contains("3 objects"))
    let first = Gate(new: report(0.9), live: nil, tolerance: 0.01, isForced: false)
    #expect(first.isAccepted && first.isInformed && first.reason.contains("no model before"))
    let only = Gate(new: report(0.9, objects: 3), live: nil, tolerance: 0.01, isForced: false)
    #expect(only.isAccepted && !only.isInformed)
    #expect(
      only.reason.hasPrefix("there was no model before; ") && only.reason.contains("3 objects"))
  }

  @Test func `refuses a model that learnt objects as hard negatives`() throws {
    let keys: [String: Any] = ["percent_gt_images": 0.5, "validation_share": 0.5]
    try withTrainedMiner(keys, scenes: 30) { miner, _ in
      let good = try #require(miner.detector)
      // Every object that was drawn but one, forty times over, said to be none.
      _ = try Python.run(
        """
        import h5py, numpy as np, sys
        with h5py.File(sys.argv[1], "r+") as db:
            features = db["features"][:]
            poison = np.repeat(features[features[:, 0] > 0][1:], 40, 0)
            poison[:, 0] = -1
            db["hard_negatives"] = poison
        """, [miner.settings.featuresPath.string])
      let report = try miner.train()
      #expect(!report.isAccepted && !report.isLive)
      #expect(report.reason.contains("worse"))
      #expect(miner.detector?.generation == good.generation)
      #expect(try miner.generations().map(\.isLive) == [true, false])

      // A person may insist, and that is written down.
      let forced = try miner.train(isForced: true)
      #expect(forced.isAccepted && forced.isLive)
      #expect(try miner.generations().map(\.record.isForced) == [false, false, true])
    }
  }

  private func report(_ rate: Double, objects: Int = 20) -> EvaluationReport {
    EvaluationReport(
      objects: objects, negatives: 20, logAverageMissRate: rate, averagePrecision: 1, missRate: 0,
      falsePositivesPerImage: 0, minProbability: 0.7, curve: [])
  }
}

@Suite struct `Evaluating` {
  @Test func `finds objects, and misfires on pictures without one`() throws {
    try withTrainedMiner { miner, dataset in
      let set = try EvaluationSet(
        images: dataset.carImages, annotations: dataset.carAnnotations,
        negatives: dataset.drops, settings: miner.settings)
      let report = try miner.evaluate(nil, on: set)
      #expect(report.objects == 20 && report.negatives == 8)
      #expect(try #require(report.averagePrecision) > 0.5)
      #expect(try #require(report.logAverageMissRate) < 0.5)
      #expect(report.curve.last!.missRate < 0.2)

      let blind = try miner.evaluate(
        nil,
        on: EvaluationSet(
          images: nil, annotations: nil, negatives: dataset.drops, settings: miner.settings))
      #expect(blind.objects == 0 && blind.logAverageMissRate == nil)
    }
  }

  @Test func `holds out pictures that training does not draw`() throws {
    try withTrainedMiner(["percent_gt_images": 0.5, "validation_share": 0.5]) { miner, _ in
      let report = try miner.evaluate(nil, on: miner.heldOut())
      #expect(report.objects == 10)
      #expect(report.negatives > 0 && report.negatives < 12)
      #expect(try miner.batch(all: true, LeftOut()).count == 12 - report.negatives)
    }
  }
}

@Suite struct `Holding out` {
  @Test func `keeps to what was drawn, whatever comes to the objects later`() throws {
    try withTrainedMiner(["percent_gt_images": 0.5]) { miner, dataset in
      let before = try miner.heldOut().annotated.map(\.path)
      #expect(before.count == 10)
      // A new picture whose name comes first shifts what the same seed draws.
      let model = try #require(before.first)
      let added = dataset.carImages.appending("0.jpg")
      let bytes = try Data(contentsOf: URL(filePath: model.string))
      try (bytes + [0]).write(to: URL(filePath: added.string))
      try FileManager.default.copyItem(
        atPath: dataset.carAnnotations.appending("\(try #require(model.stem)).xml").string,
        toPath: dataset.carAnnotations.appending("0.xml").string)
      #expect(try miner.heldOut().annotated.map(\.path) == [added] + before)
    }
  }

  @Test func `draws once more where the feature file does not say what was drawn`() throws {
    try withTrainedMiner(["percent_gt_images": 0.5]) { miner, _ in
      let before = try miner.heldOut().annotated.map(\.path)
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as f: del f['drawn_pictures']",
        [miner.settings.featuresPath.string])
      #expect(try miner.heldOut().annotated.map(\.path) == before)
    }
  }

  @Test func `ends for a picture that is mined after all`() throws {
    try withTrainedMiner(["validation_share": 0.5]) { miner, _ in
      let before = try miner.heldOut().negatives
      #expect(before.count > 1)
      _ = try miner.mine([before[0]])
      #expect(try miner.heldOut().negatives == Array(before.dropFirst()))
    }
  }
}

@Suite struct `Generations` {
  @Test func `stay rolled back through trainings and restarts until unpinned`() throws {
    try withTrainedMiner { miner, dataset in
      _ = try miner.mine([dataset.drops.appending("scene-0001.jpg")])
      _ = try miner.train(isForced: true)
      #expect(miner.detector?.generation == 2)
      #expect(try miner.rollBack(to: nil) == 1)
      #expect(miner.detector?.generation == 1)

      let third = try miner.train(isForced: true)
      #expect(third.generation == 3 && third.isAccepted && !third.isLive)
      #expect(miner.detector?.generation == 1)
      let restarted = try Miner(settings: miner.settings)
      #expect(restarted.detector?.generation == 1)

      #expect(try restarted.unpin() == 1)
      #expect(try restarted.train(isForced: true).isLive)
      #expect(restarted.detector?.generation == 4)
    }
  }

  @Test func `refuse a model that was made for other settings, with both values`() throws {
    try withTrainedMiner { miner, dataset in
      let other = try Settings.load(writeSettings(dataset, ["orientations": 8]))
      let error = #expect(throws: ModelError.self) {
        try Miner(settings: other).mine([dataset.drops.appending("scene-0001.jpg")])
      }
      #expect(error?.description.contains("9") == true)
      #expect(error?.description.contains("8") == true)
    }
  }
}
