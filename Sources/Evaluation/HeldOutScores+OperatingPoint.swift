package import Detection
package import Settings

extension LinearSVM {
  /// Detections below this margin are ignored: there are far more than one per image.
  package static let lowestMargin = -1.0
}

extension HeldOutScores {
  /// The operating point of a detector with these scores.
  /// - Returns: the lowest threshold whose false positives per image are at most `target_fppi`; nil
  /// if there is none, or too few pictures without the object are held out to choose by.
  package func operatingPoint(_ choice: ThresholdChoice) -> OperatingPoint? {
    guard let target = choice.choosableTarget(negatives: negatives.count) else { return nil }
    return OperatingPoint(
      margin: total.threshold(
        atFalsePositivesPerImage: target, least: LinearSVM.lowestMargin),
      targetFPPI: target)
  }
}

extension ThresholdChoice {
  /// `target_fppi`, if this many pictures without the object are enough to choose a threshold by.
  package func choosableTarget(negatives: Int) -> Double? {
    negatives >= EvaluationReport.leastHeldOut ? targetFPPI : nil
  }
}
