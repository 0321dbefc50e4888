import Corpus
internal import Detecting
import Detection
import Foundation
import Settings

/// Rows in the order in which they accumulate: the lesson's own, then random windows, then hard negatives.
struct TrainingSet {
  let rows: DenseRows
  let labels: [Float]

  init(_ subject: Subject, count: Int) throws {
    let columns = subject.model.hog.featureCount
    let file = try FeatureFile(subject.setup.files.features, for: subject.model.hog)
      .trainingRows()
    let first = try DenseRows(reading: file)
    let hits = subject.scenes.map { [scanner = subject.scanner] in scanner.scan($0).hits }
    let hard = zip(subject.scenes, hits).map { scene, hits in
      subject.scanner.features(of: hits.prefix(count / 100).map(\.box), in: scene, threads: 2)
    }
    var generator = SplitMix64(seed: 1)
    var values = first.values
    let missing = count - first.rowCount - hard.reduce(0) { $0 + $1.count } / columns
    let share = missing / subject.scenes.count + 1
    for scene in subject.scenes {
      let boxes = (0..<share).map { _ in
        Self.randomBox(in: scene, subject.model.hog.window, &generator)
      }
      values += subject.scanner.features(of: boxes, in: scene, threads: 2)
    }
    values = Array(values.prefix((first.rowCount + missing) * columns)) + hard.joined()
    rows = DenseRows(values: values, columnCount: columns)
    labels = file.labels + [Float](repeating: -1, count: rows.rowCount - first.rowCount)
  }

  /// A random window of the detector's shape, up to three times its size.
  private static func randomBox(
    in scene: GrayImage, _ window: PixelSize, _ generator: inout SplitMix64
  ) -> Box {
    let most = min(
      3, Double(scene.width) / Double(window.width), Double(scene.height) / Double(window.height))
    let scale = Double.random(in: min(1, most)...most, using: &generator)
    let (width, height) = (Int(Double(window.width) * scale), Int(Double(window.height) * scale))
    let x = Int.random(in: 0...(scene.width - width), using: &generator)
    let y = Int.random(in: 0...(scene.height - height), using: &generator)
    return Box(x0: x, y0: y, x1: x + width, y1: y + height)
  }

  func first(_ count: Int) -> TrainingSet {
    TrainingSet(
      rows: DenseRows(
        values: Array(rows.values.prefix(count * rows.columnCount)), columnCount: rows.columnCount),
      labels: Array(labels.prefix(count)))
  }

  private init(rows: DenseRows, labels: [Float]) {
    self.rows = rows
    self.labels = labels
  }
}
