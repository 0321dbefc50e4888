internal import Corpus
internal import Detection
internal import Foundation
internal import Logging
internal import Pictures
internal import Scheduling
internal import SystemPackage
internal import Text
internal import Training

// Messages about models and trainings.

extension LogMessage {
  init(started inbox: FilePath, hasModel: Bool, _ generation: Int?) {
    let model =
      hasModel ? "with \(generation.map { "generation \($0)" } ?? "a model")" : "without a model"
    self.init(.started, "watching \(inbox) \(model)")
  }

  init(waitsForModel unusable: String?, _ path: FilePath, settingsPath: FilePath) {
    let conf = "--conf \(settingsPath)"
    let reason =
      unusable
        ?? """
        no model at \(path): run `misfire extract \(conf)`, then `misfire train \(conf)`, as the user \
        \(NSUserName())
        """
    self.init(.waitsForModel, "\(reason); mining then starts by itself")
  }

  init(switchedTo generation: Int?) {
    self.init(
      .modelSwitched,
      "switched to \(generation.map { "generation \($0)" } ?? "a model without a number")",
      generation.map { ["generation": "\($0)"] } ?? [:])
  }

  /// The process before this one died while training.
  init(diedTraining pause: Duration, _ budget: TrainingBudget) {
    self.init(
      .diedTraining,
      """
      misfired died while training; mining goes on, and the next training begins in \(pause.inWords) at the \
      earliest\(budget.inWords)
      """)
  }

  init(trainingOn count: Int, _ budget: TrainingBudget) {
    self.init(
      .trainingStarted,
      """
      training on \(count.counted("new hard negative"))\(budget.inWords), while mining goes on
      """)
  }

  /// The model at `path` was damaged or missing, and the generation's own has taken its place.
  init(restored generation: Int, _ path: FilePath) {
    self.init(
      .modelRestored, "\(path) was damaged or missing; restored generation \(generation)",
      ["generation": "\(generation)"])
  }

  /// Training does not improve the detector, and what to do.
  init(stalled learning: Learning) {
    self.init(.learningStalls, learning.inWords, ["state": "\(learning.state.rawValue)"])
  }

  init(retired: FeatureFile.Retired) {
    self.init(.retired, retired.inWords, ["hard_negatives": "\(retired.count)"])
  }

  init(allNeeded retired: FeatureFile.Retired) {
    self.init(
      .allNeeded, retired.excessInWords ?? "", ["hard_negatives": "\(retired.excess)"])
  }

  static func of(_ report: TrainingReport, _ classifier: FilePath) -> [LogMessage] {
    let fields = report.fields
    let setAside = report.setAside.map { place in
      LogMessage(
        .modelDisplaced, "\(classifier) was not trained here, so it was kept as \(place)")
    }
    let remarks =
      report.dataLeftOut.faults.map {
        LogMessage(.dataLeftOut, "to measure generation \(report.generation), \($0)", fields)
      }
      + (report.isUnchanged ? [] : [LogMessage(shortOf: report), LogMessage(leftOutOf: report)])
      .compactMap(\.self)
    return [setAside, LogMessage(fateOf: report)].compactMap(\.self) + remarks
  }

  private init(fateOf report: TrainingReport) {
    let rows = """
      \(report.positives.counted("positive")), \(report.negatives.counted("negative")), \
      \(report.hardNegatives.counted("hard negative")), \(Int(report.seconds * 1000).grouped) ms
      """
    let generation = "generation \(report.generation)"
    let (id, text): (MessageID, String) =
      switch report.fate {
      case .published:
        (
          report.isInformed ? .modelPublished : .modelUnjudged,
          "\(generation) is live: \(rows); \(report.explanation)"
        )
      case .kept:
        (
          .modelKept,
          """
          \(generation) was saved but not made live, because another one is pinned: \(rows); \(report.explanation)
          """
        )
      case .unchanged:
        (.nothingLearnt, "\(report.explanation) (\(rows))")
      case .refused:
        (.modelRefused, "\(generation) is not published: \(report.explanation) (\(rows))")
      }
    self.init(id, text, report.fields)
  }

  /// Nil if training came close enough to the optimum.
  private init?(shortOf report: TrainingReport) {
    guard let shortfall = report.shortfall else { return nil }
    self.init(.notConverged, shortfall, report.fields)
  }

  /// Nil if all hard negatives were trained on.
  private init?(leftOutOf report: TrainingReport) {
    guard report.hardNegativesLeftOut > 0 else { return nil }
    let all = report.hardNegatives + report.hardNegativesLeftOut
    self.init(
      .leftOut,
      """
      left out the \(report.hardNegativesLeftOut.grouped) least confident of \
      \(all.counted("hard negative")), because training_memory holds no more; raise it
      """, report.fields)
  }
}

extension TrainingBudget {
  /// Empty if it is all that the settings allow.
  fileprivate var inWords: String {
    isReduced
      ? " with rows of \(max(1, memory >> 20).grouped) MiB in memory, because misfired died with more"
      : ""
  }
}

extension TrainingReport {
  fileprivate var fields: Logger.Metadata {
    [
      "generation": "\(generation)", "positives": "\(positives)", "negatives": "\(negatives)",
      "hard_negatives": "\(hardNegatives)", "milliseconds": "\(Int(seconds * 1000))",
    ]
  }
}
