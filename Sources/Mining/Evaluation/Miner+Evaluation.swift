internal import Corpus
internal import Detection
internal import Settings

extension Miner {
  /// The pictures that the settings hold out.
  public func heldOut() throws -> EvaluationSet {
    try EvaluationSet(heldOutBy: settings, ledger, featureFile, pictureMemory)
  }

  /// Measures a model.
  /// - Parameter generation: nil: the live one.
  public func evaluate(
    _ generation: Int?, on set: EvaluationSet, progress: @escaping ProgressHandler = { _ in }
  ) throws -> EvaluationReport {
    let model =
      try generation.map { try models.model($0, for: settings.hog).svm } ?? requireDetector().model
    return try model.evaluate(on: set, settings: settings, progress: progress)
  }
}
