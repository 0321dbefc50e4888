internal import Corpus
internal import Detecting
package import Detection
package import Evaluation
package import Mining
package import Pictures
internal import Settings

extension Miner {
  /// The held-out pictures of the settings.
  package func heldOut() throws -> EvaluationSet {
    try EvaluationSet(
      heldOutOf: setup.objects, setup.negatives, by: setup.reader, seed: setup.seed, ledger,
      featureFile, pictureMemory)
  }

  /// How many pictures of a set have been learnt from. On those, a detector does better than on others.
  package func taughtCount(of set: EvaluationSet) throws -> Int {
    let taught = try TaughtPictures(ledger, featureFile)
    // Evaluating tells which of them cannot be read.
    return try pictureMemory.digests(of: set.paths, by: setup.reader, LeftOut()).count {
      try $0.map(taught.contains) == true
    }
  }

  /// Measures a model at the current threshold.
  /// - Parameter generation: nil: the live one.
  package func evaluate(
    _ generation: Int?, on set: EvaluationSet, progress: @escaping ProgressHandler = { _ in }
  ) throws -> EvaluationReport {
    try evaluateWithTable(generation, on: set, progress: progress).report
  }

  /// The same, and the results at every threshold.
  package func evaluateWithTable(
    _ generation: Int?, on set: EvaluationSet, progress: @escaping ProgressHandler = { _ in }
  ) throws -> (report: EvaluationReport, table: ThresholdTable) {
    let (model, threshold) = try detector(of: generation)
    let scores = try scores(of: model, on: set, progress: progress)
    return (
      report(of: scores, calibratedBy: model.sigmoid, threshold),
      ThresholdTable(scores, calibratedBy: model.sigmoid)
    )
  }

  /// The model of a generation, and its current threshold.
  /// - Parameter generation: nil: the live one.
  package func detector(of generation: Int?) throws -> (model: LinearSVM, threshold: Threshold) {
    guard let generation else {
      let detector = try requireDetector()
      return (detector.model, detector.threshold)
    }
    let file = try models.model(generation, for: setup.hog)
    return (file.svm, Threshold(setup.threshold, file.svm.sigmoid, file.operatingPoint))
  }

  /// A model's scores on held-out pictures.
  func scores(
    of model: LinearSVM, on set: EvaluationSet, progress: @escaping ProgressHandler = { _ in }
  ) throws -> HeldOutScores {
    try model.scores(on: set, setup.detection, by: setup.reader, progress: progress)
  }

  /// The measures of such scores at a threshold.
  func report(
    of scores: HeldOutScores, calibratedBy sigmoid: Sigmoid, _ threshold: Threshold
  ) -> EvaluationReport {
    EvaluationReport(
      scores, calibratedBy: sigmoid, threshold, setup.threshold, setup.training)
  }
}
