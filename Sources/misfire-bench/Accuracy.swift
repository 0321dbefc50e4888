internal import Detecting
import Detection
import Foundation
import Mining
internal import Pictures
import Settings
import SystemPackage
internal import Training

/// The rows about miss rates on held-out pictures, after training, mining every training scene, and training again.
func measureAccuracy(data: String, folder: FilePath, into table: inout Table) throws {
  for (features, name) in [
    (Subject.lessonFeatures, "skimage, the lesson's"),
    (#""pixels_per_cell": [8, 8], "block_norm": "L2-Hys""#, "skimage, 8×8, L2-Hys"),
    (Subject.openCVFeatures, "opencv, 8×8"),
    (#""descriptor": "opencv", "pixels_per_cell": [4, 4]"#, "opencv, 4×4"),
  ] {
    let folder = folder.appending("accuracy-" + name.filter { $0.isLetter || $0.isNumber })
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    let subject = try Subject(data: data, folder: folder, features: features)
    let miner = try Miner(setup: subject.setup)
    let model = try miner.modelAfterMining()
    for (detecting, how) in [
      (#""pyramid_scale": 1.5, "window_step": 4"#, "scale 1.5, step 4"),
      ("", "scale 1.1, step 2"),
      (#""padding": 16"#, "… padded by 16"),
      (#""overlap_measure": "union", "overlap_thresh": 0.5"#, "… union 0.5"),
    ] {
      let setup = try subject.settingsFile.load(detecting: detecting)
      let start = ContinuousClock.now
      let scores = try model.scores(on: miner.heldOut(), setup.detection, by: setup.reader).total
      let seconds = start.duration(to: .now) / .seconds(1)
      table.add(
        "\(name); \(how)",
        "miss at 0.01 FPPI " + fixed(scores.missRate(atFalsePositivesPerImage: 0.01), 3),
        against: "AP " + fixed(scores.averagePrecision(), 3)
          + ", log-average miss rate " + fixed(scores.logAverageMissRate(), 3),
        ratio: "\(scores.objectCount) objects, \(fixed(seconds, 1)) s", goal: "at most 0.02")
    }
  }
}

extension Miner {
  /// Mines every scene that is not held out, and trains again.
  func modelAfterMining() throws -> LinearSVM {
    try makeFolders()
    try mineBatch(batch(all: true, LeftOut()), isDryRun: false) { _ in }
    _ = try train(isForced: true)
    guard let model = detector?.model else { fatalError("the training published nothing") }
    return model
  }
}

extension DetectionScores {
  func missRate(atFalsePositivesPerImage rate: Double) -> Double {
    missRateCurve().filter { $0.falsePositivesPerImage <= rate }.map(\.missRate).min()!
  }
}
