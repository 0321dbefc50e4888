package import Detection
internal import Durable
internal import HDF5
internal import SystemPackage

extension FeatureFile {
  /// The result of rebuilding.
  package struct Rebuilt: Sendable {
    /// Hard negatives that are in the file again.
    package var hardNegatives: Int
    /// Pictures that no longer exist; their hard negatives are lost and forgotten.
    package var lost: [PictureRecord]

    package static func + (one: Rebuilt, other: Rebuilt) -> Rebuilt {
      Rebuilt(
        hardNegatives: one.hardNegatives + other.hardNegatives, lost: one.lost + other.lost)
    }
  }

  /// Makes the sealed hard negatives again, from the ledger's boxes and the kept pictures.
  ///
  /// If the pictures are unchanged, so is every byte of the rows. `features` stay, and so do hard negatives that came with
  /// the file, as far as it can be read; a damaged file is kept under another name. Rows that were sealed with another
  /// ledger, or a later state of this one, now count as having come with the file.
  /// - Parameters:
  ///   - gone: the pictures whose hard negatives are given up, as far as they must be made again.
  ///   - describe: returns the features of these boxes of any other picture, one after another. If it throws, the file stays
  ///     as it is, and no hard negative is given up.
  package func rebuildHardNegatives(
    from ledger: Ledger, givingUp gone: Set<PictureRecord.ID> = [],
    describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> Rebuilt {
    try FileLock.holding(lockPath) {
      do {
        return try rebuildAlone(from: ledger, givingUp: gone, describe: describe)
      } catch let error as FeatureFileError
        where error.cause == .damaged && error.path != path && consists(of: error.path)
      {
        throw FeatureFileError(
          error.path, .damaged,
          """
          it cannot be read, but it holds rows that the ledger does not have: \(adviceForLostRows)
          """)
      }
    }
  }

  /// What to do about rows that came with the file and are lost: nobody can make them again.
  var adviceForLostRows: String {
    """
    restore it from a backup or, to go on without them, move \(path) away and run `misfire extract` and \
    `misfire verify --repair`
    """
  }

  private func rebuildAlone(
    from ledger: Ledger, givingUp gone: Set<PictureRecord.ID>,
    describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> Rebuilt {
    let old = try summaryOrDisplace()
    try finishTakingOut(ledger, old)
    if let rebuilt = try rebuildSegments(from: ledger, givingUp: gone, describe: describe) {
      return rebuilt
    }
    let imported = min(old.imported, old.hardNegatives)
    let pictures = try ledger.sealedPictures()
    let sealed = try ledger.sealedHardNegatives()
    let wanted = sealed.filter { $0.verdict == .kept }
    let surviving = wanted.filter { !gone.contains($0.picture) }
    let lost = wanted.filter { gone.contains($0.picture) }
    // Batches are appended, so those that the ledger does not know are the last.
    // A file from a backup may have fewer rows than that.
    let known = try min(imported + sealed.count + cutOff(ledger, old).count, old.hardNegatives)
    let kept = try rows(0..<imported, of: old, without: sealed) + [known..<old.hardNegatives]
    let keptCount = kept.map(\.count).reduce(0, +)

    var summary = old
    summary.hardNegatives = keptCount + surviving.count
    summary.sealedThrough = sealed.map(\.turn).max() ?? 0
    summary.imported = keptCount
    summary.featureCount = hog.featureCount

    var digests: [HardNegativeRecord.ID: Int64] = [:]
    // Drawn rows in segments stay where they are.
    let drawn = try layout() == nil ? summary.rows ?? 0 : 0
    let size = byteCount(ofRows: drawn, summary.hardNegatives)
    try Durable.replace(path, as: .features, size: size) { draft in
      let probabilities = surviving.map(\.hardNegative.probability)
      try write(draft, summary, keeping: kept, probabilities: probabilities) { rows in
        digests = try describeRows(surviving, of: pictures, into: rows, from: keptCount, describe)
      }
    }
    // Not before: the old file may have as many rows as these without the lost ones, but others.
    try ledger.giveUp(Set(lost.map(\.id)), recording: digests)
    try recordLeft(ledger, summary)
    return Rebuilt(
      hardNegatives: surviving.count, lost: pictures.filter { gone.contains($0.id) })
  }

  /// The rows that came with the file, without the ledger's own: no ledger has sealed into a file that `misfire export` wrote,
  /// so all of its rows came with it.
  private func rows(
    _ imported: Range<Int>, of summary: Summary, without sealed: [HardNegativeRecord]
  ) throws -> [Range<Int>] {
    guard summary.sealedThrough == 0, !imported.isEmpty, !sealed.isEmpty else { return [imported] }
    let file = try HDF5File(reading: path)
    let table = try RowTable(Name.hardNegatives, of: self, in: file, for: imported)
    let probabilities = try probabilities(in: file, rows: imported)
    let own = Dictionary(grouping: sealed, by: \.hardNegative.probability)
    let again = try imported.filter { row in
      guard let windows = own[probabilities[row]] else { return false }
      let digest = FeatureBlob.digest(
        try table.read(rows: row..<(row + 1), columns: 1..<table.columnCount))
      return windows.contains { $0.digest ?? digest == digest }
    }
    return Self.ranges(of: imported, without: again)
  }

  /// The file's contents; a damaged file gets another name and counts as missing.
  private func summaryOrDisplace() throws -> Summary {
    do {
      try check()
      return try summary()
    } catch let error as HDF5Error where error.code == nil && error.advice == nil {
      try Durable.move(path, into: path.removingLastComponent())
      return Summary()
    }
  }
}
