internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Evaluation
internal import Mining
internal import Settings
internal import Text
internal import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a detector, calibrate it and publish it.",
    discussion: """
      Trains a linear SVM (C, class_weight) on features_path, calibrates its margins as \
      probabilities on five folds, and saves it in models_path as the next generation. If the \
      held-out pictures do not show it to be worse than the live one or the best so far, \
      it replaces classifier_path. With target_fppi, training also chooses the threshold.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Train on at most this many hard negatives, the most confident; by default on all.",
      valueName: "n"))
  var hardNegatives: Int?

  @Flag(help: "Publish the model even if it is worse than the live one; this is recorded.")
  var force = false

  @Flag(help: ArgumentHelp("Print the result as JSON.", discussion: JSONShape.training))
  var json = false

  func validate() throws {
    guard hardNegatives ?? 0 >= 0 else {
      throw ValidationError("--hard-negatives must be at least 0")
    }
  }

  func run() throws {
    let miner = try common.recoveredMiner()
    let bar = ProgressBar()
    let report = try miner.train(
      hardNegatives: hardNegatives, isForced: force, isStrict: data.strict
    ) { bar.show($0) }
    bar.finish()
    if let place = report.setAside { note(setAside: place, miner.setup.files.liveModel) }
    try data.tell(report.dataLeftOut)
    if json { try printJSON(report) } else { show(report) }
    if let retired = try miner.retireHardNegatives() {
      if retired.count > 0 { note("misfire: \(retired.inWords)") }
      if let excess = retired.excessInWords { note("misfire: \(excess)") }
    }
    let deleted = try miner.deleteModels()
    if deleted > 0 { note("misfire: deleted \(deleted.counted("model")) because of models_keep") }
    guard report.isAccepted else { throw ExitCode.failure }
  }

  private func show(_ report: TrainingReport) {
    print(
      """
      generation \(report.generation): \(report.positives.counted("positive")), \
      \(report.negatives.counted("negative")), \(report.hardNegatives.counted("hard negative")); \
      objective \(report.objective.fixed(digits: 6)) within \((report.relativeGap * 100).fixed(digits: 4)) %; \
      \(report.seconds.fixed(digits: 2)) s
      \(state(of: report)): \(report.explanation)
      """)
    if let objectGuard = report.objectGuard { print(objectGuard.sentence) }
    if let shortfall = report.shortfall { note("misfire: \(shortfall)") }
    if report.hardNegativesLeftOut > 0 {
      note(
        """
        misfire: left out the \(report.hardNegativesLeftOut.grouped) least confident of \
        \((report.hardNegatives + report.hardNegativesLeftOut).grouped) hard negatives, because \
        training_memory holds no more; raise it
        """)
    }
  }

  private func state(of report: TrainingReport) -> String {
    switch report.fate {
    case .published: "live"
    case .kept: "saved but not made live, because another generation is pinned"
    case .refused: "refused"
    case .unchanged: "no new generation"
    }
  }
}
