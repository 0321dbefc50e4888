import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Corpus
@testable import Files
@testable import Inbox
@testable import Mining
@testable import Training

@Suite struct `The guard` {
  /// Drops pictures into the inbox.
  /// - Returns: how many teach nothing before a review, because they may show the object or nothing is found in them;
  ///   and how many wait.
  private func drop(_ pictures: [FilePath], into miner: Miner) throws -> (
    harmless: Int, waiting: Int
  ) {
    try miner.makeFolders()
    for picture in pictures {
      try FileManager.default.copyItem(
        atPath: picture.string,
        toPath: miner.setup.folders.inbox.appending(picture.lastComponent!).string)
    }
    let reports = try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
    #expect(reports.count == pictures.count && reports.allSatisfy { $0.fate == .mined })
    return (reports.count { $0.hardNegatives == 0 }, reports.count { $0.setAside > 0 })
  }

  private func pictures(in folder: FilePath) throws -> [FilePath] {
    try listFolder(folder).map(\.path).sorted { $0.string < $1.string }
  }

  /// No review percentile holds anything back, only the guard.
  private let keys: [String: Any] = ["percent_gt_images": 0.5, "hn_review_percentile": 100]

  @Test func `lets drawn pictures without the object through, and no others`() throws {
    try withTrainedMiner(keys, scenes: 60) { miner, dataset in
      let report = try #require(miner.detector?.objectGuard?.report)
      #expect(report.isHeldOut && report.objects == 10 && report.negatives == 30)
      let unseen = try DrawnDataset(
        in: dataset.folder.appending("unseen"), cars: 40, scenes: 0, drops: 40, seed: 77)
      let objects = try drop(pictures(in: unseen.carImages), into: miner)
      #expect(objects.harmless >= 38, "\(report.sentence): \(objects)")
      let others = try drop(pictures(in: unseen.drops), into: miner)
      #expect(others.waiting <= 2, "\(report.sentence): \(others)")
    }
  }

  /// Cars that the guard of the first training has not seen, and scenes.
  @Test(.enabled(if: RealPictures.folder != nil))
  func `lets real pictures without cars through, and no others`() throws {
    let splits = Soak.isRunning ? 20 : 2
    var (harmless, objects, waiting, others) = (0, 0, 0, 0)
    for split in 1...splits {
      try withRealSplit(seed: UInt64(split)) { miner, cars, scenes in
        let report = try #require(try miner.train().objectGuard)
        let cautious = try drop(cars, into: miner)
        let free = try drop(scenes, into: miner)
        Soak.report(
          "split \(split): \(report.sentence); dropped: \(cautious) of \(cars.count), \(free) of \(scenes.count)"
        )
        (harmless, objects) = (harmless + cautious.harmless, objects + cars.count)
        (waiting, others) = (waiting + free.waiting, others + scenes.count)
      }
    }
    #expect(objects == 35 * splits && harmless * 100 >= objects * 95, "\(harmless) of \(objects)")
    #expect(others == 250 * splits && waiting * 100 < others * 2, "\(waiting) of \(others)")
  }

  /// Splits off half of the cars and 150 scenes as a data set.
  private func withRealSplit(
    seed: UInt64, _ body: (Miner, _ cars: [FilePath], _ scenes: [FilePath]) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var random = SeededGenerator(seed: seed)
      let real = FilePath(RealPictures.folder!.path)
      let cars = try pictures(in: real.appending(["car_side", "images"])).shuffled(using: &random)
      let scenes = try pictures(in: real.appending("scenes")).shuffled(using: &random)
      func link(_ pictures: some Sequence<FilePath>, to name: String) throws {
        let target = folder.appending(name)
        try FileManager.default.createDirectory(
          atPath: target.string, withIntermediateDirectories: true)
        for picture in pictures {
          try FileManager.default.createSymbolicLink(
            atPath: target.appending(picture.lastComponent!).string,
            withDestinationPath: picture.string)
        }
      }
      try link(cars.prefix(35), to: "cars")
      try link(scenes.prefix(150), to: "scenes")
      let text = """
        {"image_dataset": "cars", "image_annotations": "\(real)/car_side/annotations", "image_distractions": "scenes",
        "features_path": "output/features.hdf5", "classifier_path": "output/model.hdf5", "window_dim": [96, 32],
        "percent_gt_images": 0.6, "offset": 5, "use_flip": true, "num_distraction_images": 30,
        "num_distractions_per_image": 5, "orientations": 9, "pixels_per_cell": [4, 4], "cells_per_block": [2, 2],
        "normalize": true, "hn_window_step": 4, "hn_pyramid_scale": 1.5, "hn_min_probability": 0.51, "C": 0.01,
        "hn_review_percentile": 100}
        """
      let path = folder.appending("settings.json")
      try text.write(toFile: path.string, atomically: true, encoding: .utf8)
      let setup = try Setup.load(path)
      _ = try Extraction(setup).run()
      try body(Miner(setup: setup), Array(cars.dropFirst(35)), Array(scenes.dropFirst(150)))
    }
  }

  @Test func `is learnt from the data set alone, once`() throws {
    try withTrainedMiner(keys, scenes: 40) { miner, dataset in
      let first = try #require(miner.detector?.objectGuard)
      _ = try miner.mine(pictures(in: dataset.drops))
      let second = try miner.train(isForced: true)
      #expect(second.hardNegatives > 0 && second.generation == 2)
      #expect(miner.detector?.objectGuard?.detector == first.detector)
      // A detector from elsewhere gets the guard too.
      let model = try #require(miner.detector?.model)
      #expect(try miner.adopt(weights: model.weights, bias: model.bias, from: "a test").isLive)
      #expect(miner.detector?.objectGuard?.detector == first.detector)
      // Made again, it is identical to the last bit.
      let set = try miner.heldOut()
      let rows = try miner.featureFile.trainingRows(hardNegatives: .mostConfident(0))
      let training = try #require(
        GuardTraining(
          rows, set, miner.trainer(), miner.setup.training, miner.setup.mining,
          by: miner.setup.reader,
          hog: miner.setup.hog))
      let again = try #require(
        try training.learn(training.source(miner.pictureMemory), set.leftOut))
      #expect(again.detector == first.detector && again.report == first.report)
    }
  }

  @Test func `is not made of too few pictures, nor where nothing is doubted`()
    throws
  {
    try withTrainedMiner(keys, scenes: 12) { miner, _ in
      #expect(miner.detector?.objectGuard == nil)
    }
    try withTrainedMiner(keys.merging(["hn_review_percentile": NSNull()]) { $1 }, scenes: 40) {
      miner, _ in
      #expect(miner.detector?.objectGuard == nil && miner.detector?.guardScanner == nil)
    }
  }

  @Test func `takes a person's word for what it held up`() throws {
    try withTrainedMiner(keys, scenes: 60) { miner, dataset in
      let unseen = try DrawnDataset(
        in: dataset.folder.appending("unseen"), cars: 10, scenes: 0, drops: 1, seed: 77)
      #expect(try drop(pictures(in: unseen.carImages), into: miner).waiting > 0)
      _ = try miner.decideWaiting(.negative)
      let taught = try miner.status().hardNegatives.total
      #expect(taught > 0)
      _ = try miner.remine(pictures(in: miner.setup.folders.mined))
      #expect(try miner.windowsForReview().isEmpty)
    }
  }
}
