internal import Corpus
package import Detection
package import Evaluation
package import Pictures
package import SystemPackage
internal import Text

/// The result of a training.
package struct TrainingReport: Sendable, Encodable {
  /// The generation that it made, or made again.
  package let generation: Int
  /// The rows it learnt from.
  package let positives, negatives, hardNegatives: Int
  /// The hard negatives that were left out, the least confident, because `training_memory` is too small.
  package let hardNegativesLeftOut: Int
  /// ½‖w‖² + C·Σ hinge, and how far it may be from the optimum, relative to it.
  package let objective, relativeGap: Double
  /// What its probabilities were fitted to, and a remark about them; nil if there is none.
  package let calibration: Calibration.Source
  package let calibrationRemark: String?
  /// Its operating point, what it misses there and how often it misfires; nil if that could not be measured.
  package let threshold: Threshold?
  package let missRate, falsePositivesPerImage: Double?
  /// A remark about the threshold; nil if there is none.
  package let thresholdRemark: String?
  /// What its guard does with pictures of the object and others; nil if it has none.
  package let objectGuard: GuardReport?
  /// Whether the model was found good enough, and why or why not.
  package let isAccepted: Bool
  package let reason: String
  /// Whether enough was held out to compare models; if not, it was accepted.
  package let isInformed: Bool
  /// Whether it went live: an accepted one does, unless another is pinned.
  package let isLive: Bool
  /// Whether nothing new was learnt, so that there is no new generation.
  package let isUnchanged: Bool
  /// What of the held-out pictures could not be used.
  package let dataLeftOut: LeftOut
  /// Where the file is now that was at `classifier_path` and that no training here had put there; nil if there was none.
  package let setAside: FilePath?
  package let seconds: Double

  /// The outcome of a new model.
  package enum Fate: String, Sendable, CaseIterable {
    case published
    /// It is good enough, but another is pinned.
    case kept
    case refused
    /// The model existed before.
    case unchanged
  }

  /// One for tests and simulations.
  package static func example(generation: Int, fate: Fate) -> TrainingReport {
    TrainingReport(
      generation: generation, positives: 1, negatives: 1, hardNegatives: 0,
      hardNegativesLeftOut: 0, objective: 1, relativeGap: 0, calibration: .folds,
      calibrationRemark: nil, threshold: nil, missRate: nil, falsePositivesPerImage: nil,
      thresholdRemark: nil, objectGuard: nil, isAccepted: fate != .refused, reason: "",
      isInformed: true,
      isLive: fate == .published, isUnchanged: fate == .unchanged, dataLeftOut: LeftOut(),
      setAside: nil, seconds: 1)
  }

  package var fate: Fate {
    isUnchanged ? .unchanged : !isAccepted ? .refused : isLive ? .published : .kept
  }

  /// How far from the optimum training stopped, and what to do; nil if it is close enough: a tenth of a percent changes the
  /// calibration far less than another `random_seed` does.
  package var shortfall: String? {
    guard relativeGap > 1e-3 else { return nil }
    return """
      training stopped at an objective that may be \((relativeGap * 100).fixed(digits: 2)) % above the \
      least possible: lower C, or look for similar rows with both labels
      """
  }

  /// The reason, and remarks, in a sentence.
  package var explanation: String {
    [reason, thresholdRemark, calibrationRemark].compactMap(\.self).joined(separator: "; ")
  }

  package enum CodingKeys: String, CodingKey {
    case generation, positives, negatives, hardNegatives, hardNegativesLeftOut, objective
    case relativeGap, calibration, calibrationRemark, threshold, missRate, falsePositivesPerImage
    case thresholdRemark, objectGuard, reason, seconds
    case dataLeftOut = "leftOut"
    case isAccepted = "accepted"
    case isLive = "live"
    case isUnchanged = "unchanged"
  }
}

/// A training that has finished and is not yet judged.
struct TrainingCourse {
  let rows: TrainingRows
  /// The hard negatives left out of the rows for lack of memory.
  let leftOut: Int
  /// The hard negatives that there were when it began.
  let available: Int
  let trainer: LinearSVMTrainer
  let trained: CalibratedHyperplane
  let isForced: Bool
  /// Whether to refuse held-out data of which something must be left out.
  let isStrict: Bool
  let start: ContinuousClock.Instant
  /// `Ledger.rowVersion` from before the rows were opened.
  let rowVersion: Int

  var positives: Int { rows.labels.count { $0 > 0 } }

  func report(
    generation: Int, on set: EvaluationSet, measured: EvaluationReport? = nil,
    objectGuard: GuardReport? = nil, thresholdRemark: String? = nil,
    isAccepted: Bool, reason: String, isInformed: Bool = true, isLive: Bool,
    isUnchanged: Bool = false, setAside: FilePath? = nil
  ) -> TrainingReport {
    TrainingReport(
      generation: generation, positives: positives,
      negatives: rows.rowCount - positives - rows.hardNegatives,
      hardNegatives: rows.hardNegatives, hardNegativesLeftOut: leftOut,
      objective: trained.hyperplane.primalObjective,
      relativeGap: trained.hyperplane.relativeGap, calibration: trained.calibration.source,
      calibrationRemark: trained.calibration.remark, threshold: measured?.threshold,
      missRate: measured?.missRate,
      falsePositivesPerImage: measured?.falsePositivesPerImage,
      thresholdRemark: thresholdRemark, objectGuard: objectGuard, isAccepted: isAccepted,
      reason: reason,
      isInformed: isInformed, isLive: isLive, isUnchanged: isUnchanged,
      dataLeftOut: set.leftOut, setAside: setAside,
      seconds: start.duration(to: .now) / .seconds(1))
  }
}
