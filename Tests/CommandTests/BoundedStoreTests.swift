import Foundation
import SystemPackage
import TestSupport
import Testing

/// The cost of keeping only a quarter of the rows, on the pictures beside the package's folder, if present.
@Suite(.timeLimit(.minutes(60))) struct `A quarter of the hard negatives` {
  private static let data = FilePath(
    Python.packageFolder.deletingLastPathComponent().appending(path: "shared/data").path)

  private static var isPossible: Bool {
    Soak.isRunning && FileManager.default.fileExists(atPath: data.appending("car_side").string)
  }

  /// The state after a life of mining and training.
  private struct End {
    let rows: Int
    let objective: Double
    let measures: [String: Double]
  }

  /// Mines the scenes in eight parts, each followed by a training, and then re-mines all of them twice.
  /// - Parameter limit: `hn_max_rows`.
  private func life(_ limit: Int?, in folder: FilePath) throws -> End {
    let images = Self.data.appending("scenes").string
    let settings: [String: Any] = [
      "image_dataset": Self.data.appending("car_side/images").string,
      "image_annotations": Self.data.appending("car_side/annotations").string,
      "image_distractions": images, "features_path": "features.hdf5",
      "classifier_path": "model.hdf5", "window_dim": [96, 32], "pixels_per_cell": [8, 8],
      "num_distraction_images": 30, "num_distractions_per_image": 5, "validation_share": 0.2,
      "hn_min_margin": -1, "hn_max_per_image": 40, "hn_max_rows": limit ?? NSNull(),
    ]
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    let conf = folder.appending("settings.json")
    try JSONSerialization.data(withJSONObject: settings)
      .write(to: URL(filePath: conf.string))
    func misfire(_ words: [String]) throws -> [String: Any] {
      let result = try Command.run(
        Soak.executable("misfire").path, words + ["--conf", conf.string], in: folder.string)
      try #require(result.status < 2, "\(words): \(result.errors)")
      let last = result.output.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
      return (try? JSONSerialization.jsonObject(with: last)) as? [String: Any] ?? [:]
    }
    _ = try misfire(["extract"])
    _ = try misfire(["train"])
    let scenes = try FileManager.default.contentsOfDirectory(atPath: images).sorted()
      .map { "\(images)/\($0)" }
    let part = scenes.count / 8
    for start in stride(from: 0, to: part * 8, by: part) {
      _ = try misfire(["mine"] + scenes[start..<(start + part)])
      _ = try misfire(["train", "--force"])
    }
    var training: [String: Any] = [:]
    for _ in 0..<2 {
      _ = try misfire(["mine", "--all"])
      training = try misfire(["train", "--force", "--json"])
    }
    return End(
      rows: try #require(training["hard_negatives"] as? Int),
      objective: try #require(training["objective"] as? Double),
      measures: try misfire(["evaluate", "--json"]).compactMapValues { $0 as? Double }.filter {
        [
          "log_average_miss_rate", "average_precision", "miss_rate", "false_positives_per_image",
        ].contains($0.key)
      })
  }

  @Test(.enabled(if: isPossible))
  func `gives the same objective and the same measures`() throws {
    try withTemporaryFolder { folder in
      let all = try life(nil, in: folder.appending("all"))
      let quarter = try life(all.rows / 4, in: folder.appending("quarter"))
      Soak.report("all: \(all)")
      Soak.report("a quarter: \(quarter)")
      #expect(quarter.rows <= all.rows / 4)
      #expect(abs(quarter.objective / all.objective - 1) <= 1e-3)
      #expect(all.measures.count == 4)
      for (name, value) in all.measures {
        #expect(abs(quarter.measures[name]! - value) <= 0.005, "\(name)")
      }
    }
  }
}
