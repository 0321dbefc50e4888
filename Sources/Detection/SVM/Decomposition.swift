/// Solves soft-margin problems over the same rows in rounds of margins and steps.
///
/// A round computes the duality gap of each problem. A problem far from its optimum then moves by sweeps of coordinate
/// descent; one near it by solving only for the rows that hold most of its gap, on their Gram matrix.
///
/// - SeeAlso: Joachims, Making large-scale SVM learning practical, 1999, for working sets.
struct Decomposition<Rows: RowsAtHand>: DualSolver {
  let rows: Rows
  let labels: [Float]
  let statistics: RowStatistics
  let threads: Int
  let mostSteps: Int
  private var cache: GramCache
  var rowsRead = 0
  var gram: GramCache? { cache }

  init(
    rows: Rows, labels: [Float], statistics: RowStatistics, threads: Int,
    gram: GramCache? = nil, mostSteps: Int = 1_000_000
  ) {
    self.mostSteps = mostSteps
    self.rows = rows
    self.labels = labels
    self.statistics = statistics
    self.threads = threads
    // A twentieth of the rows' own memory; their sketches take an eighth.
    let capacity = max(1024, Int((Double(rows.rowCount * rows.columnCount) / 20).squareRoot()))
    cache = gram ?? GramCache(capacity: capacity)
  }

  mutating func solve(
    _ problems: inout [DualProblem], tolerance: Double, progress: (Double) -> Void
  ) throws {
    var open = Array(problems.indices)
    var far: [Int] = []
    var best = [Double](repeating: -.infinity, count: problems.count)
    for round in 0..<1000 {
      try evaluate(&problems, open)
      progress(largestGap(of: problems, open))
      open = open.filter { index in
        // A working set holds the most violating pair, so the dual grows until rounding hides it.
        let isStuck = !far.contains(index) && problems[index].dualObjective <= best[index]
        best[index] = problems[index].dualObjective
        return problems[index].relativeGap > tolerance && !isStuck
          && problems[index].steps < mostSteps
      }
      if open.isEmpty { return }
      far = open.filter { round < 3 && problems[$0].relativeGap > 0.1 }
      try sweep(&problems, far)
      try solveWorkingSets(&problems, open.filter { !far.contains($0) }, tolerance: tolerance)
    }
  }

  private func sweep(_ problems: inout [DualProblem], _ chosen: [Int]) throws {
    if chosen.isEmpty { return }
    let (before, rows) = try (problems, rows.dense())
    let descent = CoordinateDescent(rows: rows, labels: labels, statistics: statistics)
    let swept = try concurrentMap(count: chosen.count, threads: threads) { place in
      var problem = before[chosen[place]]
      let duals = descent.sweep(problem, count: 5)
      try problem.start(at: duals, rows: rows)
      return problem
    }
    for (index, problem) in zip(chosen, swept) { problems[index] = problem }
  }

  private mutating func solveWorkingSets(
    _ problems: inout [DualProblem], _ chosen: [Int], tolerance: Double
  ) throws {
    try chooseRows(chosen.map { problems[$0] })
    let (before, rows, gram, labels) = (problems, rows, cache, labels)
    let mostSteps = mostSteps
    let held = gram.rows.map { Int($0) }
    let solved = try concurrentMap(count: chosen.count, threads: threads) { place in
      var problem = before[chosen[place]]
      // A row whose margin is not of these weights keeps its dual.
      let isFresh = held.map { problem.isComputed($0) }
      var part = WorkingSet(
        gram: gram.products, stride: held.count,
        lower: zip(held, isFresh).map { $1 ? problem.lower[$0] : problem.duals[$0] },
        upper: zip(held, isFresh).map { $1 ? problem.upper[$0] : problem.duals[$0] },
        duals: held.map { problem.duals[$0] },
        residuals: held.map { Double(labels[$0]) - problem.margins[$0] - problem.bias })
      problem.steps += part.solve(
        toGap: max(0.3 * tolerance * problem.dualObjective, 0.02 * problem.gap),
        limit: mostSteps - problem.steps)
      let terms = zip(held, part.duals).map { row, dual in
        (row: row, coefficient: dual - problem.duals[row])
      }
      var duals = problem.duals
      for (row, dual) in zip(held, part.duals) { duals[row] = dual }
      problem.move(to: duals, weights: try rows.adding(terms, to: problem.weights))
      return problem
    }
    for (index, problem) in zip(chosen, solved) { problems[index] = problem }
  }

  /// Loads the working sets of as many of `problems` as fit into the Gram matrix, those with the largest gaps first.
  private mutating func chooseRows(_ problems: [DualProblem]) throws {
    var union: Set<UInt32> = []
    for problem in problems.sorted(by: { $0.relativeGap > $1.relativeGap }) {
      let grown = union.union(
        problem.workingSet(
          labels: labels, limit: cache.capacity, share: min(cache.capacity / 4, 256), fill: 16))
      if grown.count <= cache.capacity { union = grown }
    }
    try cache.include(union, of: rows, threads: threads)
  }
}
