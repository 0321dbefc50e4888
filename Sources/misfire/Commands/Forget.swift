internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Files
internal import Foundation
internal import Mining
internal import SystemPackage
internal import Text

struct Forget: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove pictures from what was learnt.",
    discussion: """
      Their hard negatives leave the ledger and the HDF5 file, and the next training does not use them. \
      The picture files stay where they are; if one arrives again, it goes to quarantine. It is safe to run \
      while the daemon runs. Name a picture by its file, by the name it arrived under or is \
      kept under, or by the first 6 or more digits of its SHA-256.

      A time is a day (2026-11-28), a moment (2026-11-28T14:30, in local time unless it names a zone) or \
      an age (90m, 36h, 3d).
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The pictures.", completion: .file())
  var pictures: [String] = []

  @Option(help: ArgumentHelp("Those that first arrived at this time or later.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Those that first arrived at this time or before.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Those that this generation was the first to learn from.", valueName: "n"))
  var generation: Int?

  @Option(
    help: ArgumentHelp(
      "Why; the message says so if one of them arrives again.", valueName: "text"))
  var reason = "forgotten by a person"

  @Flag(help: "Only list the pictures.")
  var dryRun = false

  @Flag(
    help: """
      If the live generation has learnt from them, go back to the last one that never did; unlike `misfire models \
      rollback`, this pins nothing, so the next training may go live. Without pictures: if it has learnt from anything \
      that was taken back.
      """)
  var rollback = false

  @Flag(
    help: """
      Allow forgotten pictures again; those still in the mined or quarantine folder go back \
      to the inbox.
      """)
  var undo = false

  @Flag(
    help: ArgumentHelp(
      "Print what was forgotten as JSON; not with --undo or --dry-run.",
      discussion: JSONShape.forgetting))
  var json = false

  func validate() throws {
    let isTime = since != nil || until != nil
    switch [!pictures.isEmpty, isTime, generation != nil].count(where: \.self) {
    case 0 where !rollback || undo || dryRun:
      throw ValidationError("give pictures, --since or --until, or --generation")
    case 0, 1: break
    default:
      throw ValidationError("give only one of pictures, --since or --until, and --generation")
    }
    for time in [since, until].compactMap(\.self) where PointInTime(time) == nil {
      throw ValidationError(
        "\(time) is not a time: give a day (2026-11-28), a moment (2026-11-28T14:30) or 90m, 36h, 3d"
      )
    }
    guard !rollback || !(undo || dryRun) else {
      throw ValidationError("--rollback cannot be combined with --undo or --dry-run")
    }
    guard !json || !(undo || dryRun) else {
      throw ValidationError("--json cannot be combined with --undo or --dry-run")
    }
  }

  func run() throws {
    let miner = try dryRun ? Miner(setup: common.setup()) : common.recoveredMiner()
    let chosen = try choice.map { try miner.pictures($0, areForgotten: undo) } ?? []
    if chosen.isEmpty, choice != nil {
      note("none of these pictures \(undo ? "is forgotten" : "is left to forget")")
    }
    if dryRun { return show(chosen) }
    if undo { return try letIn(chosen, miner) }
    guard !chosen.isEmpty || rollback else {
      if json { try printJSON(Line()) }
      return
    }
    // Some may have been forgotten before, when nobody asked to go back.
    let isContinued =
      try choice.map { try !miner.pictures($0, areForgotten: true).isEmpty } ?? true
    let report = try miner.forget(chosen, reason: reason, isContinued: isContinued)
    let target = rollback ? report.cleanGeneration : nil
    if let target { try miner.goBack(to: target) }
    if json { return try printJSON(Line(report, isBack: target != nil)) }
    show(report, isBack: target != nil)
  }

  /// Nil for what was taken back before.
  private var choice: ForgettingChoice? {
    if !pictures.isEmpty { return .pictures(FilePath.arguments(pictures)) }
    if let generation { return .generation(generation) }
    guard since != nil || until != nil else { return nil }
    return .time(
      from: since.flatMap { PointInTime($0)?.start } ?? .distantPast,
      through: until.flatMap { PointInTime($0)?.end } ?? .distantFuture)
  }

  private func show(_ pictures: [PictureRecord]) {
    for picture in pictures {
      printNames(
        "\("\(picture.sha256)".prefix(12))  \(picture.time.formatted(.iso8601))  "
          + "\(picture.hardNegatives.counted("window"))  \(picture.kept?.string ?? picture.name.string)"
      )
    }
  }

  private func letIn(_ pictures: [PictureRecord], _ miner: Miner) throws {
    let places = try miner.undoForgetting(pictures)
    for (picture, place) in zip(pictures, places) {
      printNames(
        place.map { "\($0)" }
          ?? "\(picture.kept?.string ?? picture.name.string) is allowed again: drop it in, or name it to `misfire mine`"
      )
    }
  }

  private func show(_ report: ForgettingReport, isBack: Bool) {
    let forgotten = report.forgotten
    if forgotten.pictures > 0 {
      print(
        """
        forgot \(forgotten.pictures.counted("picture")) with \
        \(forgotten.hardNegatives.counted("hard negative")), \(forgotten.sealed.grouped) of these in the \
        HDF5 file; `misfire forget --undo` allows them again
        """)
    }
    if report.drawn > 0 {
      print(
        """
        \(report.drawn.grouped) of these pictures gave random negatives: run `misfire extract` again, which leaves \
        them out
        """)
    }
    guard let taught = report.taughtGeneration else {
      if rollback { print("the live generation has learnt from nothing that was taken back") }
      return
    }
    guard !isBack else {
      return print(
        """
        generation \(report.cleanGeneration!), which never saw them, is live again, until a training is accepted
        """)
    }
    let back =
      report.cleanGeneration.map {
        "`misfire forget --rollback` goes back to generation \($0), the last that never saw them "
          + "(`misfire models rollback \($0)` would also pin it); "
      } ?? ""
    print(
      """
      the live generation \(taught) has learnt from them: \(back)`misfire train` makes one that has not
      """)
  }

  /// What was forgotten, as `--json` shows it.
  private struct Line: Encodable {
    var pictures = 0
    var hardNegatives = 0
    var sealed = 0
    var drawn = 0
    var taughtGeneration: Int?
    var cleanGeneration: Int?
    var rolledBack = false

    /// Nothing.
    init() {}

    init(_ report: ForgettingReport, isBack: Bool) {
      pictures = report.forgotten.pictures
      hardNegatives = report.forgotten.hardNegatives
      sealed = report.forgotten.sealed
      drawn = report.drawn
      taughtGeneration = report.taughtGeneration
      cleanGeneration = report.cleanGeneration
      rolledBack = isBack
    }
  }
}

/// A time as a person writes it, as a whole second, minute or day.
struct PointInTime {
  let start, end: Date

  init?(_ text: String, now: Date = .now, calendar: Calendar = .current) {
    if let unit = text.last.flatMap({ ["m": 60.0, "h": 3600, "d": 86_400][$0] }),
      let count = Double(text.dropLast()), count >= 0, count.isFinite
    {
      start = max(now.addingTimeInterval(-count * unit), .distantPast)
      end = start
      return
    }
    if let moment = try? Date(text, strategy: .iso8601) {
      (start, end) = (moment, moment)
      return
    }
    let forms: [(String, Calendar.Component)] = [
      ("yyyy-MM-dd'T'HH:mm:ss", .second), ("yyyy-MM-dd HH:mm:ss", .second),
      ("yyyy-MM-dd'T'HH:mm", .minute), ("yyyy-MM-dd HH:mm", .minute), ("yyyy-MM-dd", .day),
      ("yyyy-MM-dd HH:mm:ssXXXXX", .second), ("yyyy-MM-dd'T'HH:mmXXXXX", .minute),
      ("yyyy-MM-dd HH:mmXXXXX", .minute),
    ]
    let reader = DateFormatter()
    reader.locale = Locale(identifier: "en_US_POSIX")
    reader.timeZone = calendar.timeZone
    reader.isLenient = false
    for (form, unit) in forms {
      reader.dateFormat = form
      if let moment = reader.date(from: text),
        let span = calendar.dateInterval(of: unit, for: moment)
      {
        start = moment
        end = span.end.addingTimeInterval(-1)
        return
      }
    }
    return nil
  }
}
