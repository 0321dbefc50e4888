import Annotations
import Corpus
import Detection
import Foundation
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Evaluation
@testable import Files
@testable import Inbox
@testable import Mining
@testable import Pictures

@Suite struct `Gate of generations` {
  @Test func `lets through what the held-out pictures do not show to be worse`() {
    // One object more or less is chance, and so is a log-average miss rate that differs by one object.
    let gate = gate(detector(missing: 3), after: [detector(missing: 2)])
    #expect(gate.isAccepted && gate.isInformed)
    #expect(gate.reason.contains("misses 2 → 3 of 40 objects"))
    #expect(gate.reason.contains("false positives per image 0.00 → 0.00 above probability 0.700"))
  }

  @Test func `refuses what misses more at the threshold, with the numbers`() {
    let gate = gate(detector(missing: 12), after: [detector(missing: 2)])
    #expect(!gate.isAccepted)
    #expect(
      gate.reason.contains(
        "it misses 12 of 40 objects, generation 1 2 (95 %: 0.006 to 0.169), 10 lost and 0 won"))
  }

  /// The curve is better, but people run a detector at one threshold.
  @Test func `refuses a better curve that misses more where people run it`() {
    let old = detector(missing: 2, falsePositives: 10, at: 0.3)
    let new = detector(missing: 0, of: 40, weak: 14)
    #expect(new.report.logAverageMissRate! < old.report.logAverageMissRate!)
    let refused = gate(new, after: [old])
    #expect(!refused.isAccepted)
    #expect(refused.reason.contains("it misses 14 of 40 objects"))
    #expect(refused.reason.contains("would miss 0"))
    #expect(refused.reason.contains("set target_fppi to let each model"))

    // At its own threshold it is simply better.
    #expect(gate(new, after: [old], target: 0.1).isAccepted)
  }

  @Test func `lets misses be traded for false positives where these are many fewer`() {
    let old = detector(missing: 2, falsePositives: 60, at: 1.2)
    let gate = gate(detector(missing: 12), after: [old])
    #expect(gate.isAccepted && gate.reason.contains("false positives per image 1.50 → 0.00"))
    // But nothing is given up without a gain.
    let reverse = self.gate(old, after: [detector(missing: 2)])
    #expect(!reverse.isAccepted)
    #expect(reverse.reason.contains("it has 60 false positives in 40 pictures, generation 1 0"))
  }

  /// Which of them has fewer is chance, or has been paid for with misses.
  @Test func `judges misses alone where a target says how many false positives are accepted`() {
    let (clean, noisy) = (detector(missing: 2), detector(missing: 2, falsePositives: 12, at: 0.8))
    #expect(!gate(noisy, after: [clean]).isAccepted)
    #expect(gate(noisy, after: [clean], target: 0.5).isAccepted)

    let timid = detector(missing: 12)
    #expect(gate(timid, after: [noisy], tolerance: 1).isAccepted)
    let refused = gate(timid, after: [noisy], target: 0.5, tolerance: 1)
    #expect(!refused.isAccepted)
    #expect(
      refused.reason.contains(
        "it misses 12 of 40 objects at the false positives per image of target_fppi"))
  }

  @Test func `refuses a worse curve at the same point`() {
    // It is as good above the threshold, but never finds what the old one finds below it.
    let (new, old) = (detector(missing: 20), detector(missing: 0, weak: 20))
    let refused = gate(new, after: [old])
    #expect(!refused.isAccepted)
    #expect(
      refused.reason.contains("its log-average miss rate is 0.5000, that of generation 1 0.0125"))
    #expect(gate(new, after: [old], tolerance: 0.5).isAccepted)
  }

  @Test func `measures up to the best so far, so that small steps down do not add up`() {
    // Each misses two more than the one before, a difference that could be chance.
    let steps = [2, 5, 8, 11].map { detector(missing: $0) }
    for (old, new) in zip(steps, steps.dropFirst()) {
      #expect(gate(new, after: [old]).isAccepted)
    }
    let last = gate(
      steps[3], after: [steps[2], named("generation 2, the best so far", steps[0])])
    #expect(!last.isAccepted && last.reason.contains("generation 2, the best so far 2"))
  }

  @Test func `refuses what finds nothing, the first one too`() {
    for earlier in [[], [detector(missing: 39)]] {
      let gate = gate(detector(missing: 40), after: earlier)
      #expect(!gate.isAccepted)
      #expect(gate.reason.contains("finds none of the 40 held-out objects above probability 0.700"))
    }
    #expect(gate(detector(missing: 40), after: [], isForced: true).isAccepted)
    // Three objects are too few to tell.
    #expect(gate(detector(missing: 3, of: 3), after: []).isAccepted)
  }

  @Test func `lets anything through that is forced, and says so`() {
    let gate = gate(detector(missing: 30), after: [detector(missing: 1)], isForced: true)
    #expect(gate.isAccepted && gate.reason.hasSuffix("published because it was forced"))
  }

  @Test func `lets through what cannot be compared, and says so`() {
    let few = gate(detector(missing: 2, of: 3), after: [detector(missing: 0, of: 3)])
    #expect(few.isAccepted && !few.isInformed && few.reason.contains("3 objects"))
    let first = gate(detector(missing: 30), after: [])
    #expect(
      first.isAccepted && first.isInformed && first.reason.hasPrefix("there was no model before; "))
    let only = gate(detector(missing: 2, of: 3), after: [])
    #expect(only.isAccepted && !only.isInformed)
    #expect(
      only.reason.hasPrefix("there was no model before; ") && only.reason.contains("3 objects"))
  }

  @Test func `says so where less is held out than before`() {
    let now = detector(missing: 1, of: 20)
    let gate = Gate(
      new: now, earlier: [now], before: detector(missing: 1).report, rules(), isForced: false)
    #expect(
      gate.reason.hasPrefix(
        "only 20 objects and 40 pictures without one are held out, fewer than the 40 and 40"))
    let same = Gate(new: now, earlier: [now], before: now.report, rules(), isForced: false)
    #expect(!same.reason.contains("are held out"))
  }

  @Test func `calls the log-average by another name where no picture without an object is left`() {
    let new = detector(missing: 2, negatives: 0)
    #expect(new.report.logAverageMissRate == nil)
    // Without false positives it equals the miss rate.
    #expect(abs(new.report.logAverageMissRateBesideObjects! - 0.05) < 1e-12)
    let among = gate(new, after: [detector(missing: 4, negatives: 0)])
    #expect(among.reason.contains("log-average beside objects 0.1000 → 0.0500"))
    // Measures on different sets are not compared.
    let before = gate(new, after: [detector(missing: 4)])
    #expect(before.reason.contains("log-average beside objects 0.0500"))
    #expect(!before.reason.contains("→"))
    #expect(!before.reason.contains("miss rate"))
  }

  @Test func `refuses a model that learnt objects as hard negatives`() throws {
    let keys: [String: Any] = ["percent_gt_images": 0.5, "validation_share": 0.5]
    try withTrainedMiner(keys, scenes: 30) { miner, _ in
      let good = try #require(miner.detector)
      try teachObjectsAsHardNegatives(to: miner)
      let report = try miner.train()
      #expect(!report.isAccepted && !report.isLive)
      #expect(report.reason.contains("worse by more than 0.01"))
      #expect(miner.detector?.generation == good.generation)
      #expect(try miner.generations().map(\.isLive) == [true, false])

      // A person can force a generation, and that is recorded.
      let forced = try miner.train(isForced: true)
      #expect(forced.isAccepted && forced.isLive)
      #expect(try miner.generations().map(\.record.isForced) == [false, false, true])
    }
  }

  // MARK: Detectors that never were

  private let sigmoid = Sigmoid(a: -2, b: 0)

  private func rules(target: Double? = nil, tolerance: Double = 0.01) -> Gate.Rules {
    let keys = """
      { "features_path": "f.hdf5", "classifier_path": "m.hdf5", "window_dim": [96, 32], "threads": 2,
        "validation_tolerance": \(tolerance), "target_fppi": \(target.map { "\($0)" } ?? "null") }
      """
    let setup = try! Setup.parse(Array(keys.utf8), path: "/nowhere.json")
    return Gate.Rules(setup.training, setup.threshold)
  }

  private func gate(
    _ new: Gate.Contender, after earlier: [Gate.Contender], target: Double? = nil,
    tolerance: Double = 0.01, isForced: Bool = false
  ) -> Gate {
    Gate(
      new: new, earlier: earlier, rules(target: target, tolerance: tolerance), isForced: isForced)
  }

  /// One object per picture, and 40 pictures without objects. Probability 0.7 is a margin of 0.42.
  /// - Parameters:
  ///   - missing: the number of objects that are never found; these come first.
  ///   - weak: the number of objects that are found only at a margin of 0.2; these come last. The others are at 1.
  ///   - falsePositives: spread evenly.
  private func detector(
    missing: Int, of count: Int = 40, weak: Int = 0, falsePositives: Int = 0,
    at margin: Double = 0.8,
    negatives: Int = 40
  ) -> Gate.Contender {
    let annotated = (0..<count).map { index in
      PictureScores(objects: [index < missing ? nil : index >= count - weak ? 0.2 : 1])
    }
    let negatives = (0..<negatives).map { index in
      PictureScores(
        falsePositives: [Double](repeating: margin, count: (falsePositives + 39 - index) / 40))
    }
    let scores = HeldOutScores(annotated: annotated, negatives: negatives)
    let keys = """
      { "features_path": "f.hdf5", "classifier_path": "m.hdf5", "window_dim": [96, 32] }
      """
    let setup = try! Setup.parse(Array(keys.utf8), path: "/nowhere.json")
    return Gate.Contender(
      name: "generation 1", scores: scores,
      report: EvaluationReport(
        scores, calibratedBy: sigmoid, Threshold(setup, sigmoid), setup))
  }

  private func named(_ name: String, _ contender: Gate.Contender) -> Gate.Contender {
    Gate.Contender(name: name, scores: contender.scores, report: contender.report)
  }
}

@Suite struct `Evaluating` {
  @Test func `measures false positives where there is no object to miss`() throws {
    try withTrainedMiner { miner, dataset in
      func measure(
        _ images: FilePath?
      ) throws -> (report: EvaluationReport, table: ThresholdTable) {
        try miner.evaluateWithTable(
          nil,
          on: EvaluationSet(
            miner.setup.objects, images: images,
            annotations: images.map { _ in dataset.carAnnotations }, negatives: dataset.drops,
            by: miner.setup.reader))
      }
      let (report, table) = try measure(nil)
      let both = try measure(dataset.carImages).report
      #expect(report.objects == 0 && report.negatives == 8)
      #expect(report.falsePositives == both.falsePositives)
      let rate = try #require(report.falsePositivesPerImage)
      let interval = try #require(report.falsePositivesPerImageInterval)
      #expect(rate == both.falsePositivesPerImage)
      #expect(interval.low <= rate && rate <= interval.high)
      #expect(report.missed == nil && report.missRate == nil && report.missRateInterval == nil)
      #expect(report.logAverage == nil && report.best == nil && report.curve.isEmpty)

      #expect(try #require(table.rows.last).falsePositivesPerImage > 0)
      #expect(table.rows.allSatisfy { $0.missRate == nil && $0.recall == nil })
      #expect(table.csv.split(separator: "\n").dropFirst().allSatisfy { $0.hasSuffix(",,") })
    }
  }

  @Test func `finds objects, and misfires on pictures without one`() throws {
    try withTrainedMiner { miner, dataset in
      let set = try EvaluationSet(
        miner.setup.objects, images: dataset.carImages, annotations: dataset.carAnnotations,
        negatives: dataset.drops, by: miner.setup.reader)
      let report = try miner.evaluate(nil, on: set)
      #expect(report.objects == 20 && report.negatives == 8)
      #expect(try #require(report.averagePrecision) > 0.5)
      #expect(try #require(report.logAverageMissRate) < 0.5)
      #expect(report.curve.last!.missRate < 0.2)

      let blind = try miner.evaluate(
        nil,
        on: EvaluationSet(
          miner.setup.objects, images: nil, annotations: nil, negatives: dataset.drops,
          by: miner.setup.reader))
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
      // A new picture whose name sorts first changes what the same seed draws.
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
        [miner.setup.files.features.string])
      #expect(try miner.heldOut().annotated.map(\.path) == before)
    }
  }

  @Test func `may be cut-outs, which are looked at as one window, however small`() throws {
    try withTrainedMiner { miner, dataset in
      let unseen = try DrawnDataset(
        in: dataset.folder.appending("unseen"), cars: 20, scenes: 0, drops: 0, seed: 77)
      let cutOuts = dataset.folder.appending("cut-outs")
      try FileManager.default.createDirectory(
        atPath: cutOuts.string, withIntermediateDirectories: false)
      let objects = try Objects(
        miner.setup.objects, images: unseen.carImages, annotations: unseen.carAnnotations,
        by: miner.setup.reader, LeftOut())
      for object in objects.pictures {
        let picture = try Raster.decodeGray(PictureBytes(reading: object.path).bytes)
        let cutOut = Raster.resize(
          picture, cutTo: object.boxes[0].grown(by: 5), to: PixelSize(width: 64, height: 24))
        try Data(Raster.encode(cutOut, as: .png)).write(
          to: URL(filePath: cutOuts.appending("\(object.path.stem!).png").string))
      }
      let report = try miner.evaluate(
        nil,
        on: EvaluationSet(
          miner.setup.objects, images: cutOuts, annotations: nil, negatives: dataset.drops,
          by: miner.setup.reader))
      #expect(report.objects == 20)
      #expect(try #require(report.averagePrecision) > 0.8, "\(report)")
    }
  }

  @Test func `stays what it is when pictures of image_distractions are dropped, or named`() throws {
    try withTrainedMiner(["validation_share": 0.5]) { miner, dataset in
      let heldOut = try miner.heldOut().negatives
      let scenes = try listFolder(dataset.scenes).map(\.path)
      try #require((1..<scenes.count).contains(heldOut.count))
      try miner.makeFolders()
      for scene in scenes {
        try FileManager.default.copyItem(
          atPath: scene.string,
          toPath: miner.setup.folders.inbox.appending("copy of \(scene.lastComponent!.string)")
            .string)
      }
      let dropped = try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
      #expect(dropped.count { $0.fate == .heldOut } == heldOut.count)
      #expect(dropped.count { $0.fate == .mined } == scenes.count - heldOut.count)
      // Naming a held-out picture shows what the detector finds in it, and the detector learns nothing.
      for report in try miner.mine(heldOut) {
        #expect(report.fate == .shown && report.windows > 0 && report.hardNegatives == 0)
      }
      // Each once, though two files have the same content.
      #expect(try miner.heldOut().negatives == heldOut)
    }
  }
}

@Suite struct `Generations` {
  @Test func `stay rolled back through trainings and restarts until unpinned`() throws {
    try withTrainedMiner { miner, dataset in
      _ = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      _ = try miner.train(isForced: true)
      #expect(miner.detector?.generation == 2)
      #expect(try miner.rollBack(to: nil) == 1)
      #expect(miner.detector?.generation == 1)

      let third = try miner.train(isForced: true)
      #expect(third.generation == 3 && third.isAccepted && !third.isLive)
      #expect(miner.detector?.generation == 1)
      let restarted = try Miner(setup: miner.setup)
      #expect(restarted.detector?.generation == 1)

      #expect(try restarted.unpin() == 1)
      #expect(try restarted.train(isForced: true).isLive)
      #expect(restarted.detector?.generation == 4)
    }
  }

  @Test func `refuse a model that was made for other settings, with both values`() throws {
    try withTrainedMiner { miner, dataset in
      let other = try Setup.load(writeSettings(dataset, ["orientations": 8]))
      let error = #expect(throws: ModelError.self) {
        try Miner(setup: other).mine([dataset.drops.appending("scene-0001.jpg")])
      }
      #expect(error?.description.contains("9") == true)
      #expect(error?.description.contains("8") == true)
    }
  }
}
