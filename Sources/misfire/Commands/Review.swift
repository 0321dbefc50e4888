internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Mining
internal import SystemPackage
internal import Text

struct Review: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decide about windows that look too much like the object.",
    discussion: """
      If a window of a dropped picture has a larger margin than hn_review_percentile of the objects, the picture \
      may show the object, so the window is not trained on until a person has decided. You can change a decision \
      at any time; the next training uses it.
      """,
    subcommands: [
      List.self, Negative.self, Object.self, Skip.self, Wait.self, Accept.self, Reject.self,
    ],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the windows that wait, the most confident first.")

    @OptionGroup var common: CommonOptions

    @Flag(
      help: ArgumentHelp(
        "Print one line of JSON per window.",
        discussion: #"{"id", "image"?, "probability", "margin", "box": [x0,y0,x1,y1]}"#))
    var json = false

    func run() throws {
      let windows = try common.readOnlyMiner().windowsForReview()
      if json {
        for window in windows { try printJSON(Line(window)) }
        return
      }
      if windows.isEmpty { return note("no window waits for review") }
      for window in windows {
        let line = Line(window)
        printNames(
          "\(line.id)  \(line.probability.fixed(digits: 3))  \(line.box)  \(line.image ?? "")")
      }
    }
  }

  struct Negative: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Windows that do not show the object: train on them as hard negatives.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws { try chosen.decide(.negative, common) }
  }

  struct Object: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Windows that show the object: train on them as objects.",
      discussion: """
        The window's features are computed from its mined picture, and also from the mirrored window if use_flip is \
        set. Other windows of that picture that overlap it show the object too, so they are skipped; what undoes all of \
        this is printed.
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The windows' numbers, as `misfire review list` shows them.")
    var windows: [Int64]

    func run() throws { try misfire.decide(.object, windows, common) }
  }

  struct Skip: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Leave windows out: train on them neither as objects nor as hard negatives.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws { try chosen.decide(.skip, common) }
  }

  struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Withdraw a decision: the windows wait again.",
      discussion: """
        This is not possible for a hard negative already in the HDF5 file: decide otherwise instead. Windows that were \
        left out because they overlap an object wait again only if you name them, too.
        """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The windows' numbers.")
    var windows: [Int64]

    func run() throws { try misfire.decide(.wait, windows, common) }
  }

  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The old name of `review negative`.", shouldDisplay: false)

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws {
      note("misfire: `review accept` is now called `review negative`")
      try chosen.decide(.negative, common)
    }
  }

  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The old name of `review skip`.", shouldDisplay: false)

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws {
      note(
        "misfire: `review reject` is now called `review skip`; use `review object` to train on windows that show the object"
      )
      try chosen.decide(.skip, common)
    }
  }

  struct WindowsOrAll: ParsableArguments {
    @Argument(help: "The windows' numbers, as `misfire review list` shows them.")
    var windows: [Int64] = []

    @Flag(help: "All that wait.")
    var all = false

    func validate() throws {
      guard windows.isEmpty == all else {
        throw ValidationError("give the windows' numbers, or --all")
      }
    }

    func decide(_ decision: Decision, _ common: CommonOptions) throws {
      guard all else { return try misfire.decide(decision, windows, common) }
      let count = try Miner(setup: common.setup()).decideWaiting(decision)
      print("\(count.counted("window")) \(decision.inWords(for: count))")
    }
  }

  private struct Line: Encodable {
    let id: Int64
    let image: String?
    let probability, margin: Double
    let box: [Int]

    init(_ window: MinedWindow) {
      id = window.id
      image = window.picture?.string
      probability = window.hardNegative.probability
      margin = window.hardNegative.margin
      box = window.hardNegative.box.corners
    }
  }
}

/// Decides about windows, and reports what changed.
private func decide(_ decision: Decision, _ windows: [Int64], _ common: CommonOptions) throws {
  let report = try common.recoveredMiner().decide(decision, windows)
  let count = report.changed.count
  print("\(count.counted("window")) \(decision.inWords(for: count))")
  let neighbours = report.neighbours.count
  if neighbours > 0 {
    let overlapping = neighbours == 1 ? "that overlaps" : "that overlap"
    print(
      "\(neighbours.counted("window")) \(overlapping) \(count == 1 ? "it" : "them") left out, too")
    print("to undo this: \(report.undoing.joined(separator: ", "))")
  }
  for window in report.already {
    note("misfire: window \(window) is unchanged: \(decision.alreadyInWords)")
  }
  for window in report.unknown {
    note("misfire: there is no window \(window); `misfire review list` shows those that wait")
  }
  for (window, reason) in report.lacking {
    note("misfire: window \(window) is unchanged: \(reason)")
  }
  guard report.unknown.isEmpty && report.lacking.isEmpty else { throw ExitCode.failure }
}

extension DecisionReport {
  /// The commands that take back everything that has changed.
  fileprivate var undoing: [String] {
    Decision.allCases.compactMap { decision in
      before[decision].map { windows in
        "`misfire review \(decision.rawValue) "
          + windows.sorted().map { "\($0)" }.joined(separator: " ") + "`"
      }
    }
  }
}

extension Decision {
  /// Of a window about which this had been decided before.
  fileprivate var alreadyInWords: String {
    switch self {
    case .negative: "it is a hard negative already"
    case .object: "it is an object already"
    case .skip: "it is left out already"
    case .wait: "it waits already"
    }
  }

  fileprivate func inWords(for count: Int) -> String {
    switch self {
    case .negative:
      count == 1 ? "to be trained on as a hard negative" : "to be trained on as hard negatives"
    case .object: count == 1 ? "to be trained on as an object" : "to be trained on as objects"
    case .skip: "left out"
    case .wait: "waiting again"
    }
  }
}
