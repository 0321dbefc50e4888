internal import ArgumentParser
internal import Detection
internal import Files
internal import Foundation
internal import Mining
internal import SystemPackage
internal import Text
internal import Training

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show problems, what to do next, what has been mined, and which model is live.")

  @OptionGroup var common: CommonOptions

  @Flag(
    help: ArgumentHelp(
      "Print the numbers as one line of JSON.",
      discussion: """
        {"images": {"mined", "held_out", "quarantined", "forgotten", "waiting", "deleted"}, "hard_negatives": {"total", "sealed", \
        "unsealed", "since_training", "set_aside", "objects", "retired"}, "generation", "pinned", "taken_back", \
        "retrain_threshold", "saturated", \
        "learning": {"state", "tried", "findings": [], "advice": []}, "missed_events": {"overflows", "rescans", \
        "found_by_rescan"}}
        """))
  var json = false

  @Flag(
    help: """
      Show each detector whose settings file is in the folder of this settings file, and exit with 1 if one cannot \
      be read.
      """)
  var all = false

  @Flag(help: "Print it again whenever it changes, until SIGINT or until nobody reads the output.")
  var watch = false

  func run() throws {
    guard watch else {
      let (text, isWhole) = try shown()
      print(text, terminator: "")
      guard isWhole else { throw ExitCode.failure }
      return
    }
    var last: String?
    repeat {
      let text = try shown().text
      if text != last {
        // A terminal shows only the newest.
        if !json, isatty(STDOUT_FILENO) == 1 { print("\u{1B}[H\u{1B}[2J", terminator: "") }
        if !json, isatty(STDOUT_FILENO) == 0, last != nil { print() }
        print(text, terminator: "")
        try flushOutput()
        last = text
      }
      // SQLite does not signal changes, so the ledger has to be polled.
    } while isOutputRead(for: 1000)
  }

  /// The current output, and whether every detector could be read.
  private func shown() throws -> (text: String, isWhole: Bool) {
    guard all else { return (try summary(common), true) }
    let files = try settingsFiles()
    guard !files.isEmpty else { throw NoSettings(folder: folder) }
    let detectors = try files.map(summary(of:))
    return (
      detectors.map(\.text).joined(separator: json ? "" : "\n"), detectors.allSatisfy(\.isWhole)
    )
  }

  private var folder: FilePath {
    let folder = common.conf.removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  private func settingsFiles() throws -> [FilePath] {
    // Without the folder there are no settings either, and that is what other commands say.
    if !folder.isFolder { _ = try common.existingConf() }
    return try listFolder(folder).map(\.path).filter { $0.extension == "json" }
  }

  /// One of several detectors, or why it cannot be read.
  private func summary(of file: FilePath) throws -> (text: String, isWhole: Bool) {
    var own = common
    own.named = file.string
    do {
      guard json else { return ("\("\(file)".printable)\n\(try summary(own))", true) }
      let status = try own.readOnlyMiner().status()
      return (try jsonLine(DetectorStatus(settings: file, status: status)) + "\n", true)
    } catch {
      let text =
        json
        ? try jsonLine(DetectorStatus(settings: file, error: "\(error)"))
        : "\(file)\ncannot be read  \(error)".printable(keepingLines: true)
      return (text + "\n", false)
    }
  }

  /// One detector.
  private func summary(_ options: CommonOptions) throws -> String {
    let miner = try options.readOnlyMiner()
    let status = try miner.status()
    if json { return try jsonLine(status) + "\n" }
    let hard = status.hardNegatives
    let missed = status.missedEvents
    let advice = try StatusAdvice(status, of: miner)
    let problems = advice.wrong.isEmpty ? ["nothing"] : advice.wrong
    return problems.map { "wrong           \($0)".printable + "\n" }.joined()
      + advice.steps.map { "to do           \($0)".printable + "\n" }.joined()
        + """
        pictures        \(status.picturesInWords)
        hard negatives  \(hard.total.grouped): \(hard.sealed.grouped) in the HDF5 file, \
        \(hard.unsealed.grouped) only in the ledger; \
        \(hard.setAside == 1 ? "1 waits" : "\(hard.setAside.grouped) wait") for `misfire review`\
        \(hard.objects > 0 ? ", \(hard.objects.grouped) \(hard.objects == 1 ? "was called an object" : "were called objects")" : "")\
        \(hard.retired > 0 ? ", \(hard.retired.grouped) \(hard.retired == 1 ? "is" : "are") retired" : "")
        next training   \(status.nextTrainingInWords)
        mined pictures  \(status.saturationInWords)
        learning        \(status.learning.state.rawValue)
        missed events   \(missed.overflows.counted("overflow")), \(missed.rescans.counted("rescan")); \
        \(missed.foundByRescan.counted("picture")) found only by rescans
        live model      \(miner.liveModelInWords)\
        \(status.isPinned ? ", pinned: no other goes live until `misfire models unpin`" : "")

        """
  }
}

/// A line of `misfire status --all --json`.
private struct DetectorStatus: Encodable {
  let settings: String
  let status: MiningStatus?
  /// Why it cannot be read.
  let error: String?

  init(settings: FilePath, status: MiningStatus? = nil, error: String? = nil) {
    self.settings = settings.string
    self.status = status
    self.error = error
  }
}

/// There is no detector to show.
private struct NoSettings: Error, CustomStringConvertible {
  let folder: FilePath
  var description: String { "no settings file, NAME.json, in \(folder)" }
}
