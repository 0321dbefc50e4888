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
      A window of a dropped picture with a larger margin than hn_review_percentile of the \
      objects is not trained on until a person has seen it: the picture may show the object. A decision \
      may be changed at any time; the next training goes by it.
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
        "Print one line of JSON a window.",
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
        print("\(line.id)  \(line.probability.fixed(digits: 3))  \(line.box)  \(line.image ?? "")")
      }
    }
  }

  struct Negative: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that windows do not show the object: they are trained on as hard negatives.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws { try chosen.decide(.negative, common) }
  }

  struct Object: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that windows show the object: they are trained on as such.",
      discussion: """
        The window is described from its kept picture, and mirrored, too, where use_flip says so. Other \
        windows of that picture which overlap it show the object as well: they are skipped.
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The windows' numbers, as `misfire review list` shows them.")
    var windows: [Int64]

    func run() throws { try misfire.decide(.object, windows, common) }
  }

  struct Skip: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep windows out: they are trained on neither as objects nor as hard negatives.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: WindowsOrAll

    func run() throws { try chosen.decide(.skip, common) }
  }

  struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a decision back: windows wait again.",
      discussion: "A hard negative that is in the HDF5 file already cannot: say what it is instead."
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
      note("misfire: `review accept` is called `review negative` now")
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
        "misfire: `review reject` is called `review skip` now; `review object` also trains on what shows the object"
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
      print("\(count.counted("window")) \(decision.inWords)")
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

/// Decides about windows, and tells what became of it.
private func decide(_ decision: Decision, _ windows: [Int64], _ common: CommonOptions) throws {
  let report = try common.recoveredMiner().decide(decision, windows)
  print("\(report.changed.count.counted("window")) \(decision.inWords)")
  if !report.neighbours.isEmpty {
    print("\(report.neighbours.count.counted("window")) that overlap them kept out, too")
  }
  for window in report.unknown {
    note("misfire: there is no window \(window): `misfire review list` shows those that wait")
  }
  for (window, reason) in report.lacking {
    note("misfire: window \(window) stays as it is: \(reason)")
  }
  guard report.unknown.isEmpty && report.lacking.isEmpty else { throw ExitCode.failure }
}

extension Decision {
  fileprivate var inWords: String {
    switch self {
    case .negative: "to be trained on as hard negatives"
    case .object: "to be trained on as objects"
    case .skip: "kept out"
    case .wait: "waiting again"
    }
  }
}
