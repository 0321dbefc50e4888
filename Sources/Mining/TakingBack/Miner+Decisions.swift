package import Corpus
internal import Detecting
internal import Pictures
internal import Settings
internal import SystemPackage

/// The result of a decision on windows.
package struct DecisionReport: Sendable {
  /// The windows that have changed.
  package var changed: [MinedWindow.ID] = []
  /// Windows of the same pictures that overlap what is now an object: they are left out, too.
  package var neighbours: [MinedWindow.ID] = []
  /// Those about which this had been decided before.
  package var already: [MinedWindow.ID] = []
  /// Unknown numbers.
  package var unknown: [MinedWindow.ID] = []
  /// Those that cannot change so, with the reason: mostly, the picture is missing that their features must be recomputed
  /// from.
  package var lacking: [(id: MinedWindow.ID, reason: String)] = []
  /// What `changed` and `neighbours` were before: deciding so again undoes it.
  package var before: [Decision: [MinedWindow.ID]] = [:]
}

extension Miner {
  /// Decides about windows; a decision may be changed at any time.
  ///
  /// Hard negatives are trained on as such, objects as positives (also mirrored with `use_flip`), and skipped windows as
  /// neither; all of them from the next training on. Windows that overlap an object in its picture show it, too, and are
  /// skipped.
  package func decide(_ decision: Decision, _ windows: [MinedWindow.ID]) throws -> DecisionReport {
    try featureFile.deciding(in: ledger) { try decide(decision, windows, by: $0) }
  }

  private func decide(
    _ decision: Decision, _ windows: [MinedWindow.ID], by change: FeatureFile.Deciding
  ) throws -> DecisionReport {
    var report = DecisionReport()
    // A person may name one twice.
    var named: Set<MinedWindow.ID> = []
    let windows = windows.filter { named.insert($0).inserted }
    let records = try ledger.records(windows)
    let known = Set(records.map(\.id))
    report.unknown = windows.filter { !known.contains($0) }
    report.already = records.filter { $0.verdict == decision.verdict }.map(\.id)
    var changing = records.filter { $0.verdict != decision.verdict }
    var sealed: [HardNegativeRecord] = []
    if decision == .wait {
      sealed = changing.filter { $0.row != nil }
      changing.removeAll { $0.row != nil }
    }
    let undescribed =
      switch decision {
      case .object: changing
      case .negative, .wait: try ledger.lackingFeatures(changing.map(\.id))
      case .skip: [HardNegativeRecord]()
      }
    let (described, lacking) = try describe(undescribed, as: decision)
    report.lacking =
      lacking
      + sealed.map { ($0.id, "it is already in the HDF5 file; choose skip, object or negative") }
    let lost = Set(lacking.map(\.id))
    let wanted = changing.map(\.id).filter { !lost.contains($0) }
    report.changed = try change(decision, wanted, described)
    let others = Set(wanted).subtracting(report.changed).sorted()
    report.lacking += others.map { ($0, "something else changed it meanwhile; decide again") }
    var changed = changing.filter { report.changed.contains($0.id) }
    if decision == .object {
      // Where this had been decided before, it may have been cut off here.
      let objects = Set(report.already + report.changed)
      let neighbours = try neighbours(of: records.filter { objects.contains($0.id) })
      report.neighbours = try change(.skip, neighbours.map(\.id), [])
      changed += neighbours.filter { report.neighbours.contains($0.id) }
    }
    for window in changed {
      if let before = Decision(window.verdict) {
        report.before[before, default: []].append(window.id)
      }
    }
    return report
  }

  /// Decides about all windows that wait.
  /// - Precondition: the decision is hard negative or skip.
  /// - Returns: how many there were.
  package func decideWaiting(_ decision: Decision) throws -> Int {
    try ledger.decideWaiting(decision)
  }

  /// The hard negatives, and those that wait, that overlap one of these windows in its picture.
  private func neighbours(of objects: [HardNegativeRecord]) throws -> [HardNegativeRecord] {
    let ids = Set(objects.map(\.id))
    return try Dictionary(grouping: objects, by: \.picture).flatMap { picture, objects in
      try ledger.hardNegatives(ofPicture: picture).filter { window in
        [.kept, .setAside].contains(window.verdict) && !ids.contains(window.id)
          && objects.contains { $0.hardNegative.box.shows(window.hardNegative.box) }
      }
    }
  }

  /// Computes windows' features from their mined pictures, each of which is read once.
  private func describe(_ windows: [HardNegativeRecord], as decision: Decision) throws
    -> (described: [DescribedWindow], lacking: [(id: MinedWindow.ID, reason: String)])
  {
    var described: [DescribedWindow] = []
    var lacking: [(id: MinedWindow.ID, reason: String)] = []
    for picture in try ledger.pictures(Set(windows.map(\.picture))) {
      let own = windows.filter { $0.picture == picture.id }
      do {
        described += try describe(own, as: decision, of: picture)
      } catch let error as PictureUnreadable where !error.isMachineFailing {
        lacking += own.map { ($0.id, "\(error)") }
      } catch let error where error is PictureRefused || error is PictureChanged {
        lacking += own.map { ($0.id, "\(error)") }
      }
    }
    return (described, lacking)
  }

  private func describe(
    _ windows: [HardNegativeRecord], as decision: Decision, of picture: PictureRecord
  ) throws -> [DescribedWindow] {
    guard let kept = picture.kept else {
      throw PictureUnreadable(path: FilePath(picture.name.string), reason: .noSuchFileOrDirectory)
    }
    let picture = try PictureBytes(
      kept: kept, as: picture.sha256, maximumCount: setup.reader.maximumByteCount
    ).decoded(by: setup.reader)
    let scanner = PictureScanner(describing: setup.hog, setup.mining)
    return windows.map { window in
      let box = window.hardNegative.box
      guard decision == .object else {
        return DescribedWindow(id: window.id, features: scanner.features(of: [box], in: picture))
      }
      let cut = CutWindow(of: box, in: picture, for: setup.hog)
      return DescribedWindow(id: window.id, features: setup.objects.features(of: cut))
    }
  }

  /// The features of the windows that a person called objects, row by row.
  ///
  /// Those made with other settings are recomputed.
  package func taughtObjects() throws -> [Float] {
    let rowCount = setup.objects.rowsPerObject
    while true {
      if let features = try ledger.objectFeatures(for: setup.hog, rowCount: rowCount) {
        return features
      }
      let others = try ledger.objects(notFor: setup.hog, rowCount: rowCount)
      let (described, lacking) = try describe(others, as: .object)
      if let first = lacking.first { throw ObjectLost(id: first.id, reason: first.reason) }
      try ledger.describeObjects(described, for: setup.hog)
    }
  }
}

/// The features of a window that a person called an object cannot be computed for the current settings.
package struct ObjectLost: Error, CustomStringConvertible {
  package let id: MinedWindow.ID
  package let reason: String

  package var description: String {
    """
    window \(id), which was called an object, must be recomputed for the current settings, but \(reason); \
    restore its picture, or give the window up with `misfire review skip \(id)`
    """
  }
}
