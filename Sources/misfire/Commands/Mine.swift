internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Files
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text
internal import Training

struct Mine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the windows in pictures without the object that fool the detector.",
    discussion: """
      Without arguments, it mines the lesson's batch: hn_num_distraction_images random pictures of \
      image_distractions and, with object_clearance, the surroundings of the objects in those pictures of \
      image_dataset that were chosen for training. Every window whose probability exceeds hn_min_probability \
      (or whose margin exceeds hn_min_margin, if set) is a hard negative; its features are appended to \
      features_path, most confident first. A window is never added twice.

      With --out, it runs one task of many, for a cluster: it mines its shard of the pictures with nothing but the model, \
      and `misfire merge` merges all shards. Started again, it resumes where it stopped, and skips a \
      shard that is complete. It exits with 0 when all is done, even if some pictures cannot be used, with 75 \
      if the machine failed and another attempt may succeed, and with 64 if the call is wrong.

        find scenes -type f -print0 | xargs -0 sha256sum > list
        misfire mine --shard 3/16 --out shards --list list
        misfire merge shards
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions
  @OptionGroup(title: "One task of many") var sharding: ShardOptions

  @Argument(
    help: "The pictures to mine; with --out also folders of them.",
    completion: .file())
  var pictures: [String] = []

  @Flag(help: "Mine every picture, instead of a random batch.")
  var all = false

  @Flag(
    help: ArgumentHelp(
      "Mine every picture again that was mined before, with the live model.",
      discussion: "If that finds almost nothing new, more pictures of the same kind will not help.")
  )
  var mined = false

  @Flag(
    help: ArgumentHelp(
      "Take each whole picture as a hard negative.",
      discussion: """
        For cut-outs that some detector took for the object: each becomes one row, resized to window_dim, \
        whatever the live model's score.
        """))
  var asNegatives = false

  @Flag(
    help: ArgumentHelp(
      "Read picture paths from standard input, each followed by a zero byte.",
      discussion: """
        Without --out it prints a line of JSON for each picture as it is done, with "error" if it cannot be used.
        """))
  var stdin0 = false

  @Flag(help: "Only look: save nothing.")
  var dryRun = false

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON per picture.",
      discussion: """
        {"image", "windows", "seconds", "hits": [{"probability", "margin", "box": [x0,y0,x1,y1]}]}
        """))
  var json = false

  func validate() throws {
    guard
      [!pictures.isEmpty, all, mined, stdin0, sharding.list != nil].count(where: \.self) <= 1
    else {
      throw ValidationError("give only one of pictures, --all, --mined, --list and --stdin0")
    }
    guard !sharding.isUsed || !(all || mined || asNegatives || dryRun) else {
      throw ValidationError("--out excludes --all, --mined, --as-negatives and --dry-run")
    }
    guard !asNegatives || !pictures.isEmpty || stdin0 else {
      throw ValidationError("--as-negatives needs pictures: name them")
    }
    guard !mined || !dryRun else {
      throw ValidationError("--mined saves what it finds: it cannot be combined with --dry-run")
    }
  }

  func run() throws {
    if sharding.isUsed { return try mineShard() }
    if stdin0 { return try mineStream() }
    let miner = try dryRun ? common.readOnlyMiner() : common.recoveredMiner()
    if mined { return try remine(miner) }
    let leftOut = LeftOut()
    let chosen =
      pictures.isEmpty ? try miner.batch(all: all, leftOut) : FilePath.arguments(pictures)
    try data.tell(leftOut)
    guard !chosen.isEmpty else { throw NothingToMine() }
    let bar = ProgressBar()
    var totals = Totals()
    try miner.mineBatch(
      chosen, areNegatives: asNegatives, isDryRun: dryRun, progress: { bar.show($0) },
      each: { report in
        totals.add(report)
        try show(report)
      })
    bar.finish()
    if !json { print(totals.summary(isDryRun: dryRun)) }
    if totals.teachingWindows > 0 && totals.hits == 0 {
      note("no window fooled the detector: \(whatToDo(miner))")
    }
    // In a whole folder a bad picture is left out with a message; one that was named is a failure.
    let mayLeaveOut = pictures.isEmpty && !data.strict
    guard totals.failures == 0 || mayLeaveOut else { throw ExitCode.failure }
  }

  /// What to do about pictures in which nothing was found.
  private func whatToDo(_ miner: Miner) -> String {
    if let unmined = UnminedDetections(of: miner) { return "\(unmined.problem); \(unmined.remedy)" }
    let limit =
      switch miner.setup.mining.hardness {
      case .probability: "hn_min_probability"
      case .margin: "hn_min_margin"
      }
    return "there is nothing to learn from these pictures; mine others, or lower \(limit)"
  }

  private func remine(_ miner: Miner) throws {
    var remining = try Remining(miner)
    let total = try remining.total
    let bar = ProgressBar()
    var (done, failures) = (0, 0)
    while case let pictures = try remining.upcoming(64), !pictures.isEmpty {
      let reports = try remining.mine(pictures.count)
      for report in reports { try show(report) }
      done += reports.count
      failures += reports.count { $0.problem != nil }
      bar.show(TaskProgress(task: "pictures mined again", done: done, total: max(done, total)))
    }
    bar.finish()
    if let report = try remining.finish() {
      try miner.seal()
      if !json { tell(report, miner) }
    } else if failures == 0 {
      note(try nothingAgain(of: total, miner))
    }
    guard failures == 0 else { throw ExitCode.failure }
  }

  private func tell(_ report: Remining.Report, _ miner: Miner) {
    print(
      "\(report.hardNegatives.counted("new hard negative")) in \(report.pictures.counted("picture")): "
        + (report.isSaturated
          ? "more of the same pictures will not help" : "train again to learn from them")
        + report.deletedInWords)
    if report.hardNegatives == 0, let unmined = UnminedDetections(of: miner) {
      note("\(unmined.problem); \(unmined.remedy)")
    }
  }

  /// Why there was no picture to mine again, and what to do.
  private func nothingAgain(of mined: Int, _ miner: Miner) throws -> String {
    guard mined > 0 else {
      return
        "no picture was mined yet: drop some into \(miner.setup.folders.inbox), or run `misfire mine`"
    }
    let deleted = try miner.status().images.deleted
    return "none of the \(mined.counted("mined picture")) is in its place any more"
      + (deleted > 0 ? ", \(deleted.grouped) of them because of hn_keep_mined" : "")
      + ": put them back, or mine others"
  }

  private func show(_ report: PictureReport) throws {
    if let problem = report.problem {
      note("misfire: \(report.picture): \(problem)")
    } else if json {
      try printJSON(Line(report))
    } else if report.fate == .heldOut || report.fate == .shown {
      note("misfire: \(report.picture): held out to measure detectors; not learnt from")
    }
  }

  private struct Totals {
    var pictures = 0
    var windows = 0
    /// Those of pictures that are not held out.
    var teachingWindows = 0
    var hits = 0
    var new = 0
    var failures = 0

    mutating func add(_ report: PictureReport) {
      if report.problem == nil { pictures += 1 } else { failures += 1 }
      windows += report.windows
      if report.fate != .shown { teachingWindows += report.windows }
      hits += report.hits.count
      new += report.hardNegatives
    }

    func summary(isDryRun: Bool) -> String {
      "\(hits.counted("hard negative")) in \(windows.counted("window")) of "
        + pictures.counted("picture")
        + (isDryRun ? "; nothing saved" : ", \(new.grouped) of them new")
    }
  }

  struct Line: Encodable {
    struct Hit: Encodable {
      let probability, margin: Double
      let box: [Int]
    }

    let image: String
    let windows: Int
    let seconds: Double
    let hits: [Hit]
    /// Why the picture cannot be used.
    let error: String?

    init(_ report: PictureReport, isTellingFaults: Bool = false) {
      error = isTellingFaults ? report.problem : nil
      image = report.picture.string
      windows = report.windows
      seconds = report.duration / .seconds(1)
      hits = report.hits.map {
        Hit(probability: $0.probability, margin: $0.margin, box: $0.box.corners)
      }
    }
  }
}

/// The settings' batch is empty.
private struct NothingToMine: Error, CustomStringConvertible {
  let description =
    "there is nothing to mine: all pictures of image_distractions that can be used are held out, or "
    + "hn_num_distraction_images is 0; lower validation_share, or name pictures"
}
