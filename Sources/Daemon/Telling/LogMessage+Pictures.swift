internal import Corpus
internal import Detection
internal import Files
internal import Logging
internal import Mining
internal import Scheduling
internal import Settings
internal import SystemPackage
internal import Text

// Messages about pictures and the inbox.

extension LogMessage {
  /// A picture's outcome.
  /// - Parameter retrainThreshold: nil if an earlier process dealt with it, and could not report it.
  static func of(_ report: PictureReport, retrainThreshold: Int?) -> [LogMessage] {
    let name = (retrainThreshold == nil ? "before the restart: " : "") + report.name
    let fields = report.fields
    switch report.fate {
    case .mined:
      let mined = LogMessage(mined: report, name, retrainThreshold)
      return report.setAside > 0 ? [mined, LogMessage(doubtsOf: report)] : [mined]
    case .known:
      return [
        LogMessage(
          .known, "\(name) is known: a picture with the same content was processed before", fields)
      ]
    case .heldOut, .shown:
      return [LogMessage(.heldOut, "held out \(name), to measure detectors", fields)]
    case .refused(let reason), .refusedAsObject(let reason):
      return [LogMessage(.quarantined, "quarantined \(name): \(reason)", fields)]
    case .unreadable, .slow, .unplaced, .unmovable:
      return [
        LogMessage(.leftInPlace, "left \(name) in the inbox: \(report.problem ?? "")", fields)
      ]
    }
  }

  private init(mined report: PictureReport, _ name: String, _ retrainThreshold: Int?) {
    var fields = report.fields
    var text =
      "mined \(name): \(report.windows.counted("window")), \(report.hardNegatives.counted("hard negative"))"
    if let retrainThreshold {
      fields["milliseconds"] = "\(report.duration.milliseconds)"
      fields["count"] = "\(report.sinceTraining)"
      text += """
         in \(report.duration.milliseconds.grouped) ms; \(report.sinceTraining.grouped) of \
        \(retrainThreshold.grouped) until retraining
        """
    }
    self.init(.mined, text, fields)
  }

  /// A picture may show the object.
  private init(doubtsOf report: PictureReport) {
    let name = report.name
    let count = report.setAside
    let windows =
      switch (report.isSetAsideWhole, count) {
      case (true, 1): "the only window"
      case (true, _): "all \(count.counted("window"))"
      case (false, _): count.counted("window")
      }
    let reason =
      count == 1
      ? "it, or a window that it overlaps, looks" : "they, or windows that they overlap, look"
    self.init(
      .setAside,
      """
      set aside \(windows) of \(name): \(reason) more like the object than most objects do; see `misfire review`
      """, ["image": "\(name)", "windows": "\(report.setAside)"])
  }

  /// Most dropped pictures look like the object.
  init(intakeStopped count: Int, of total: Int, _ inbox: FilePath) {
    self.init(
      .intakeStopped,
      """
      taking no more pictures: \(count) of the last \(total) look like the object; if they do not belong here, remove the rest \
      from \(inbox) and run `misfire forget --since`; if they do, run `misfire review` and reload misfired
      """, ["count": "\(count)"])
  }

  init(unminable entry: FolderEntry) {
    let remedy =
      switch entry.kind {
      case .folder: "it is a folder; move the pictures themselves into the inbox"
      case .link: "it is a symbolic link; copy the picture it points to"
      case .file: "it has been empty for an hour; if nothing is going to write it, remove it"
      default: "it is not a regular file but a pipe, a socket or a device; remove it"
      }
    self.init(
      .leftInPlace, "left \(entry.name) in the inbox: \(remedy)", ["image": "\(entry.name)"])
  }

  init(_ report: Remining.Report) {
    self.init(
      .remined,
      """
      mined \(report.pictures.counted("picture")) again: \
      \(report.hardNegatives.counted("new hard negative")); \
      \(report.isSaturated ? "more of the same pictures will not help" : "there is more to learn from them")\
      \(report.deletedInWords)
      """, ["hard_negatives": "\(report.hardNegatives)"])
  }

  init(skipped picture: FilePath) {
    self.init(
      .skipped, "skipping \(picture): misfired crashed twice while processing it",
      ["image": "\(picture)"])
  }

  init(foundByRescan count: Int, _ events: MissedEvents) {
    self.init(
      .foundByRescan, "found \(count.counted("file")) in the inbox that no event reported",
      [
        "found": "\(count)", "found_by_rescan": "\(events.foundByRescan)",
        "rescans": "\(events.rescans)", "overflows": "\(events.overflows)",
      ])
  }

  init(networkFileSystem kind: String, _ inbox: FilePath) {
    self.init(
      .notWatched,
      """
      \(inbox) is on \(kind), which does not report other machines' changes: listing it every 2 seconds
      """)
  }

  /// Quarantine has as many pictures as the settings allow.
  init(fullQuarantine folders: Folders, _ path: FilePath) {
    self.init(
      .quarantineFull,
      """
      \(folders.quarantine) holds \(folders.quarantineLimit.counted("picture")), as many as \
      hn_quarantine_limit allows: files that cannot be used stay in \(folders.inbox) until \
      `misfire quarantine prune --older-than 30 --conf \(path)` makes room
      """)
  }

  /// The process before this one died of a fault, while processing this many pictures.
  init(crashedBefore count: Int) {
    self.init(
      .crashedBefore,
      """
      misfired crashed while processing \(count.counted("picture")): now mining each one alone, and skipping it \
      if that happens again
      """, ["count": "\(count)"])
  }
}

extension PictureReport {
  fileprivate var name: String { picture.lastComponent?.string ?? picture.string }

  /// The fields by which the journal can be searched.
  fileprivate var fields: Logger.Metadata {
    var fields: Logger.Metadata = ["image": "\(name)"]
    fields["sha256"] = sha256.map { "\($0)" }
    fields["generation"] = generation.map { "\($0)" }
    if fate == .mined {
      fields["windows"] = "\(windows)"
      fields["hard_negatives"] = "\(hardNegatives)"
    }
    return fields
  }
}
