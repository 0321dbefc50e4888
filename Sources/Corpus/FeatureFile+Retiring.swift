package import Detection
internal import Durable
internal import HDF5
internal import Text

/// Limits the size of a feature file: rows that are no longer needed leave it.
extension FeatureFile {
  /// The result of keeping a feature file within its limit.
  package struct Retired: Sendable, Hashable {
    /// The hard negatives whose rows left the file.
    package var count = 0
    /// Those that are in it now.
    package var remaining: Int
    /// How many there are beyond the limit, because the models still need them.
    package var excess: Int

    package init(count: Int = 0, remaining: Int, excess: Int = 0) {
      self.count = count
      self.remaining = remaining
      self.excess = excess
    }
  }

  /// If there are more than `limit` hard negatives, removes some from the file, until three quarters of that are left:
  /// those on which no model comes near to misfiring, because they lie beyond its margin, the farthest first.
  ///
  /// A hard negative that any of the models needs stays, however many there are; so do those that came with the file, which
  /// nobody could recompute. Nothing is done while fewer than a sixteenth of `limit` could leave, because the rest of their
  /// segments has to be rewritten.
  /// - Parameter judges: gives the last generations, latest first, and their models for the settings of this file. A later
  /// one that misfires on a window brings it back.
  /// - Returns: nil if there are not more than `limit`.
  /// - Throws: as `seal` does. Nothing is retired then, or the next seal finishes it.
  package func retire(
    beyond limit: Int, in ledger: Ledger,
    judgedBy judges: () throws -> [(generation: Int, model: LinearSVM)]
  ) throws -> Retired? {
    try advising {
      guard try ledger.counts().sealed + summary().imported > limit else { return nil }
      let judges = try judges()
      let (table, windows) = try sealedRows(ledger)
      guard let table, let generation = judges.first?.generation else { return nil }
      guard windows.allSatisfy({ (0..<table.rowCount).contains($0.row!) }) else {
        throw FeatureFileError(
          path,
          disagreeing:
            "the ledger places hard negatives beyond its \(table.rowCount.counted("row"))")
      }
      let present = table.rowCount - windows.count { $0.verdict != .kept }
      guard present > limit else { return nil }

      let hardest = try hardestMargins(of: table, by: judges.map(\.model))
      let needless = windows.filter { $0.verdict == .kept && hardest[$0.row!] < -1 }
        .sorted { (hardest[$0.row!], $0.id) < (hardest[$1.row!], $1.id) }
      let leaving = needless.prefix(present - (limit - limit / 4))
      guard leaving.count >= max(1, limit / 16) else {
        return Retired(remaining: present, excess: present - limit)
      }
      // Each segment may be rewritten, and stays for its readers; an unfinished retiring delays every seal.
      try Durable.requireRoom(for: present * table.rowBytes, at: place)
      let count = try takingBack(from: ledger, isRewriting: true) {
        let count = try ledger.retire(leaving.map(\.id), after: generation)
        FaultPoint.reach(.retired)
        return count
      }
      return Retired(
        count: count, remaining: present - count, excess: max(0, present - count - limit))
    }
  }

  /// The current rows of hard negatives, and the windows they belong to, row by row, except for those that came with the
  /// file.
  private func sealedRows(_ ledger: Ledger) throws -> (RowTable?, [HardNegativeRecord]) {
    // Nobody moves a row meanwhile, and open files do not change.
    try FileLock.holding(lockPath) {
      _ = try finishSeal(ledger)
      try check()
      guard path.fileSize != nil else { return (nil, []) }
      let file = try HDF5File(reading: path)
      guard try file.contains(Name.hardNegatives) else { return (nil, []) }
      return (
        try RowTable(Name.hardNegatives, of: self, in: file), try ledger.sealedHardNegatives()
      )
    }
  }

  /// For each row the largest margin that any of the models gives it.
  private func hardestMargins(of table: RowTable, by models: [LinearSVM]) throws -> [Double] {
    var hardest: [Double] = []
    hardest.reserveCapacity(table.rowCount)
    for block in (0..<table.rowCount).blocks(rowBytes: table.rowBytes) {
      let numbers = try table.read(rows: block)
      for row in 0..<block.count {
        let features = numbers[(row * table.columnCount + 1)..<((row + 1) * table.columnCount)]
        hardest.append(models.map { $0.margin(of: features) }.max()!)
      }
    }
    return hardest
  }
}
