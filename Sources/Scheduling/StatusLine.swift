internal import Text

/// The line that `systemctl status` shows.
package struct StatusLine: Equatable, Sendable {
  package enum Work: Equatable, Sendable {
    /// The settings' files are being opened, and interrupted work finished.
    case recovering
    /// The same, which has not worked yet.
    case waitingToBegin
    case waitingForModel
    case mining(done: Int, of: Int, picturesPerSecond: Int)
    /// Most dropped pictures look like the object.
    case intakeStopped(waiting: Int)
    /// The mined pictures are mined again.
    case remining
    case idle(mined: Int)
    case stopping
  }

  package var work = Work.recovering
  /// What fails, and why.
  package var trouble: String?
  /// Why the settings file is not in use, as of when it was last read.
  package var rejectedReload: String?
  /// How many files stay in the inbox because quarantine is full.
  package var unplacedCount = 0
  package var isTraining = false
  /// A training is due but waits, because the process died in the one before.
  package var isTrainingPaused = false
  package var generation: Int?
  package var sinceTraining = 0
  package var retrainThreshold = 0

  package init() {}

  package var text: String {
    if work == .stopping { return "stopping" }
    let parts = [
      trouble.map { "trying again: \($0)" }, progress,
      unplacedCount > 0
        ? "quarantine is full, \(unplacedCount.counted("file")) wait in the inbox: misfire quarantine prune"
        : nil,
      rejectedReload.map { "reload rejected: \($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: "; ")
  }

  private var progress: String {
    let countdown =
      isTraining
      ? "retraining"
      : isTrainingPaused
        ? "retraining waits, because misfired died while training"
        : "\(sinceTraining.grouped) of \(retrainThreshold.grouped) until retraining"
    let model = generation.map { "generation \($0.grouped)" } ?? "a model without a number"
    return switch work {
    case .recovering:
      "finishing interrupted work"
    case .waitingToBegin:
      "waiting until that is fixed"
    case .waitingForModel:
      "waiting for a model: run misfire extract, then misfire train"
    case .mining(let done, let total, let rate):
      "mining \(done.grouped) of \(total.grouped), \(rate.grouped) pictures/s, \(countdown)"
    case .intakeStopped(let waiting):
      "taking no more pictures, because most of the last look like the object: \(waiting.grouped) wait, see the journal"
    case .remining:
      "mining known pictures again, \(model), \(countdown)"
    case .idle(let mined):
      "idle: \(mined.counted("picture")) mined since the start, \(model), \(countdown)"
    case .stopping:
      "stopping"
    }
  }
}
