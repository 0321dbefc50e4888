internal import Corpus
internal import Detecting
package import Detection
package import Evaluation
package import Mining
internal import Settings

extension Miner {
  /// The data set's guard: the live model's if that was made of the same, otherwise a new one.
  /// - Parameters:
  ///   - set: the settings' held-out pictures; collects pictures that cannot be used.
  ///   - trainer: nil: the settings'.
  /// - Returns: nil if no window is to be doubted, or if there are too few pictures to learn from.
  package func objectGuard(_ set: EvaluationSet, by trainer: LinearSVMTrainer? = nil) throws
    -> MeasuredGuard?
  {
    guard setup.mining.reviewPercentile != nil else { return nil }
    let rows = try featureFile.trainingRows(hardNegatives: .mostConfident(0))
    guard
      let training = GuardTraining(
        rows, set, trainer ?? self.trainer(), setup.training, setup.mining, by: setup.reader,
        hog: setup.hog)
    else {
      return nil
    }
    let source = try training.source(pictureMemory)
    if let known = detector?.objectGuard, known.detector.source == source { return known }
    return try training.learn(source, set.leftOut)
  }
}
