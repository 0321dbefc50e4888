internal import Detection
internal import Evaluation
internal import Text

/// What may keep a detector from improving, the most likely first.
enum Symptom: CaseIterable {
  case pileForReview
  case thresholdTooHigh
  case fewPositives
  case fewHeldOut
  case variedObject

  /// Whether there is too little of something, so that no training can help.
  var starves: Bool { self == .fewPositives || self == .fewHeldOut }

  /// With fewer rows of the object, most of its appearances are unseen.
  static let fewPositiveRows = 40
  /// From this log-average miss rate on, the object is mostly missed.
  static let missedMostly = 0.5

  /// What the facts show of it, with the numbers; nil if nothing.
  func finding(in facts: LearningFacts) -> String? {
    switch self {
    case .pileForReview:
      guard facts.isPiledUp else { return nil }
      return "\(facts.setAside.grouped) windows look more like the object than most objects do"
    case .thresholdTooHigh:
      guard facts.targetFPPI == nil, let evaluation = facts.evaluation,
        let missed = evaluation.missed, let better = evaluation.betterThresholdInWords
      else { return nil }
      return
        "the threshold is too high: it misses \(missed) of \(evaluation.objects) objects, and \(better)"
    case .fewPositives:
      guard let positives = facts.positives, positives < Self.fewPositiveRows else { return nil }
      return
        "it has only \(positives) rows of the object to learn from, mirrored ones included"
    case .fewHeldOut:
      guard let evaluation = facts.evaluation, !evaluation.isInformed else { return nil }
      return
        "\(evaluation.objects) objects and \(evaluation.negatives) pictures without one are held out, too few "
        + "to tell a good model from a bad one"
    case .variedObject:
      guard let evaluation = facts.evaluation, let average = evaluation.logAverage,
        average.value >= Self.missedMostly, Self.fewPositives.finding(in: facts) == nil
      else { return nil }
      return "at any threshold it misses most objects (\(average.name) "
        + "\(average.value.fixed(digits: 2))): they vary too much for one detector with this window and these features"
    }
  }

  /// What to do about it.
  var remedy: String {
    switch self {
    case .pileForReview:
      "look at some in `misfire review`: if they show the object, stop dropping such pictures and skip the "
        + "windows; if they do not, raise hn_review_percentile"
    case .thresholdTooHigh:
      "set target_fppi, for example to 0.1; each training then chooses its threshold"
    case .fewPositives:
      "add more pictures of the object to image_dataset, then run `misfire extract` and `misfire train`"
    case .fewHeldOut:
      "hold out more: lower percent_gt_images, raise validation_share, or add pictures"
    case .variedObject:
      "train a detector for each view of the object, or set window_dim to the object's shape and use smaller "
        + "pixels_per_cell"
    }
  }
}
