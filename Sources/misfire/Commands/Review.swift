internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Mining
internal import SystemPackage

struct Review: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decide about windows that look too much like the object.",
    discussion: """
      A window of a dropped picture with a larger margin than hn_review_percentile of the \
      objects is not trained on until a person has seen it: the picture may show the object.
      """,
    subcommands: [List.self, Accept.self, Reject.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the windows that wait, the most confident first.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print one line of JSON a window.")
    var json = false

    func run() throws {
      let windows = try common.lookingMiner().doubtedWindows()
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

  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that windows do not show the object: they are trained on.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: ChosenWindows

    func run() throws {
      try chosen.review(common, isObject: false)
    }
  }

  struct Reject: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that windows show the object: they are kept out for good.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var chosen: ChosenWindows

    func run() throws {
      try chosen.review(common, isObject: true)
    }
  }

  struct ChosenWindows: ParsableArguments {
    @Argument(help: "The windows' numbers, as `misfire review list` shows them.")
    var windows: [Int64] = []

    @Flag(help: "All that wait.")
    var all = false

    func validate() throws {
      guard windows.isEmpty == all else {
        throw ValidationError("give the windows' numbers, or --all")
      }
    }

    func review(_ common: CommonOptions, isObject: Bool) throws {
      let miner = try Miner(settings: common.settings())
      let chosen = all ? try miner.doubtedWindows().map(\.id) : windows
      var failures = 0
      for window in chosen where try !miner.review(window, isObject: isObject) {
        note("misfire: no window \(window) waits: `misfire review list` shows those that do")
        failures += 1
      }
      print(
        "\((chosen.count - failures).counted("window")) \(isObject ? "kept out" : "to be trained on")"
      )
      guard failures == 0 else { throw ExitCode.failure }
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
