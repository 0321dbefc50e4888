/// Solves soft-margin problems over more rows than fit in memory.
///
/// It keeps as many rows as fit: those with free duals, those that hold the gap, those near their margin; solves for them
/// as if they were all; then reads the others, a block at a time, to see how their margins changed, and replaces some of
/// the rows it keeps. Rows far on their side of the margin are seldom read again: a whole problem takes a few readings of
/// the file.
///
/// - SeeAlso: Yu, Hsieh, Chang & Lin, Large linear classification when data cannot fit in memory,
/// KDD 2010, which solves for each block as it is read.
struct BlockwiseDecomposition<Source: RowSource>: DualSolver {
  let rows: BlockedRows<Source>
  let labels: [Float]
  let statistics: RowStatistics
  let threads: Int
  var rowsRead = 0
  var gram: GramCache? { nil }
  /// How many rows fit.
  private let capacity: Int
  /// With few rows at a time, many more readings are needed.
  let mostSteps = 20_000_000
  /// The features of the rows kept, and which rows they are.
  private var kept: [Float] = []
  private var keptRows: [Int] = []

  init(
    rows: BlockedRows<Source>, labels: [Float], statistics: RowStatistics, capacity: Int,
    threads: Int
  ) {
    self.rows = rows
    self.labels = labels
    self.statistics = statistics
    self.capacity = capacity
    self.threads = threads
  }

  mutating func solve(
    _ problems: inout [DualProblem], tolerance: Double, progress: (Double) -> Void
  ) throws {
    var open = Array(problems.indices)
    var best = [Double](repeating: -.infinity, count: problems.count)
    for _ in 0..<1000 {
      try evaluate(&problems, open)
      progress(largestGap(of: problems, open))
      open = open.filter { index in
        let grows = problems[index].dualObjective > best[index]
        best[index] = problems[index].dualObjective
        return problems[index].relativeGap > tolerance && grows && problems[index].steps < mostSteps
      }
      if open.isEmpty { return }
      try keep(chosenRows(open.map { problems[$0] }))
      try solveKept(&problems, open, tolerance: tolerance / 2)
    }
  }

  private mutating func solveKept(
    _ problems: inout [DualProblem], _ open: [Int], tolerance: Double
  ) throws {
    var parts = open.map { problems[$0].part(keptRows, labels: labels) }
    var solver = Decomposition(
      rows: DenseRows(values: kept, columnCount: rows.columnCount),
      labels: keptRows.map { labels[$0] }, statistics: statistics.part(keptRows),
      threads: threads, mostSteps: mostSteps)
    try solver.solve(&parts, tolerance: tolerance) { _ in }
    for (index, part) in zip(open, parts) { problems[index].absorb(part, rows: keptRows) }
  }

  /// Rows for all of `problems`, each with an equal share of the room.
  private func chosenRows(_ problems: [DualProblem]) -> Set<Int> {
    let limit = capacity / problems.count
    let sets = problems.map { problem in
      problem.workingSet(labels: labels, limit: limit, share: limit / 4, fill: limit / 4)
    }
    return Set(sets.joined().map { Int($0) })
  }

  /// Reads the rows that are wanted and not yet kept, in place of those kept and not wanted.
  private mutating func keep(_ wanted: Set<Int>) throws {
    let columns = rows.columnCount
    let missing = wanted.subtracting(keptRows).sorted()
    var places = keptRows.indices.filter { !wanted.contains(keptRows[$0]) }
    while places.count < missing.count {
      places.append(keptRows.count)
      keptRows.append(-1)
    }
    kept.reserveCapacity(keptRows.count * columns)
    kept += repeatElement(0, count: keptRows.count * columns - kept.count)
    var next = 0
    try rows.forEachBlock(of: missing) { first, block, chosen in
      for row in missing[chosen] {
        let place = places[next]
        let start = (row - first) * columns
        kept.replaceSubrange(
          (place * columns)..<((place + 1) * columns),
          with: block.values[start..<(start + columns)])
        keptRows[place] = row
        next += 1
      }
    }
  }
}
