internal import Detecting
import Detection
import Foundation
import Mining
internal import Pictures
import Settings
import SystemPackage
internal import Training
import World

/// The rows behind the advice in `misfire init` and the docs: for objects of each shape, how accurate each choice of
/// cells, norm and penalty is, and what mining more is worth.
func measureAdvice(folder: FilePath, into table: inout Table) throws {
  for object in World.Object.allCases {
    let worlds = try (1...3).map { try AdviceWorld(object, seed: $0, in: folder) }
    for (features, name) in [
      (#""pixels_per_cell": [4, 4]"#, "4×4, L1"),
      (#""pixels_per_cell": [4, 4], "block_norm": "L2-Hys""#, "4×4, L2-Hys"),
      (#""pixels_per_cell": [8, 8], "block_norm": "L2-Hys""#, "8×8, L2-Hys"),
      (#""descriptor": "opencv", "pixels_per_cell": [4, 4]"#, "opencv, 4×4"),
      (#""descriptor": "opencv""#, "opencv, 8×8"),
    ] {
      for penalty in [0.001, 0.01, 0.1, 1] {
        let scores = try worlds.map { try $0.scores(features, penalty: penalty).scores }
        table.add(object, worlds[0], "\(name); C \(penalty)", scores)
      }
    }
  }
  let worlds = try (1...3).map { try AdviceWorld(.car, seed: $0, in: folder) }
  for hardness in [
    #""hn_min_probability": 0.51"#, #""hn_min_margin": -1"#,
    #""hn_min_margin": -1, "hn_max_per_image": 20"#,
  ] {
    let trials = try worlds.map {
      try $0.scores(#""descriptor": "opencv""#, penalty: 0.01, hardness: hardness)
    }
    let rows = trials.reduce(0) { $0 + $1.hardNegatives }
    table.add(
      .car, worlds[0], "\(hardness.filter { $0 != "\"" }): \(rows) rows", trials.map(\.scores))
  }
}

/// Drawn pictures of one kind of object; half of them are for training.
private struct AdviceWorld {
  let dataset: DrawnDataset
  let window: PixelSize

  init(_ object: World.Object, seed: UInt64, in folder: FilePath) throws {
    dataset = try DrawnDataset(
      in: folder.appending("advice-\(object)-\(seed)"), of: object, cars: 80, scenes: 120, drops: 0,
      seed: seed)
    let proposal = WindowProposal(
      for: (0..<80).map { World.picture(of: object, seed: seed &* 1_000_000 &+ $0).box.size })
    // A whole number of cells, for both cell sizes.
    func whole(_ length: Int) -> Int { (length + 4) / 8 * 8 }
    window = PixelSize(width: whole(proposal.window.width), height: whole(proposal.window.height))
  }

  /// A detector's scores on the other half after one round of mining, and the number of hard negatives it learnt from.
  func scores(_ features: String, penalty: Double, hardness: String? = nil) throws
    -> (scores: DetectionScores, hardNegatives: Int)
  {
    let folder = dataset.folder.appending("trial")
    try? FileManager.default.removeItem(atPath: folder.string)
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    var file = SettingsFile(
      cars: dataset.folder.appending("cars").string, scenes: dataset.scenes.string,
      features: features, folder: folder)
    (file.window, file.penalty) = (window, penalty)
    if let hardness { file.hardness = hardness }
    let setup = try file.load(detecting: "")
    _ = try Extraction(setup).run()
    let miner = try Miner(setup: setup)
    _ = try miner.train(isForced: true)
    let model = try miner.modelAfterMining()
    let scores = try model.scores(on: miner.heldOut(), setup.detection, by: setup.reader).total
    return (scores, try miner.status().hardNegatives.total)
  }
}

extension Table {
  fileprivate mutating func add(
    _ object: World.Object, _ world: AdviceWorld, _ how: String, _ scores: [DetectionScores]
  ) {
    func mean(_ number: (DetectionScores) -> Double) -> String {
      fixed(scores.reduce(0) { $0 + number($1) } / Double(scores.count), 3)
    }
    add(
      "\(object) \(world.window.width)×\(world.window.height); \(how)",
      "log-average miss rate " + mean { $0.logAverageMissRate() },
      against: "miss at 0.01 FPPI " + mean { $0.missRate(atFalsePositivesPerImage: 0.01) },
      ratio: "AP " + mean { $0.averagePrecision() }, goal: "")
  }
}
