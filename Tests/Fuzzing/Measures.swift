internal import Detection
internal import Evaluation
internal import SystemPackage
internal import Training

/// Reads the stored report of an experiment: it is refused, or says how many hard negatives are enough.
func readExperiment(_ bytes: [UInt8]) {
  do {
    let report = try Experiment.report(bytes, keptIn: "experiment.json")
    for order in Experiment.Order.allCases {
      _ = report.conclusion(order, tolerance: 0.01).tooManyInWords
    }
  } catch {
    _ = error.description
  }
}

/// Reads a training's measures, as stored in a model and in the ledger.
func readMetrics(_ bytes: [UInt8]) {
  do {
    let metrics = try GenerationMetrics(json: String(decoding: bytes, as: UTF8.self))
    for percentile in [0, 75, 100.0] { _ = metrics.objectMargin(atPercentile: percentile) }
    _ = metrics.evaluation?.curve.count
  } catch {
    _ = "\(error)"
  }
}
