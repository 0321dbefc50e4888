internal import Detection
internal import Logging
internal import Mining
internal import SystemPackage

// What the log says of a picture, a model and a training: one line each, with the numbers as fields.

extension Logger {
  func log(_ report: PictureReport, retrainThreshold: Int) {
    let name = report.picture.lastComponent?.string ?? report.picture.string
    var metadata: Logger.Metadata = ["image": "\(name)"]
    metadata["sha256"] = report.sha256.map { "\($0)" }
    metadata["generation"] = report.generation.map { "\($0)" }
    switch report.outcome {
    case .mined:
      metadata["windows"] = "\(report.windows)"
      metadata["hard_negatives"] = "\(report.hardNegatives)"
      metadata["milliseconds"] = "\(report.duration.milliseconds)"
      metadata["count"] = "\(report.sinceTraining)"
      log(
        .mined,
        """
        mined \(name): \(report.windows.counted("window")), \
        \(report.hardNegatives.counted("hard negative")) in \(report.duration.milliseconds.grouped) ms; \
        \(report.sinceTraining.grouped) of \(retrainThreshold.grouped) until retraining
        """, metadata)
      if report.setAside > 0 { log(doubtsOf: report, name) }
    case .known:
      log(.known, "\(name) is known: a picture with its content came before", metadata)
    case .heldOut:
      log(.heldOut, "held out \(name), to measure detectors", metadata)
    case .quarantined(let reason):
      log(.quarantined, "quarantined \(name): \(reason)", metadata)
    case .left(let reason):
      log(.leftAlone, "left \(name) in the inbox: \(reason)", metadata)
    }
  }

  /// Says that a picture may show the object.
  private func log(doubtsOf report: PictureReport, _ name: String) {
    let windows =
      report.isSetAsideWhole
      ? "all of \(name), \(report.setAside.counted("window"))"
      : "windows of \(name), \(report.setAside.grouped) in number"
    log(
      .setAside,
      """
      set aside \(windows): they, or windows that they overlap, look more like the object than most objects do; \
      see `misfire review`
      """, ["image": "\(name)", "windows": "\(report.setAside)"])
  }

  func log(_ report: Remining.Report) {
    log(
      .minedAgain,
      """
      mined \(report.pictures.counted("picture")) again: \
      \(report.hardNegatives.counted("new hard negative")); \(report.isSaturated ? "more of the same pictures will not help" : "there is more to learn from them")
      """, ["hard_negatives": "\(report.hardNegatives)"])
  }

  func log(passedOver picture: FilePath) {
    log(
      .passedOver, "does not mine \(picture) again: misfired died twice while it did",
      ["image": "\(picture)"])
  }

  func log(foundByRescan count: Int, _ events: MissedEvents) {
    log(
      .foundByRescan,
      "found \(count.counted("file")) in the inbox that no event told of",
      [
        "found": "\(count)", "found_by_rescan": "\(events.foundByRescan)",
        "rescans": "\(events.rescans)", "overflows": "\(events.overflows)",
      ])
  }

  /// Says that the process before this one died of a fault, with so many pictures in hand.
  func log(diedOver count: Int) {
    log(
      .diedOver,
      """
      misfired died while it mined \(count.counted("picture")): each is \
      mined alone now, and left out where that happens again
      """, ["count": "\(count)"])
  }

  /// Says that the model at `path` was damaged and has been replaced by the generation's own.
  func log(restored generation: Int, _ path: FilePath) {
    log(
      .modelRestored, "put generation \(generation) back, as \(path) was damaged",
      ["generation": "\(generation)"])
  }

  func log(stranger entry: FolderEntry) {
    let remedy =
      switch entry.kind {
      case .folder: "it is a folder; move the pictures themselves into the inbox"
      case .link: "it is a symbolic link; copy the picture it leads to"
      case .file: "it has been empty for an hour; if nobody is about to write it, remove it"
      default: "it is not a regular file; remove it"
      }
    log(.leftAlone, "left \(entry.name) in the inbox: \(remedy)", ["image": "\(entry.name)"])
  }

  /// Says that the file at `classifier`, which no training here had made, is now at `place`.
  func log(setAside place: FilePath, _ classifier: FilePath) {
    log(.modelSetAside, "kept what was at \(classifier), and was not trained here, as \(place)")
  }

  func log(_ report: TrainingReport, _ classifier: FilePath) {
    if let place = report.setAside { log(setAside: place, classifier) }
    let metadata: Logger.Metadata = [
      "generation": "\(report.generation)", "positives": "\(report.positives)",
      "negatives": "\(report.negatives)", "hard_negatives": "\(report.hardNegatives)",
      "milliseconds": "\(Int(report.seconds * 1000))",
    ]
    let rows = """
      \(report.positives.counted("positive")), \(report.negatives.counted("negative")), \
      \(report.hardNegatives.counted("hard negative")), \(Int(report.seconds * 1000).grouped) ms
      """
    let generation = "generation \(report.generation)"
    switch report.fate {
    case .published:
      log(
        report.isInformed ? .modelPublished : .modelUnjudged,
        "\(generation) is live: \(rows); \(report.explanation)", metadata)
    case .kept:
      log(
        .modelKept,
        "\(generation) is kept, as another one is pinned: \(rows); \(report.explanation)",
        metadata)
    case .unchanged:
      log(.nothingLearnt, "\(report.explanation) (\(rows))", metadata)
    case .refused:
      log(
        .modelRefused, "\(generation) is not published: \(report.explanation) (\(rows))", metadata)
    }
    for fault in report.dataLeftOut.faults {
      log(.dataLeftOut, "to measure \(generation), \(fault)", metadata)
    }
    if let shortfall = report.shortfall, !report.isUnchanged {
      log(.notConverged, "\(shortfall)", metadata)
    }
    if report.hardNegativesLeftOut > 0, !report.isUnchanged {
      let all = report.hardNegatives + report.hardNegativesLeftOut
      log(
        .leftOut,
        """
        left out the \(report.hardNegativesLeftOut.grouped) least confident of \(all.grouped) hard \
        negatives: training_memory holds no more; raise it
        """, metadata)
    }
  }
}

extension Duration {
  var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
