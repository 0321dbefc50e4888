package import Detection
package import Settings
internal import Text

/// Decides whether a newly trained model goes live, by its results at its threshold and over its whole curve.
package struct Gate {
  package let isAccepted: Bool
  /// Whether enough is held out for a decision.
  package let isInformed: Bool
  /// In words and numbers.
  package let reason: String

  /// A detector, measured on the held-out pictures.
  package struct Contender: Sendable {
    /// "generation 2, the best so far".
    package let name: String
    package let scores: HeldOutScores
    package let report: EvaluationReport

    package init(name: String, scores: HeldOutScores, report: EvaluationReport) {
      self.name = name
      self.scores = scores
      self.report = report
    }
  }

  /// The parameters of the decision.
  package struct Rules: Sendable {
    /// How much higher than an earlier model's the new one's log-average miss rate may be.
    let tolerance: Double
    /// The false positives per image for which thresholds are chosen; nil: `min_probability` is the threshold.
    package let targetFPPI: Double?
    let seed: UInt64
    package let threads: Int

    package init(_ plan: TrainingPlan, _ choice: ThresholdChoice) {
      tolerance = plan.tolerance
      targetFPPI = choice.targetFPPI
      seed = UInt64(plan.seed)
      threads = plan.threads
    }
  }

  /// - Parameters:
  ///   - earlier: the live model, then the best so far if that is another one; empty before the first model. Measured on
  ///     the same pictures.
  ///   - before: what the live model's own training measured; nil if it does not record it.
  ///   - isForced: accepts the model whatever was measured.
  package init(
    new: Contender, earlier: [Contender], before: EvaluationReport? = nil, _ rules: Rules,
    isForced: Bool
  ) {
    isInformed = new.report.isInformed
    let measured = Self.measures(of: new.report, after: earlier.first?.report)
    let shrunk = before.flatMap { Self.shrinking(from: $0, to: new.report) }
    func sentence(_ parts: String?...) -> String {
      parts.compactMap(\.self).joined(separator: "; ")
    }
    if let objection = Self.objection(to: new, earlier, rules) {
      isAccepted = isForced
      reason = sentence(
        shrunk, measured, isForced ? "\(objection): published because it was forced" : objection)
      return
    }
    isAccepted = true
    let unknown =
      isInformed
      ? nil
      : "too few pictures are held out to \(earlier.isEmpty ? "compare other models with it" : "compare it"): "
        + "\(new.report.objects) objects and \(new.report.negatives) pictures without one, but at least "
        + "\(EvaluationReport.leastHeldOut) of each are needed"
    reason = sentence(
      earlier.isEmpty ? "there was no model before" : nil, shrunk, unknown, measured)
  }

  /// The objection to the new model; nil if there is none, or too little is held out to tell.
  private static func objection(to new: Contender, _ earlier: [Contender], _ rules: Rules)
    -> String?
  {
    if new.report.findsNothing {
      return
        "it finds none of the \(new.report.objects) held-out objects above \(new.report.thresholdInWords)"
    }
    guard new.report.isInformed else { return nil }
    for old in earlier {
      let comparison = Comparison(new, old, rules)
      if let objection = comparison.objection { return objection }
    }
    return nil
  }

  /// What is measured, before → after.
  private static func measures(of new: EvaluationReport, after old: EvaluationReport?) -> String? {
    guard let point = new.pointInWords, let average = new.logAverage else { return nil }
    let better = new.betterThresholdInWords.map { "; \($0)" } ?? ""
    guard let old, let oldMissed = old.missed, let oldRate = old.falsePositivesPerImage,
      let oldAverage = old.logAverage, oldAverage.name == average.name,
      let oldThreshold = old.threshold,
      let missed = new.missed, let rate = new.falsePositivesPerImage, let threshold = new.threshold
    else { return "it \(point), \(average.name) \(average.value.fixed(digits: 4))\(better)" }
    func change(_ old: Double, _ new: Double, _ digits: Int) -> String {
      "\(old.fixed(digits: digits)) → \(new.fixed(digits: digits))"
    }
    let probability =
      oldThreshold.probability == threshold.probability
      ? threshold.probability.fixed(digits: 3)
      : change(oldThreshold.probability, threshold.probability, 3)
    return "misses \(oldMissed.grouped) → \(missed.grouped) of \(new.objects.grouped) objects, "
      + "false positives per image \(change(oldRate, rate, 2)) above probability \(probability), "
      + "\(average.name) \(change(oldAverage.value, average.value, 4))\(better)"
  }

  /// Says that less is held out than when the live model was trained; nil if it is not.
  private static func shrinking(from old: EvaluationReport, to new: EvaluationReport) -> String? {
    guard new.objects < old.objects || new.negatives < old.negatives else { return nil }
    return
      "only \(new.objects) objects and \(new.negatives) pictures without one are held out, fewer than the "
      + "\(old.objects) and \(old.negatives) that the live model was first measured on; both models are "
      + "measured on what is left"
  }
}
