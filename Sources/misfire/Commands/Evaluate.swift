internal import ArgumentParser
internal import Detection
internal import Mining
internal import SystemPackage

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the live model: misses against false positives per image.",
    discussion: """
      Without folders: on what the settings hold out. An object is found by a detection that \
      overlaps it by half; a false positive is a detection in a picture without the object. \
      The log-average miss rate is one number for the whole curve, lower is better.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("Pictures that show objects.", valueName: "folder"),
    completion: .directory)
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Where their boxes are; each picture is one object where not said.", valueName: "path"),
    completion: .file())
  var annotations: String?

  @Option(
    help: ArgumentHelp("Pictures without the object.", valueName: "folder"),
    completion: .directory)
  var negatives: String?

  @Option(
    help: ArgumentHelp("Measure this generation, not the live one.", valueName: "n"))
  var generation: Int?

  @Flag(help: "Print the numbers and the curve as JSON.")
  var json = false

  func validate() throws {
    guard annotations == nil || images != nil else {
      throw ValidationError("--annotations needs --images")
    }
  }

  func run() throws {
    let miner = try common.lookingMiner()
    let set =
      images == nil && negatives == nil
      ? try miner.heldOut()
      : try EvaluationSet(
        images: images.map { FilePath($0) }, annotations: annotations.map { FilePath($0) },
        negatives: negatives.map { FilePath($0) }, settings: miner.settings)
    let bar = ProgressBar()
    let report = try miner.evaluate(generation, on: set) { bar.show($0) }
    bar.finish()
    try data.tell(set.leftOut)
    if json {
      try printJSON(ResultWithLeftOut(result: report, leftOut: set.leftOut))
    } else {
      report.show()
    }
  }
}

extension EvaluationReport {
  /// Prints the numbers without the curve.
  func show() {
    let unknown = "not measurable"
    func text(_ number: Double?) -> String { number.map { $0.fixed(digits: 4) } ?? unknown }
    let threshold = minProbability.map { "above a probability of \($0)" } ?? "at min_probability"
    print(
      """
      objects                    \(objects.grouped)
      pictures without one       \(negatives.grouped)
      log-average miss rate      \(text(logAverageMissRate))
      average precision          \(text(averagePrecision))
      miss rate                  \(text(missRate)) \(threshold)
      false positives per image  \(text(falsePositivesPerImage)) \(threshold)
      """)
  }
}
