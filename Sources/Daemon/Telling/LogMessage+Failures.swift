internal import Detection
internal import Durable
internal import Logging
internal import Scheduling
internal import Text

// Messages about failures, and about their end.

extension LogMessage {
  init(failing failure: Failure) {
    let text =
      switch failure.activity {
      case .watch: failure.words
      case .train, .report, .metrics:
        "cannot \(failure.activity.infinitive): \(failure.words); retrying until it works, while mining goes on"
      // It may be the first model, without which nothing is mined.
      case .adopt:
        "cannot \(failure.activity.infinitive): \(failure.words); retrying until it works"
      default: "\(failure.words); retrying until it works"
      }
    self.init(failure.activity == .watch ? .notWatched : .failing, text, failure.fields)
  }

  init(over ended: OpenFailures.Ended) {
    let failure = ended.last
    self.init(
      .recovered,
      """
      \(failure.activity.gerund) works again after \(ended.count.counted("failure")) in \
      \(ended.duration.inWords)
      """, failure.fields)
  }
}

extension LogMessage {
  init(_ wait: FileLock.Wait) {
    switch wait {
    case .begun(let held):
      self.init(.waitsForLock, held.whileWaiting, ["path": "\(held.path)"])
    case .over(let path, let time):
      self.init(
        .hasLock, "has the lock \(path) after waiting \(time.inWords) for it", ["path": "\(path)"])
    }
  }
}

extension LogMessage {
  init(noLongerDue ended: OpenFailures.Ended) {
    let failure = ended.last
    self.init(
      .recovered,
      """
      \(failure.activity.gerund) is no longer needed, after \(ended.count.counted("failure")) in \
      \(ended.duration.inWords)
      """, failure.fields)
  }
}

extension Failure {
  var fields: Logger.Metadata {
    var fields: Logger.Metadata = [
      "activity": "\(activity.rawValue)", "cause": "\(cause.rawValue)",
      "fault": "\(fault.rawValue)", "remedy": "\(cause.remedy)",
    ]
    fields["path"] = path.map { "\($0)" }
    return fields
  }
}

extension Activity {
  var gerund: String {
    switch self {
    case .start: "starting"
    case .list: "listing the inbox"
    case .mine: "mining"
    case .seal: "sealing"
    case .cleanUp: "cleaning up"
    case .train: "training"
    case .adopt: "switching to the new model"
    case .remine: "mining known pictures again"
    case .record: "recording missed events"
    case .report: "writing the report"
    case .metrics: "writing the metrics"
    case .watch: "watching the inbox"
    case .reload: "reloading the settings"
    }
  }

  /// After "cannot".
  var infinitive: String {
    switch self {
    case .train: "train"
    case .report: "write the report"
    case .metrics: "write the metrics"
    case .adopt: "use the published model"
    default: "go on \(gerund)"
    }
  }
}

extension Duration {
  /// "40 s", "12 min", "3 h".
  var inWords: String {
    let seconds = Int((self / .seconds(1)).rounded(.up))
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7_200: "\(seconds / 60) min"
    default: "\((seconds / 3_600).grouped) h"
    }
  }
}
