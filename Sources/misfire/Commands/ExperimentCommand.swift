internal import ArgumentParser
internal import Detection
internal import Evaluation
internal import Mining
internal import Settings
internal import Text
internal import Training

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Find out how many hard negatives are enough, and how many are too many.",
    discussion: """
      Trains with 0, 1, 2, 5, 10, 20, 50 and 100 percent of the hard negatives, once with \
      the most confident first and once in random order, and measures each detector on held-out \
      pictures: over the whole curve, and at the current threshold (target_fppi or \
      min_probability). Nothing is published.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Flag(help: ArgumentHelp("Print the numbers as JSON.", discussion: JSONShape.experiment))
  var json = false

  func run() throws {
    let miner = try common.readOnlyMiner()
    let experiment = Experiment(miner)
    let bar = ProgressBar()
    let (report, leftOut) = try experiment.run(isStrict: data.strict) { bar.show($0) }
    bar.finish()
    try data.tell(leftOut)
    if json { return try printJSON(ResultWithLeftOut(result: report, leftOut: leftOut)) }
    for order in Experiment.Order.allCases {
      show(report, order, tolerance: miner.setup.training.tolerance)
    }
    print("saved in \(experiment.path)")
  }

  private func show(_ report: Experiment.Report, _ order: Experiment.Order, tolerance: Double) {
    print("hard negatives, \(order.rawValue) first")
    print(
      "   number   miss rate*   precision   misses   false positives per image   above probability")
    for trial in report.trials where trial.order == order {
      print(
        column(trial.hardNegatives.grouped, 9),
        column(trial.logAverageMissRate.fixed(digits: 4), 12),
        column(trial.averagePrecision.fixed(digits: 4), 11),
        column(trial.missRate.fixed(digits: 3), 8),
        column(trial.falsePositivesPerImage.fixed(digits: 3), 28),
        column(trial.threshold?.probability.fixed(digits: 3) ?? "", 20), separator: "")
    }
    let told = report.conclusion(order, tolerance: tolerance)
    print(
      "  * log-average. Enough: \(told.enoughInWords), best: \(told.bestInWords), too many: "
        + told.tooManyInWords + "\n")
  }

  private func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
