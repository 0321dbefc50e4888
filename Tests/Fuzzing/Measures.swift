internal import Detection
internal import Evaluation
internal import SystemPackage
internal import Training

/// The report of an experiment that was kept: that it is refused, or tells how many hard negatives are enough.
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

/// What a model and the ledger say of a training's measures.
func readMetrics(_ bytes: [UInt8]) {
  do {
    let metrics = try GenerationMetrics(json: String(decoding: bytes, as: UTF8.self))
    for percentile in [0, 75, 100.0] { _ = metrics.objectMargin(atPercentile: percentile) }
    _ = metrics.evaluation?.curve.count
  } catch {
    _ = "\(error)"
  }
}
