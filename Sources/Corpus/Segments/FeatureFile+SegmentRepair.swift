internal import Detection
internal import Durable
internal import HDF5
internal import SystemPackage

/// Problems with rows of the file or of one segment, and how a segment is rebuilt.
extension FeatureFile {
  /// A segment whose rows differ from the ledger.
  struct Damage {
    let segment: Segment
    /// Its rows among all hard negatives.
    let rows: Range<Int>
    let problem: String
  }

  /// The first difference between these rows and the ledger; nil if there is none.
  /// - Parameters:
  ///   - origins: what is stated of each row of the table.
  ///   - first: the number of the table's first row among all hard negatives.
  ///   - sealed: all that are sealed; row `imported` is the first of them.
  func problem(
    of rows: RowTable, _ origins: [RowOrigin], from first: Int = 0,
    _ sealed: [HardNegativeRecord], imported: Int
  ) throws -> String? {
    let own = max(imported - first, 0)..<max(imported - first, rows.rowCount)
    func record(of row: Int) -> HardNegativeRecord? {
      let index = first + row - imported
      return sealed.indices.contains(index) ? sealed[index] : nil
    }
    let labels = try rows.read(rows: own, columns: 0..<1)
    for (row, label) in zip(own, labels) {
      guard let hardNegative = record(of: row) else { continue }
      let (origin, window) = (origins[row], hardNegative.hardNegative)
      guard hardNegative.row == first + row, origin.probability == window.probability,
        origin.source?.box ?? window.box == window.box, label == -1
      else {
        return "its row \(first + row) is not the hard negative that the ledger has there"
      }
    }
    return try rows.problem(in: own, from: first, labels: [-1]) { record(of: $0)?.digest }
  }

  /// The segments whose rows differ from the ledger, or that are missing or damaged.
  /// - Throws: `HDF5Error` if the system does not let one be read.
  func damagedSegments(_ layout: Layout, _ sealed: [HardNegativeRecord], imported: Int) throws
    -> [Damage]
  {
    var end = 0
    return try layout.hardNegatives.compactMap { segment in
      let rows = end..<(end + segment.rowCount)
      end = rows.upperBound
      guard rows.upperBound > imported else { return nil }
      do {
        let table = try RowTable(
          Name.hardNegatives, segment, of: self, columnCount: 1 + hog.featureCount)
        let problem = try problem(
          of: table, origins(of: segment), from: rows.lowerBound, sealed, imported: imported)
        return problem.map { Damage(segment: segment, rows: rows, problem: $0) }
      } catch let error as FeatureFileError {
        return Damage(segment: segment, rows: rows, problem: error.problem)
      } catch let error as HDF5Error where error.code == nil {
        return Damage(segment: segment, rows: rows, problem: error.failure)
      }
    }
  }

  /// The sealed hard negatives that must be recomputed.
  func hardNegativesToRebuild(from ledger: Ledger) throws -> [HardNegativeRecord] {
    let sealed = try ledger.sealedHardNegatives().filter { $0.verdict == .kept }
    guard let damage = try segmentDamage(ledger) else { return sealed }
    return sealed.filter { record in damage.contains { $0.rows.contains(record.row!) } }
  }

  /// The damaged segments of an otherwise sound file; nil if everything must be rebuilt.
  private func segmentDamage(_ ledger: Ledger) throws -> [Damage]? {
    let summary: Summary
    do {
      summary = try self.summary()
    } catch let error as HDF5Error where error.code == nil {
      return nil
    }
    let sealed = try ledger.sealedHardNegatives()
    guard let layout = try layout(), try difference() == nil,
      summary.hardNegatives - summary.imported == sealed.count,
      try summary.sealedThrough <= ledger.lastTurn()
    else { return nil }
    return try damagedSegments(layout, sealed, imported: summary.imported)
  }

  /// Rebuilds the damaged segments, and leaves the others as they are, except for rows that have yet to leave them.
  /// - Returns: nil if all hard negatives must be rebuilt.
  func rebuildSegments(
    from ledger: Ledger, givingUp gone: Set<PictureRecord.ID>,
    describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> Rebuilt? {
    guard let damage = try segmentDamage(ledger), let layout = try layout() else { return nil }
    var rebuilt = Rebuilt(hardNegatives: 0, lost: [])
    if damage.isEmpty { return rebuilt }
    var summary = try summary()
    let sealed = try ledger.sealedHardNegatives()
    var lost: Set<HardNegativeRecord.ID> = []
    var made: [Segment: [Segment]] = [:]
    var digests: [HardNegativeRecord.ID: Int64] = [:]
    for damaged in damage {
      let known = max(damaged.rows.lowerBound, summary.imported)..<damaged.rows.upperBound
      let records = sealed[
        (known.lowerBound - summary.imported)..<(known.upperBound - summary.imported)
      ].filter { $0.verdict == .kept }
      let pictures = try ledger.pictures(Set(records.map(\.picture)))
      let surviving = records.filter { !gone.contains($0.picture) }
      lost.formUnion(records.filter { gone.contains($0.picture) }.map(\.id))
      // Those that came with the file are in no ledger.
      let imported = Piece(
        segment: damaged.segment, rows: [0..<(damaged.rows.count - known.count)])
      made[damaged.segment] = []
      if !surviving.isEmpty || known.count < damaged.rows.count {
        let segment = try describedSegment(
          surviving, of: pictures, behind: imported, &digests, describe)
        made[damaged.segment] = [segment]
      }
      rebuilt.hardNegatives += surviving.count
      rebuilt.lost += pictures.filter { gone.contains($0.id) }
    }
    // All that must leave the file leave it at once: `isTakenOut` compares only how many are left.
    let leaving = sealed.indices.filter {
      sealed[$0].verdict != .kept || lost.contains(sealed[$0].id)
    }.map { summary.imported + $0 }
    let rest = try without(leaving, layout, replacing: made)
    summary.hardNegatives -= leaving.count
    summary.featureCount = hog.featureCount
    // The file has all rows still, so this cannot be taken for a removal that was cut off.
    try ledger.giveUp(lost, recording: digests)
    FaultPoint.reach(.takenBack)
    try write(rest, summary)
    try recordLeft(ledger, summary)
    return rebuilt
  }

  private func describedSegment(
    _ windows: [HardNegativeRecord], of pictures: [PictureRecord], behind kept: Piece,
    _ newDigests: inout [HardNegativeRecord.ID: Int64],
    _ describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> Segment {
    let keptCount = kept.rows.reduce(0) { $0 + $1.count }
    let known = keptCount == 0 ? [] : try origins(of: kept.segment).prefix(keptCount)
    let digests = Dictionary(uniqueKeysWithValues: pictures.map { ($0.id, $0.sha256) })
    let described = windows.map {
      RowOrigin($0.hardNegative, in: digests[$0.picture]!, by: $0.generation)
    }
    return try writeSegment(origins: known + described) { target in
      if keptCount > 0 {
        let source = try open(
          Name.hardNegatives, of: kept.segment, columnCount: target.columnCount)
        try target.write(source.read(Float.self, rows: 0..<keptCount), rows: 0..<keptCount)
      }
      let described = try describeRows(
        windows, of: pictures, into: target, from: keptCount, describe)
      newDigests.merge(described) { $1 }
    }
  }

  /// Computes the features of windows from their pictures, and writes them as rows in the given order.
  /// - Returns: the digest of each row.
  func describeRows(
    _ windows: [HardNegativeRecord], of pictures: [PictureRecord], into rows: borrowing HDF5Dataset,
    from first: Int, _ describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> [HardNegativeRecord.ID: Int64] {
    var digests: [HardNegativeRecord.ID: Int64] = [:]
    let byImage = Dictionary(grouping: windows.indices, by: { windows[$0].picture })
    for picture in pictures {
      guard let own = byImage[picture.id] else { continue }
      let table = LabelledRows(
        labels: own.map { _ in -1 },
        features: try describe(picture, own.map { windows[$0].hardNegative.box }),
        featureCount: hog.featureCount)
      for (index, place) in own.enumerated() {
        let row = first + place
        let numbers = table.table(index..<(index + 1))
        try rows.write(numbers, rows: row..<(row + 1))
        digests[windows[place].id] = FeatureBlob.digest(Array(numbers.dropFirst()))
      }
    }
    return digests
  }
}

extension RowTable {
  /// The first value in some of its rows that cannot be learnt from, or row that is another; nil if there is none.
  /// - Parameters:
  ///   - first: the number of its first row in messages.
  ///   - digest: what `FeatureBlob.digest` of a row was; nil if unknown.
  func problem(
    in rows: Range<Int>, from first: Int = 0, labels: Set<Float>,
    digest: (_ row: Int) -> Int64? = { _ in nil }
  ) throws -> String? {
    for block in rows.blocks(rowBytes: rowBytes) {
      let numbers = try read(rows: block)
      if let index = numbers.firstIndex(where: { !$0.isFinite }) {
        let row = first + block.lowerBound + index / columnCount
        return "row \(row) of \(name), column \(index % columnCount), is \(numbers[index])"
      }
      for row in block {
        let start = (row - block.lowerBound) * columnCount
        let label = numbers[start]
        guard labels.contains(label) else {
          return "row \(first + row) of \(name) has the label \(label)"
        }
        if let known = digest(row),
          FeatureBlob.digest(Array(numbers[(start + 1)..<(start + columnCount)])) != known
        {
          return "row \(first + row) of \(name) is not what was written"
        }
      }
    }
    return nil
  }
}
