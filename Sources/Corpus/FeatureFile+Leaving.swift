internal import Detection
internal import Durable
internal import HDF5
internal import SystemPackage

extension FeatureFile {
  /// Runs `body`, which takes hard negatives back in the ledger, after interrupted work is finished and while no other
  /// process writes the file.
  ///
  /// Their rows leave the file with the next seal.
  /// - Parameter isRewriting: whether they leave it at once.
  /// - Throws: as `seal` does; `body` has not run then, or the next seal finishes it.
  func takingBack<Result>(
    from ledger: Ledger, isRewriting: Bool, _ body: () throws -> Result
  ) throws -> Result {
    try advising {
      try FileLock.holding(lockPath) {
        _ = try finishSeal(ledger)
        if isRewriting { try check() }
        let result = try body()
        FaultPoint.reach(.takenBack)
        if isRewriting { try takeOut(ledger) }
        return result
      }
    }
  }

  /// Removes the rows that are no longer hard negatives from the file; the others move up, in their order.
  func takeOut(_ ledger: Ledger) throws {
    let leaving = try ledger.leavingRows()
    guard !leaving.isEmpty else { return }
    var summary = try summary()
    let kept = Self.ranges(of: 0..<summary.hardNegatives, without: leaving)
    summary.hardNegatives -= leaving.count
    summary.featureCount = hog.featureCount
    if let layout = try layout() {
      try write(without(leaving, layout), summary)
      return try recordLeft(ledger, summary)
    }
    try Durable.replace(path, as: .features, size: path.fileSize ?? 0) { draft in
      try write(draft, summary, keeping: kept, probabilities: []) { _ in }
    }
    try recordLeft(ledger, summary)
  }

  /// The segments without some rows, which ascend: those that contain any of them are rewritten.
  /// - Parameter made: what takes the place of segments that were already made anew, without such rows.
  func without(
    _ leaving: [Int], _ layout: Layout, replacing made: [Segment: [Segment]] = [:]
  ) throws -> Layout {
    var new = layout
    new.hardNegatives = []
    var first = 0
    var leaving = leaving[...]
    for segment in layout.hardNegatives {
      let own = leaving.prefix { $0 < first + segment.rowCount }.map { $0 - first }
      leaving = leaving.dropFirst(own.count)
      first += segment.rowCount
      if let made = made[segment] {
        new.hardNegatives += made
        continue
      }
      guard !own.isEmpty else {
        new.hardNegatives.append(segment)
        continue
      }
      let carried = layout.drawn.filter { $0.value.file == segment.file }
      let piece = Piece(
        segment: segment, rows: Self.ranges(of: 0..<segment.rowCount, without: own))
      guard !piece.rows.isEmpty || !carried.isEmpty else { continue }
      let rest = try writeSegment(of: [piece], carrying: carried)
      if rest.rowCount > 0 { new.hardNegatives.append(rest) }
      for (name, segment) in carried {
        new.drawn[name] = Segment(file: rest.file, rowCount: segment.rowCount)
      }
    }
    return new
  }

  /// Finishes a removal that was interrupted between replacing the file and updating the ledger.
  /// - Parameter summary: the file's contents.
  func finishTakingOut(_ ledger: Ledger, _ summary: Summary) throws {
    if try isTakenOut(ledger.counts(), summary) { try recordLeft(ledger, summary) }
  }

  /// Whether rows have left the file, and the ledger does not know.
  func isTakenOut(_ counts: LedgerCounts, _ summary: Summary) -> Bool {
    counts.leaving > 0 && summary.hardNegatives - summary.imported == counts.sealed
  }

  /// Tells the ledger that the rows have left the file.
  /// - Parameter summary: the file's contents since then.
  func recordLeft(_ ledger: Ledger, _ summary: Summary) throws {
    try ledger.recordLeft(first: summary.imported)
    FaultPoint.reach(.left)
  }

  /// What is left of `rows` without those of `leaving`, which ascend.
  static func ranges(of rows: Range<Int>, without leaving: [Int]) -> [Range<Int>] {
    let bounds = [rows.lowerBound - 1] + leaving + [rows.upperBound]
    return zip(bounds, bounds.dropFirst()).map { ($0 + 1)..<$1 }.filter { !$0.isEmpty }
  }
}

extension FeatureFile {
  /// Takes pictures back: their rows leave this file, the ledger drops the rest of their results and refuses their content
  /// from now on.
  /// - Parameter reason: why, in a person's words.
  /// - Throws: as `seal` does. Nothing is forgotten then, or the next seal finishes it.
  package func forget(_ pictures: [PictureRecord.ID], reason: String, in ledger: Ledger) throws
    -> Forgotten
  {
    try takingBack(from: ledger, isRewriting: true) {
      try ledger.forget(pictures, reason: reason)
    }
  }

  /// Changes one decision about windows, as `Ledger.decide` does, with features for the settings of this file.
  package typealias Deciding = (
    _ decision: Decision, _ windows: [HardNegativeRecord.ID], _ described: [DescribedWindow]
  ) throws -> [HardNegativeRecord.ID]

  /// Changes decisions about windows.
  ///
  /// No row enters or leaves this file meanwhile, so what `body` reads of the windows' rows stays true until it decides.
  /// - Throws: as `seal` does, or what `body` throws.
  package func deciding<Result>(
    in ledger: Ledger, _ body: (_ decide: Deciding) throws -> Result
  ) throws -> Result {
    try takingBack(from: ledger, isRewriting: false) {
      try body { decision, windows, described in
        try ledger.decide(decision, windows, described: described, madeFor: hog.fingerprint)
      }
    }
  }
}
