internal import Detection
internal import Durable
internal import HDF5
internal import SystemPackage
internal import Text

extension FeatureFile {
  /// Moves the features of acknowledged hard negatives from the ledger into this file.
  ///
  /// They are appended in one batch, the most confident first. The ledger drops its copies only when the new file is on the
  /// disk; a crash at any point leaves the old file or the new one, and sealing again finishes the rest. Rows that were
  /// taken back leave the file before.
  /// - Parameters:
  ///   - waiting: whether to wait for another process that writes the file, or to throw `FileLock.Held` at once.
  ///   - progress: called for each written part of the new file: some rows of hard negatives, or another dataset as a
  ///     whole.
  /// - Returns: how many hard negatives were sealed.
  /// - Throws: `FeatureFileError` if the file and the ledger disagree, and `HDF5Error`, `LedgerError` or `DurableError`.
  @discardableResult
  package func seal(_ ledger: Ledger, waiting: Bool = true, progress: () -> Void = {}) throws -> Int
  {
    try advising {
      try FileLock.holding(lockPath, waiting: waiting) { try sealAlone(ledger, progress) }
    }
  }

  private func sealAlone(_ ledger: Ledger, _ progress: () -> Void) throws -> Int {
    let finished = try finishSeal(ledger)
    let batch = try ledger.unsealed()
    guard try !batch.isEmpty || ledger.counts().leaving > 0 else { return finished }
    try check()
    try takeOut(ledger)
    guard let last = batch.map(\.turn).max() else { return finished }

    let others = try ledger.hardNegatives(notFor: hog).count { $0.verdict == .kept }
    guard others == 0 else {
      throw FeatureFileError(
        path, .otherSettings,
        """
        \(others.counted("hard negative")) that wait to be added \(others == 1 ? "was" : "were") made with other settings: use \
        those again, or run `misfire verify --repair`
        """)
    }
    var sealed = try summary()
    let first = sealed.hardNegatives
    sealed.hardNegatives += batch.count
    sealed.sealedThrough = last
    sealed.featureCount = hog.featureCount

    let rowBytes = rowBytes + MemoryLayout<Double>.stride
    func fill(_ rows: borrowing HDF5Dataset, from first: Int) throws {
      for block in batch.indices.blocks(rowBytes: rows.rowBytes) {
        let added = LabelledRows(
          labels: [Float](repeating: -1, count: block.count),
          features: try ledger.features(of: batch[block].map(\.id)),
          featureCount: hog.featureCount)
        try rows.write(
          added.table(0..<block.count),
          rows: (first + block.lowerBound)..<(first + block.upperBound))
        progress()
      }
    }
    if var layout = try layout(growingBy: batch.count * rowBytes) {
      try ledger.recordSegments()
      layout.hardNegatives.append(
        try writeSegment(origins: ledger.origins(of: batch.map(\.id))) { try fill($0, from: 0) })
      try write(layout, sealed)
    } else {
      try Durable.replace(path, as: .features, size: path.grownSize(by: batch.count * rowBytes)) {
        try write(
          $0, sealed, keeping: [0..<first], probabilities: batch.map(\.probability),
          progress: progress
        ) {
          try fill($0, from: first)
        }
      }
    }
    try ledger.recordSealed(batch.map(\.id), firstRow: first)
    FaultPoint.reach(.sealed)
    try ledger.giveBackSpace()
    return finished + batch.count
  }

  /// Whether so much is unsealed that it should not wait for a quiet moment.
  ///
  /// That is 64 MiB, or a tenth of the file where that is more: so rewriting the file stays in
  /// proportion to what is added to it. What is set aside does not count, because no seal adds it.
  package func isSealDue(_ counts: LedgerCounts) -> Bool {
    byteCount(ofRows: counts.unsealed) > max(64 << 20, (path.fileSize ?? 0) / 10)
  }

  /// Throws unless a training can begin with these rows and those of the ledger. It reads no row, and changes nothing.
  package func checkTrainable(with ledger: Ledger) throws {
    try advising {
      let summary = try summary()
      if try !isTakenOut(ledger.counts(), summary) { _ = try unfinishedSeal(ledger, summary) }
      try requireFeatures(summary)
      try check()
    }
  }

  /// Finishes a seal that was interrupted between replacing the file and telling the ledger.
  func finishSeal(_ ledger: Ledger) throws -> Int {
    let summary = try summary()
    try finishTakingOut(ledger, summary)
    let unfinished = try unfinishedSeal(ledger, summary)
    guard !unfinished.isEmpty else { return 0 }
    try ledger.recordSealed(
      unfinished.map(\.id), firstRow: summary.hardNegatives - unfinished.count)
    return unfinished.count
  }

  /// The hard negatives of a seal that was interrupted like this.
  /// - Throws: `FeatureFileError` if the file and the ledger disagree on anything else.
  private func unfinishedSeal(_ ledger: Ledger, _ summary: Summary) throws
    -> [UnsealedHardNegative]
  {
    let counts = try ledger.counts()
    let unfinished = try cutOff(ledger, summary)
    let inFile = summary.hardNegatives - summary.imported
    let known = counts.sealed + counts.leaving + unfinished.count
    guard inFile == known,
      try summary.sealedThrough <= ledger.lastTurn()
    else {
      throw FeatureFileError(
        path, disagreeing: "it has \(inFile) sealed hard negatives, but the ledger has \(known)")
    }
    return unfinished
  }

  /// The hard negatives that are in the file although the ledger has them as unsealed.
  /// - Parameter summary: what the file holds.
  func cutOff(_ ledger: Ledger, _ summary: Summary) throws -> [UnsealedHardNegative] {
    // Turns only grow, so these are the last batch, in the order in which it was written …
    let batch = try ledger.unsealed(through: summary.sealedThrough)
    let count = summary.hardNegatives
    guard !batch.isEmpty, batch.count <= count else { return [] }
    let last = try probabilities(
      in: HDF5File(reading: path), rows: (count - batch.count)..<count)
    // … unless the ledger is an older one, which has given their turns again.
    return last == batch.map(\.probability) ? batch : []
  }

  /// Writes a draft with everything of this file, but other hard negatives at the end, and checks it.
  /// - Parameters:
  ///   - summary: what will be in it.
  ///   - kept: which of this file's hard negatives stay; they come first.
  ///   - probabilities: those of the others.
  ///   - progress: called for each written part.
  ///   - fill: writes the rows of the others.
  func write(
    _ draft: FilePath, _ summary: Summary, keeping kept: [Range<Int>], probabilities: [Double],
    progress: () -> Void = {}, fill: (borrowing HDF5Dataset) throws -> Void
  ) throws {
    let new = try begin(
      draft, without: [Name.hardNegatives, Name.probabilities], progress: progress)
    let rows = try new.createDataset(
      Name.hardNegatives, of: Float.self,
      shape: [summary.hardNegatives, 1 + hog.featureCount])
    let confidence = try new.createDataset(
      Name.probabilities, of: Double.self, shape: [summary.hardNegatives])
    if path.fileSize != nil {
      let old = try HDF5File(reading: path)
      var count = 0
      for block in kept.flatMap({ $0.blocks(rowBytes: rows.rowBytes) }) {
        let table = try RowTable(Name.hardNegatives, of: self, in: old, for: block)
          .read(rows: block)
        try rows.write(table, rows: count..<(count + block.count))
        count += block.count
        progress()
      }
      let known = try kept.filter { !$0.isEmpty }
        .flatMap { try self.probabilities(in: old, rows: $0) }
      try confidence.write(known, rows: 0..<count)
    }
    try fill(rows)
    try confidence.write(
      probabilities,
      rows: (summary.hardNegatives - probabilities.count)..<summary.hardNegatives)
    try mark(new, summary)
    try new.close()
    guard try Self.summary(of: HDF5File(reading: draft)) == summary else {
      throw FeatureFileError(draft, .unverified, "it does not read back as written")
    }
  }
}

extension HDF5File {
  /// Some hard negatives' probabilities; not a number for those whose unknown.
  func probabilities(rows: Range<Int>) throws -> [Double] {
    guard try contains(FeatureFile.Name.probabilities) else {
      return [Double](repeating: .nan, count: rows.count)
    }
    let probabilities = try dataset(FeatureFile.Name.probabilities)
    guard probabilities.rowCount >= rows.upperBound, probabilities.columnCount == 1 else {
      throw FeatureFileError(
        path, .damaged,
        """
        \(FeatureFile.Name.probabilities) has the shape \(probabilities.shape), but there are \
        \(rows.upperBound) hard negatives
        """)
    }
    return try probabilities.read(Double.self, rows: rows)
  }
}
