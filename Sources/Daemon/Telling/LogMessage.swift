internal import Detection
internal import Foundation
internal import Logging
internal import Scheduling
internal import Settings
internal import SystemPackage
internal import Text

/// One line of the log, of a kind explained in the journal's catalog, with the numbers as fields.
struct LogMessage {
  let id: MessageID
  let text: String
  var fields: Logger.Metadata

  init(_ id: MessageID, _ text: String, _ fields: Logger.Metadata = [:]) {
    self.id = id
    self.text = text.printable
    self.fields = fields
  }

  /// The messages for a piece of news.
  /// - Parameters:
  ///   - path: the settings file.
  ///   - setup: the current settings; nil before the first ones are in use.
  static func of(_ news: News, settingsPath path: FilePath, setup: Setup?) -> [LogMessage] {
    switch news {
    case .failing(let failure): [LogMessage(failing: failure)]
    case .worksAgain(let ended): [LogMessage(over: ended)]
    case .noLongerDue(let ended): [LogMessage(noLongerDue: ended)]
    case .cannotStart(let failure): [LogMessage(.cannotStart, failure.words, failure.fields)]
    case .reloadRejected(let failure):
      [
        LogMessage(
          .reloadRejected, "reload rejected, keeping the current settings: \(failure.words)",
          failure.fields)
      ]
    case .reloaded:
      [LogMessage(.reloaded, "reloaded the settings of \(path)")] + elsewhere(setup?.startInWords)
    case .stopped(let count): [LogMessage(.stopped, "stopped after \(count.counted("picture"))")]
    default: setup.map { of(news, settingsPath: path, $0) } ?? []
    }
  }

  /// Mentions paths that do not start at the settings file's folder, if there are any.
  private static func elsewhere(_ startInWords: String?) -> [LogMessage] {
    startInWords.map { [LogMessage(.pathsElsewhere, $0)] } ?? []
  }

  private static func of(_ news: News, settingsPath path: FilePath, _ setup: Setup)
    -> [LogMessage]
  {
    switch news {
    case .started(let hasModel, let generation):
      [LogMessage(started: setup.folders.inbox, hasModel: hasModel, generation)]
        + elsewhere(setup.startInWords)
    case .crashedBefore(let count): [LogMessage(crashedBefore: count)]
    case .modelRestored(let generation):
      [LogMessage(restored: generation, setup.files.liveModel)]
    case .waitsForModel(let reason):
      [LogMessage(waitsForModel: reason, setup.files.liveModel, settingsPath: path)]
    case .switchedModel(let generation): [LogMessage(switchedTo: generation)]
    case .picture(let report): of(report, retrainThreshold: setup.mining.retrainThreshold)
    case .pictureBefore(let report): of(report, retrainThreshold: nil)
    case .intakeStopped(let count, let total):
      [LogMessage(intakeStopped: count, of: total, setup.folders.inbox)]
    case .intakeResumed:
      [LogMessage(.intakeResumed, "\(setup.folders.inbox) was emptied: taking pictures again")]
    case .quarantineFull: [LogMessage(fullQuarantine: setup.folders, path)]
    case .unminable(let entry): [LogMessage(unminable: entry)]
    case .remined(let report): [LogMessage(report)]
    case .deletedMined(let count):
      [
        LogMessage(
          .deletedMined,
          "deleted \(count.counted("picture")) from \(setup.folders.mined) because of hn_keep_mined",
          ["count": "\(count)"])
      ]
    case .skipped(let picture): [LogMessage(skipped: picture)]
    case .foundByRescan(let count, let events): [LogMessage(foundByRescan: count, events)]
    case .eventsLost:
      [
        LogMessage(
          .eventsLost, "the kernel's queue of events overflowed: listing the inbox instead")
      ]
    case .networkFileSystem(let kind):
      [LogMessage(networkFileSystem: kind, setup.folders.inbox)]
    case .diedTraining(let pause, let budget): [LogMessage(diedTraining: pause, budget)]
    case .trainingStarted(let count, let budget): [LogMessage(trainingOn: count, budget)]
    case .trained(let report): of(report, setup.files.liveModel)
    case .learningStalls(let learning): [LogMessage(stalled: learning)]
    case .retired(let retired): [LogMessage(retired: retired)]
    case .allNeeded(let retired): [LogMessage(allNeeded: retired)]
    case .failing, .worksAgain, .noLongerDue, .cannotStart, .reloadRejected, .reloaded, .stopped: []
    }
  }
}

extension Logger {
  func log(_ message: LogMessage) {
    log(
      level: message.id.level, "\(message.text)",
      metadata: message.fields.merging(["message_id": "\(message.id.rawValue)"]) { _, id in id })
  }
}

extension Duration {
  var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
