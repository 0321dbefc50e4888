internal import Detection
internal import Evaluation
internal import Text

/// What is known of the learning so far.
struct LearningFacts: Sendable {
  var hasModel = true
  /// Why the live model cannot be used, and what to do.
  var unusableModel: String?
  /// The trainings that made a generation, and how many of the last were refused in a row.
  var trainings = 0
  var refusalsInARow = 0
  /// The rows of the object that the last training learnt from.
  var positives: Int?
  /// What the live model's training measured; nil if it does not record it.
  var evaluation: EvaluationReport?
  var targetFPPI: Double?
  var minedPictures = 0
  var hardNegatives = 0
  /// Windows that wait for a person, and how many new hard negatives start a training.
  var setAside = 0
  var retrainThreshold = 200
  /// Whether mining again found nothing new to learn, or the last training learnt nothing from new hard negatives.
  var isSaturated = false

  /// More than a person can look through.
  var pileLimit: Int { 5 * retrainThreshold }
  var isPiledUp: Bool { setAside > pileLimit }

  var triedInWords: String {
    let refused =
      refusalsInARow == 0
      ? "" : ", the last \(refusalsInARow == 1 ? "one" : "\(refusalsInARow)") refused"
    return
      "\(trainings.counted("training"))\(refused), on \(hardNegatives.counted("hard negative")) of "
      + "\(minedPictures.counted("picture")); \(setAside.counted("window")) "
      + (setAside == 1 ? "waits" : "wait") + " for review"
  }
}
