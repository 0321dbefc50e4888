package import Detection
internal import Durable
internal import HDF5

/// A feature file that must not grow for ever: what no longer matters leaves it.
extension FeatureFile {
  /// What came of keeping a feature file within its limit.
  package struct Retired: Sendable, Hashable {
    /// The hard negatives whose rows left the file.
    package var count = 0
    /// Those that are in it now.
    package var remaining: Int
    /// How many there are beyond the limit, as the models still need them.
    package var excess: Int

    package init(count: Int = 0, remaining: Int, excess: Int = 0) {
      self.count = count
      self.remaining = remaining
      self.excess = excess
    }
  }

  /// Has hard negatives leave the file where there are more than `limit`, until three quarters of that are left: those on
  /// which no model comes near to misfiring, as they lie beyond its margin, the farthest first.
  ///
  /// A hard negative that any of the models needs stays, however many there are; so do those that came with the file, which
  /// nobody could describe again. Nothing is done as long as fewer than a sixteenth of `limit` could leave, since what is
  /// left in their segments is written anew.
  /// - Parameter judges: gives the last generations, the last first, and their models for the settings of this file. A later
  ///   one that misfires on a window brings it back.
  /// - Returns: nil where there are not more than `limit`.
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
      let present = table.rowCount - windows.count { $0.verdict != .kept }
      guard present > limit else { return nil }

      let hardest = try hardestMargins(of: table, by: judges.map(\.model))
      let needless = windows.filter { $0.verdict == .kept && hardest[$0.row!] < -1 }
        .sorted { (hardest[$0.row!], $0.id) < (hardest[$1.row!], $1.id) }
      let leaving = needless.prefix(present - (limit - limit / 4))
      guard leaving.count >= max(1, limit / 16) else {
        return Retired(remaining: present, excess: present - limit)
      }
      // Each segment may be written anew, and stays for its readers; what is begun holds up every seal until it is done.
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

  /// The rows of hard negatives as they are now, and the windows that are row by row in them, but for those that came
  /// with the file.
  private func sealedRows(_ ledger: Ledger) throws -> (RowTable?, [HardNegativeRecord]) {
    // Nobody moves a row meanwhile, and what is open stays as it is.
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
