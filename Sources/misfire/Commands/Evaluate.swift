internal import ArgumentParser
internal import Detection
internal import Evaluation
internal import Files
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text
internal import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the live model: misses against false positives per image.",
    discussion: """
      Without folders, it measures on the held-out pictures of the settings. An object is found if a \
      detection overlaps it by half; a false positive is a detection in a picture without the object. \
      The log-average miss rate sums up the whole curve in one number; lower is better. If there are no \
      such pictures, false positives beside the objects count instead; that number has a separate \
      name, because it is not comparable. Without objects (--negatives alone), only false positives are measured.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("Pictures that show objects.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Where their boxes are; without it, each picture is one object.", valueName: "path"),
    completion: .file())
  var annotations: String?

  @Option(
    help: ArgumentHelp("Pictures without the object.", valueName: "folder"),
    completion: .directory)
  var negatives: String?

  @Option(
    help: ArgumentHelp("Measure this generation instead of the live one.", valueName: "n"))
  var generation: Int?

  @Flag(
    help: ArgumentHelp(
      "Print the numbers, the curve and the results at every threshold as JSON.",
      discussion: JSONShape.evaluation))
  var json = false

  @Flag(help: "Print the results at every threshold as comma-separated values.")
  var csv = false

  func validate() throws {
    guard annotations == nil || images != nil else {
      throw ValidationError("--annotations needs --images")
    }
    guard !json || !csv else { throw ValidationError("give --json or --csv, not both") }
  }

  func run() throws {
    let miner = try common.readOnlyMiner()
    let isHeldOut = images == nil && negatives == nil
    let set =
      isHeldOut
      ? try miner.heldOut()
      : try EvaluationSet(
        miner.setup.objects, images: images.map { FilePath.argument($0) },
        annotations: annotations.map { FilePath.argument($0) },
        negatives: negatives.map { FilePath.argument($0) },
        by: miner.setup.reader)
    let bar = ProgressBar()
    let (report, table) = try miner.evaluateWithTable(generation, on: set) { bar.show($0) }
    bar.finish()
    try data.tell(set.leftOut)
    // What is held out taught none.
    let taught = isHeldOut ? 0 : try miner.taughtCount(of: set)
    if taught > 0 {
      note(
        "misfire: \(taught.grouped) of these \(set.paths.count.counted("picture")) taught the detector; expect more mistakes in others"
      )
    }
    if csv {
      print(table.csv)
    } else if json {
      try printJSON(Measured(report: report, thresholds: table.rows, leftOut: set.leftOut))
    } else {
      report.show()
    }
  }

  /// The report with two more members.
  private struct Measured: Encodable {
    let report: EvaluationReport
    let thresholds: [ThresholdTable.Row]
    let leftOut: LeftOut

    enum CodingKeys: CodingKey {
      case thresholds, leftOut
    }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(thresholds, forKey: .thresholds)
      try container.encode(leftOut, forKey: .leftOut)
    }
  }
}

extension EvaluationReport {
  /// Prints the numbers without the curve.
  func show() {
    let unknown = "not measurable"
    func text(_ number: Double?) -> String { number.map { $0.fixed(digits: 4) } ?? unknown }
    func text(_ number: Double?, _ interval: Interval?) -> String {
      text(number) + (interval.map { " (\($0.inWords))" } ?? "")
    }
    print(
      """
      objects                    \(objects.grouped)
      pictures without one       \(negatives.grouped)
      \(negatives > 0 ? "log-average miss rate     " : "log-average beside objects") \
      \(text(logAverage?.value, logAverageMissRateInterval))
      average precision          \(text(averagePrecision))
      threshold                  \(thresholdInWords)
      miss rate                  \(text(missRate, missRateInterval))
      false positives per image  \(text(falsePositivesPerImage, falsePositivesPerImageInterval))
      calibration error          \(text(reliability?.expectedCalibrationError))
      """)
    if let betterThresholdInWords { print("better threshold           \(betterThresholdInWords)") }
  }
}
