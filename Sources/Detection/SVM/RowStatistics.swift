internal import CKernels

/// What is computed once about rows: that they are finite, a centre, and how far from it each row is.
///
/// Duals that add up to 0 do not see where the origin is, and HOG rows lie in a far corner of their
/// space: distances to their middle are what bounds a margin's change.
struct RowStatistics: Sendable {
  /// The mean of a few rows; any point would do.
  let centre: [Float]
  /// x · centre for each row, and centre · centre.
  let centreProducts: [Double]
  let squaredCentre: Double
  /// ‖x − centre‖ for each row, rounded up.
  let radii: [Double]
  let meanSquaredRadius: Double

  /// - Throws: the first feature that is NaN, infinite, or whose square is.
  init(of rows: DenseRows, threads: Int) throws(TrainingError) {
    let sample = min(rows.rowCount, 128)
    let mean = rows.adding(
      (0..<sample).map { ($0 * rows.rowCount / sample, 1 / Double(sample)) },
      to: [Double](repeating: 0, count: rows.columnCount)
    ).map { Float($0) }
    let middle = DenseRows(values: mean, columnCount: mean.count)
    let all = Array(0..<UInt32(rows.rowCount))
    let chunk = 32
    let pieces = try concurrentMap(
      count: (all.count + chunk - 1) / chunk, threads: threads
    ) { piece throws(TrainingError) in
      let part = Array(all[(piece * chunk)..<min((piece + 1) * chunk, all.count)])
      let squares = rows.squaredNorms(of: part)
      for (row, square) in zip(part, squares) where !square.isFinite {
        throw rows.unusableFeature(row: Int(row))
      }
      return zip(squares, rows.products(of: part, with: middle, rows: [0], threads: 1))
        .map { (square: Double($0), product: Double($1)) }
    }
    let squaredCentre = mean.reduce(0) { $0 + Double($1) * Double($1) }
    let measured = Array(pieces.joined())
    let radii = measured.map { square, product in
      // What single precision may have lost is added.
      let lost = 1e-5 * (square + squaredCentre)
      return (max(square - 2 * product + squaredCentre, 0) + lost).squareRoot()
    }
    centre = mean
    centreProducts = measured.map(\.product)
    self.squaredCentre = squaredCentre
    self.radii = radii
    meanSquaredRadius = radii.reduce(0) { $0 + $1 * $1 } / Double(radii.count)
  }
}

extension DenseRows {
  fileprivate func squaredNorms(of rows: [UInt32]) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: rows.count) { squares, filled in
      unsafe values.withUnsafeBufferPointer { values in
        for (index, row) in rows.enumerated() {
          unsafe squares.baseAddress![index] = ckernels_inner_product(
            values.baseAddress! + Int(row) * columnCount,
            values.baseAddress! + Int(row) * columnCount, columnCount)
        }
      }
      filled = rows.count
    }
  }

  /// The error for a row whose squared norm is not finite.
  fileprivate func unusableFeature(row: Int) -> TrainingError {
    let features = values[(row * columnCount)..<((row + 1) * columnCount)]
    let column =
      features.firstIndex { !$0.isFinite }
      ?? features.indices.max { abs(features[$0]) < abs(features[$1]) }!
    return .feature(features[column], row: row, column: column - features.startIndex)
  }
}
