/// What one training leaves for the next: where it ended, and what it knows about its rows.
struct TrainingMemory: Sendable, Equatable {
  let statistics: RowStatistics
  let problem: DualProblem
  var gram: GramCache?
  /// By fold; nil if the rest of the fold had only one class.
  var folds: [DualProblem?] = []
  /// Nil if the training was not calibrated.
  var calibration: Calibration?

  /// Itself, if it is about the first of `rows`, judging by some of them.
  func about(_ rows: some RowAccess) throws -> TrainingMemory? {
    let known = statistics.radii.count
    guard known <= rows.rowCount, statistics.centre.count == rows.columnCount else { return nil }
    let sample = min(known, 64)
    let chosen = (0..<sample).map { UInt32(($0 + 1) * known / sample - 1) }
    let centre = DenseRows(values: statistics.centre, columnCount: rows.columnCount)
    let products = try rows.products(of: chosen, with: centre, threads: 1)
    let isKnown = zip(chosen, products).allSatisfy { row, product in
      statistics.centreProducts[Int(row)] == Double(product)
    }
    return isKnown ? self : nil
  }
}
