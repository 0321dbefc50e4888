internal import Corpus
internal import Detecting
internal import Detection
internal import Evaluation
internal import Files
package import Mining
internal import Settings

/// The result of importing a detector.
package struct ImportReport: Sendable, Encodable {
  package let generation: Int
  /// How many rows of the feature file calibrated it; 0: there were none, and its probabilities are a guess.
  package let calibratedOn: Int
  package let isLive: Bool

  package enum CodingKeys: String, CodingKey {
    case generation, calibratedOn
    case isLive = "live"
  }
}

extension Miner {
  /// Makes an external detector the next generation, calibrates it on the rows of the feature file, if there are some of
  /// both kinds, adds the data set's guard, and publishes it, whatever the held-out pictures say.
  /// - Parameters:
  ///   - weights: one for each feature of the settings' descriptor.
  ///   - source: where it comes from, in words.
  package func adopt(weights: [Float], bias: Double, from source: String) throws -> ImportReport {
    try seal()
    let (margins, labels) = try labelledMargins(weights: weights, bias: bias)
    let hasBoth = labels.contains { $0 > 0 } && labels.contains { $0 < 0 }
    let calibration =
      hasBoth ? Calibration(margins: margins, labels: labels, .otherRows) : nil
    let model = LinearSVM(
      hog: setup.hog, weights: weights, bias: bias,
      sigmoid: calibration?.sigmoid ?? Sigmoid(a: -1, b: 0))
    let set = try heldOut()
    let scores = try scores(of: model, on: set)
    let objectGuard = hasBoth ? try objectGuard(set) : nil
    let point = scores.operatingPoint(setup.threshold)
    let metrics = GenerationMetrics(
      evaluation: report(
        of: scores, calibratedBy: model.sigmoid, Threshold(setup.threshold, model.sigmoid, point)),
      objectMargins: zip(margins, labels).filter { $1 > 0 }.map(\.0),
      objectGuard: objectGuard?.report)
    let measures: String
    do {
      measures = try metrics.json
    } catch is EncodingError {
      // JSON has no number for an infinite margin.
      throw WeightsTooLarge(source: source)
    }
    let record = GenerationRecord(
      number: try models.claimGeneration(in: ledger), positives: 0, negatives: 0,
      hardNegatives: 0, availableHardNegatives: try ledger.counts().sealed, objective: 0,
      metrics: measures, isAccepted: true, reason: "imported from \(source)",
      isForced: true)
    let file = ModelFile(
      svm: model, generation: record.number, calibration: calibration?.source,
      operatingPoint: point, objectGuard: objectGuard?.detector, metrics: record.metrics,
      goldenFeatures: Self.goldenFeatures(of: model))
    let isLive = try models.publish(file, record, in: ledger)
    if isLive { try adoptLiveModel() }
    return ImportReport(
      generation: record.number, calibratedOn: hasBoth ? labels.count : 0, isLive: isLive)
  }

  /// The margins and labels of the feature file's rows; none if it has no `features`: hard negatives alone calibrate
  /// nothing.
  private func labelledMargins(weights: [Float], bias: Double) throws -> ([Double], [Float]) {
    guard try featureFile.summary().rows != nil else { return ([], []) }
    let rows = try featureFile.trainingRows(hardNegatives: .all, objects: taughtObjects())
    let count = rows.columnCount
    var margins: [Double] = []
    for first in stride(from: 0, to: rows.rowCount, by: 256) {
      let some = first..<min(first + 256, rows.rowCount)
      var features = [Float](repeating: 0, count: some.count * count)
      var span = features.mutableSpan
      try rows.read(rows: some, into: &span)
      for row in some.indices.map({ $0 - first }) {
        margins.append(
          zip(weights, features[(row * count)..<((row + 1) * count)]).reduce(bias) {
            $0 + Double($1.0) * Double($1.1)
          })
      }
    }
    return (margins, rows.labels)
  }

  /// Rows by which its file is checked when it is read: any will do.
  private static func goldenFeatures(of model: LinearSVM) -> [Float] {
    var random = SplitMix64(seed: 1)
    return (0..<(2 * model.weights.count)).map { _ in .random(in: 0..<1, using: &random) }
  }
}

/// Windows get infinite margins.
private struct WeightsTooLarge: Error, CustomStringConvertible {
  let source: String

  var description: String {
    "\(source): its weights are so large that the margins of windows are infinite; divide them and the bias by the same number"
  }
}
