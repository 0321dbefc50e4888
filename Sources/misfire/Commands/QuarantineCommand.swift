internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Files
internal import Foundation
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "List or remove the pictures that cannot be used.",
    discussion: """
      They are in hn_quarantine, each with the reason beside it in NAME.reason.txt. `misfire retry` tries them again. \
      At the limit of hn_quarantine_limit, files that cannot be used stay in the inbox until there is room.
      """,
    subcommands: [List.self, Prune.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List them: age in days, bytes, name and reason.")

    @OptionGroup var common: CommonOptions

    @Flag(
      help: ArgumentHelp(
        "Print each as JSON: name, bytes, days, reason.",
        discussion: #"{"name", "bytes", "days", "reason"?}"#))
    var json = false

    func run() throws {
      let pictures = try Quarantine(common.setup().folders.quarantine).pictures()
      for picture in pictures {
        if json {
          try printJSON(Line(picture))
        } else {
          let line = Line(picture)
          let reason = line.reason?.split(separator: "\n").first.map(String.init)
          print(
            "\(line.days.grouped) d  \(line.bytes.grouped) B  \(line.name)  \(reason ?? "no reason is recorded")"
              .printable)
        }
      }
      if pictures.isEmpty && !json { note("nothing is in quarantine") }
    }
  }

  private struct Line: Encodable {
    let name: String
    let bytes: Int
    let days: Int
    let reason: String?

    init(_ picture: Quarantine.Picture) {
      name = picture.file.name
      bytes = picture.file.byteCount
      days = picture.age / 86_400
      reason = picture.reason?.trimmingCharacters(in: .newlines)
    }
  }

  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete them and their reasons for good.",
      discussion: """
        The ledger still knows their content: if the same bytes arrive again, they go straight to quarantine. A file \
        without NAME.reason.txt beside it was put there by somebody else, and stays. Reasons of pictures that are gone \
        are deleted, too.
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "Those that have been there for more than this many days.", valueName: "days"))
    var olderThan: Int?

    @Flag(help: "All of them.")
    var all = false

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    func validate() throws {
      guard (olderThan != nil) != all else {
        throw ValidationError("say which: --older-than DAYS, or --all")
      }
      guard olderThan ?? 0 >= 0 else {
        throw ValidationError("--older-than must be a number of days, at least 0")
      }
    }

    func run() throws {
      let setup = try common.setup()
      let quarantine = Quarantine(setup.folders.quarantine)
      let pictures = try quarantine.pictures()
      let ours = pictures.filter { $0.reason != nil }
      var chosen = ours.filter { picture in
        olderThan.map { Double(picture.age) > 86_400 * Double($0) } ?? true
      }
      if !dryRun {
        let (bar, total) = (ProgressBar(), chosen.count)
        chosen = try quarantine.prune(chosen) {
          bar.show(TaskProgress(task: "pictures removed", done: $0, total: total))
        }
        bar.finish()
        try quarantine.removeOrphanedReasons { try Ledger(setup.files.ledger, isMade: false) }
      }
      let bytes = chosen.map(\.file.byteCount).reduce(0, +)
      print(
        "\(dryRun ? "would remove" : "removed") \(chosen.count.counted("picture")) of \(bytes.grouped) bytes; "
          + "\((ours.count - chosen.count).grouped) stay in quarantine")
      if pictures.count > ours.count {
        note("\((pictures.count - ours.count).counted("file")) without a reason stay as well")
      }
    }
  }
}

extension Quarantine.Picture {
  /// In seconds; 0 if the clock was set back since.
  fileprivate var age: Int {
    let (seconds, isBeyond) = Int(Date().timeIntervalSince1970)
      .subtractingReportingOverflow(since.seconds)
    return isBeyond ? .max : max(0, seconds)
  }
}
