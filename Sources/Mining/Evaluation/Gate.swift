internal import Detection
internal import Settings

/// Decides whether a newly trained model goes live.
struct Gate {
  /// Fewer objects or pictures than this measure nothing that a decision could rest on.
  static let leastHeldOut = 10

  let isAccepted: Bool
  /// Whether enough is held out for a decision to rest on.
  let isInformed: Bool
  /// In words and numbers.
  let reason: String

  /// - Parameters:
  ///   - new, live: measured on the same held-out pictures; `live` is nil before the first model.
  ///   - tolerance: by how much more the new one may miss (log-average miss rate).
  ///   - isForced: lets it through whatever was measured.
  init(new: EvaluationReport, live: EvaluationReport?, tolerance: Double, isForced: Bool) {
    isInformed = min(new.objects, new.negatives) >= Self.leastHeldOut
    guard isInformed, let newRate = new.logAverageMissRate else {
      isAccepted = true
      let heldOut =
        "\(new.objects.counted("object")) and \(new.negatives.counted("picture")) without one, "
        + "of at least \(Self.leastHeldOut) each"
      reason =
        live == nil
        ? "there was no model before; to compare others with it, too little is held out: \(heldOut)"
        : "too little is held out to compare it: \(heldOut)"
      return
    }
    let measured = "log-average miss rate \(newRate.fixed(digits: 4))"
    guard let liveRate = live?.logAverageMissRate else {
      isAccepted = true
      reason = "\(measured); there was no model before"
      return
    }
    let compared = "\(measured), the live model's is \(liveRate.fixed(digits: 4))"
    let isWorse = newRate > liveRate + tolerance
    isAccepted = !isWorse || isForced
    reason =
      !isWorse
      ? compared
      : isForced
        ? "\(compared): worse, and published because it was forced"
        : "\(compared): worse by more than \(tolerance)"
  }
}
