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
    abstract: "Train a detector, calibrate and publish it.",
    discussion: """
      Learns a linear SVM (C, class_weight) from features_path, calibrates its margins into \
      probabilities on five folds, keeps it in models_path as the next generation and, if \
      held-out pictures do not show it to be worse than the live one and the best so far, \
      replaces classifier_path by it. With target_fppi it also chooses the threshold.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Learn from so many hard negatives, the most confident; all where not said.",
      valueName: "n"))
  var hardNegatives: Int?

  @Flag(help: "Publish even what is worse than the live model; this is recorded.")
  var force = false

  @Flag(help: ArgumentHelp("Print the result as JSON.", discussion: JSONShape.training))
  var json = false

  func validate() throws {
    guard hardNegatives ?? 0 >= 0 else {
      throw ValidationError("--hard-negatives is at least 0")
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
    if deleted > 0 { note("misfire: deleted \(deleted.counted("model")), as models_keep says") }
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
        \((report.hardNegatives + report.hardNegativesLeftOut).grouped) hard negatives: \
        training_memory holds no more; raise it
        """)
    }
  }

  private func state(of report: TrainingReport) -> String {
    switch report.fate {
    case .published: "live"
    case .kept: "kept, as another generation is pinned"
    case .refused: "refused"
    case .unchanged: "no new generation"
    }
  }
}
