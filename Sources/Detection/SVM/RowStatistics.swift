internal import CKernels

/// Statistics of rows, computed once: that they are finite, a centre, and the distance of each row from it.
///
/// Duals that add up to 0 do not depend on the origin, and HOG rows lie in a far corner of their space: their distances
/// from their centre bound a margin's change.
struct RowStatistics: Sendable, Equatable {
  /// The mean of a few rows; any point would do.
  let centre: [Float]
  let squaredCentre: Double
  /// x · centre for each row.
  private(set) var centreProducts: [Double] = []
  /// ‖x − centre‖ for each row, rounded up.
  private(set) var radii: [Double] = []
  /// Of all rows, of the first ones or of none.
  private(set) var sketches = RowSketches()

  init(centre: [Float]) {
    self.centre = centre
    squaredCentre = centre.reduce(0) { $0 + Double($1) * Double($1) }
  }

  /// The centre of all rows, by a sample of them.
  init(centring rows: some RowAccess) throws {
    let sample = min(rows.rowCount, 64)
    let mean = try rows.adding(
      (0..<sample).map { ($0 * rows.rowCount / sample, 1 / Double(sample)) },
      to: [Double](repeating: 0, count: rows.columnCount))
    self.init(centre: mean.map { Float($0) })
  }

  var meanSquaredRadius: Double {
    radii.reduce(0) { $0 + $1 * $1 } / Double(radii.count)
  }

  /// Measures the next rows.
  /// - Parameters:
  ///   - block: holds them, from its row `first` on.
  ///   - isSketching: whether to sketch them too, if all before them are.
  /// - Throws: the first feature that is NaN, infinite, or so large that a sum of squares nears the end of
  ///   single precision; rows are counted from the first ever measured.
  mutating func measure(
    _ block: DenseRows, from first: Int = 0, isSketching: Bool, threads: Int
  ) throws(TrainingError) {
    let middle = DenseRows(values: centre, columnCount: centre.count)
    let known = radii.count
    let isSketching = isSketching && sketches.count == known
    let chunk = 32
    let pieces = try concurrentMap(
      count: (block.rowCount - first + chunk - 1) / chunk, threads: threads
    ) { piece throws(TrainingError) in
      let start = first + piece * chunk
      let part = Array(UInt32(start)..<UInt32(min(start + chunk, block.rowCount)))
      let squares = block.squaredNorms(of: part)
      // The squared distance of two rows is at most four times as large.
      for (row, square) in zip(part, squares) where !(square < .greatestFiniteMagnitude / 8) {
        throw block.unusableFeature(row: Int(row), named: known + Int(row) - first)
      }
      let rows = start..<(start + part.count)
      return (
        squares: squares, products: block.products(of: part, with: middle, threads: 1),
        sketches: isSketching
          ? RowSketches.Piece(block, rows: rows, first: known + start - first) : nil
      )
    }
    for piece in pieces {
      for (square, product) in zip(piece.squares, piece.products) {
        let (square, product) = (Double(square), Double(product))
        centreProducts.append(product)
        // An allowance for single precision is added: a part of each sum, and squares too small for it.
        let lost =
          1e-5 * (square + squaredCentre)
          + Double(block.columnCount) * Double(Float.leastNormalMagnitude)
        radii.append((max(square - 2 * product + squaredCentre, 0) + lost).squareRoot())
      }
      if let sketches = piece.sketches { self.sketches.append(sketches) }
    }
  }

  /// Measures the rows that have come since: in memory all at once, others in parts.
  /// - Parameter isSketching: what is calibrated is what the next generation starts from.
  mutating func measureRest(of rows: some RowsAtHand, isSketching: Bool, threads: Int) throws {
    if let rows = rows as? DenseRows {
      return try measure(rows, from: radii.count, isSketching: isSketching, threads: threads)
    }
    let part = 32 * max(1, (16 << 20) / (32 * rows.columnCount * MemoryLayout<Float>.stride))
    while radii.count < rows.rowCount {
      let next = radii.count..<min(radii.count + part, rows.rowCount)
      try measure(
        rows.gathered(next.map { UInt32($0) }), isSketching: isSketching, threads: threads)
    }
  }

  /// The statistics of some of the rows, without sketches.
  func part(_ rows: [Int]) -> RowStatistics {
    var part = self
    part.centreProducts = rows.map { centreProducts[$0] }
    part.radii = rows.map { radii[$0] }
    part.sketches = RowSketches()
    return part
  }
}

extension DenseRows {
  fileprivate func squaredNorms(of rows: [UInt32]) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: rows.count) { squares, filled in
      unsafe values.withUnsafeBufferPointer { values in
        for (index, row) in rows.enumerated() {
          unsafe squares.baseAddress![index] = ck_inner_product(
            values.baseAddress! + Int(row) * columnCount,
            values.baseAddress! + Int(row) * columnCount, columnCount)
        }
      }
      filled = rows.count
    }
  }

  /// The error for a row whose squared norm is not finite, or too large.
  fileprivate func unusableFeature(row: Int, named name: Int) -> TrainingError {
    let features = values[(row * columnCount)..<((row + 1) * columnCount)]
    let column =
      features.firstIndex { !$0.isFinite }
      ?? features.indices.max { abs(features[$0]) < abs(features[$1]) }!
    return .feature(features[column], row: name, column: column - features.startIndex)
  }
}
