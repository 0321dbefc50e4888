internal import Detection

/// The line that `systemctl status` shows.
struct StatusLine: Equatable {
  enum Work: Equatable {
    case recovering
    case waitingForModel
    case mining(done: Int, of: Int, picturesPerSecond: Double)
    case idle(mined: Int)
  }

  var work = Work.recovering
  /// What the machine does not let it do, and why.
  var trouble: String?
  var isTraining = false
  var generation: Int?
  var sinceTraining = 0
  var retrainThreshold = 0

  var text: String {
    let parts = [trouble.map { "trying again: \($0)" }, progress]
    return parts.compactMap(\.self).joined(separator: "; ")
  }

  private var progress: String {
    let countdown =
      isTraining
      ? "retraining" : "\(sinceTraining.grouped) of \(retrainThreshold.grouped) until retraining"
    let model = generation.map { "generation \($0.grouped)" } ?? "a model without a number"
    return switch work {
    case .recovering:
      "finishing what was interrupted"
    case .waitingForModel:
      "waiting for a model: run misfire extract, then misfire train"
    case .mining(let done, let total, let rate):
      "mining \(done.grouped) of \(total.grouped), \(Int(rate).grouped) pictures/s, \(countdown)"
    case .idle(let mined):
      "idle: \(mined.counted("picture")) mined since the start, \(model), \(countdown)"
    }
  }
}
