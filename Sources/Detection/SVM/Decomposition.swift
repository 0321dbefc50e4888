/// Solves soft-margin problems over the same rows in rounds of margins and steps.
///
/// A round computes the margins of the rows that may matter, for all problems in one reading, and from
/// them the exact duality gaps. A problem far from its optimum then moves by sweeps of coordinate
/// descent; one near it by solving for the rows that hold most of its gap alone, on their Gram matrix.
/// A row matters only while it may be on the wrong side: its margin has moved by at most ‖x − centre‖
/// times the way w has gone since it was computed.
///
/// - SeeAlso: Joachims, Making large-scale SVM learning practical, 1999, for working sets;
///   Ndiaye et al., Gap safe screening rules, JMLR 2017, for leaving rows out safely.
struct Decomposition {
  let rows: DenseRows
  let labels: [Float]
  let statistics: RowStatistics
  let threads: Int
  private var gram: GramCache
  /// Rows whose margins were computed, counted once a round however many problems share them.
  private(set) var rowsRead = 0

  init(rows: DenseRows, labels: [Float], statistics: RowStatistics, threads: Int) {
    self.rows = rows
    self.labels = labels
    self.statistics = statistics
    self.threads = threads
    // A tenth of the rows' own memory.
    let capacity = max(1024, Int((Double(rows.values.count) / 10).squareRoot()))
    gram = GramCache(rowCount: rows.rowCount, capacity: capacity)
  }

  /// Moves every problem until its relative duality gap is at most `tolerance` or nothing improves it.
  mutating func solve(_ problems: inout [DualProblem], tolerance: Double) {
    var open = Array(problems.indices)
    var far: [Int] = []
    var best = [Double](repeating: -.infinity, count: problems.count)
    for round in 0..<1000 {
      evaluate(&problems, open)
      open = open.filter { index in
        // A working set holds the most violating pair, so the dual grows until rounding hides it.
        let isStuck = !far.contains(index) && problems[index].dualObjective <= best[index]
        best[index] = problems[index].dualObjective
        return problems[index].relativeGap > tolerance && !isStuck
      }
      if open.isEmpty { return }
      far = open.filter { round < 3 && problems[$0].relativeGap > 0.1 }
      sweep(&problems, far)
      solveWorkingSets(&problems, open.filter { !far.contains($0) }, tolerance: tolerance)
    }
  }

  // MARK: Margins

  private mutating func evaluate(_ problems: inout [DualProblem], _ open: [Int]) {
    for index in open {
      problems[index].centreMargin = zip(problems[index].weights, statistics.centre)
        .reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    computeMargins(&problems, open)
    for index in open { problems[index].chooseBias(labels: labels) }
    // The new bias may have brought rows within reach.
    computeMargins(&problems, open)
    for index in open {
      let problem = problems[index]
      var gap = 0.0
      var linear = 0.0
      for row in labels.indices where problem.upper[row] > problem.lower[row] {
        let label = Double(labels[row])
        gap += problem.gap(of: row, residual: label - problem.margins[row] - problem.bias)
        linear += label * problem.duals[row]
      }
      problems[index].gap = gap
      problems[index].dualObjective =
        linear - problem.weights.reduce(0) { $0 + $1 * $1 } / 2
    }
  }

  /// Computes the margins that may contradict their duals.
  private mutating func computeMargins(_ problems: inout [DualProblem], _ open: [Int]) {
    let doubtful = labels.indices.filter { row in
      open.contains { !isCertain(row, of: problems[$0]) }
    }
    guard !doubtful.isEmpty else { return }
    rowsRead += doubtful.count
    let vectors = DenseRows(
      values: open.flatMap { problems[$0].roundedWeights }, columnCount: rows.columnCount)
    let products = rows.products(
      of: doubtful.map { UInt32($0) }, with: vectors, rows: Array(0..<UInt32(open.count)),
      threads: threads)
    for (place, index) in open.enumerated() {
      for (position, row) in doubtful.enumerated() {
        problems[index].margins[row] =
          Double(products[position * open.count + place]) - problems[index].centreMargin
        problems[index].evaluatedAt[row] = problems[index].pathLength
      }
    }
  }

  /// Whether a row's dual is at the bound where it belongs, whatever its margin exactly is.
  private func isCertain(_ row: Int, of problem: DualProblem) -> Bool {
    if problem.upper[row] == problem.lower[row] { return true }
    let way = problem.pathLength - problem.evaluatedAt[row]
    if way == 0 { return true }
    let residual = Double(labels[row]) - problem.margins[row] - problem.bias
    return residual > 0
      ? problem.duals[row] == problem.upper[row] && residual > statistics.radii[row] * way
      : problem.duals[row] == problem.lower[row] && -residual > statistics.radii[row] * way
  }

  // MARK: Steps

  private func sweep(_ problems: inout [DualProblem], _ chosen: [Int]) {
    let (before, rows) = (problems, rows)
    let descent = CoordinateDescent(rows: rows, labels: labels, statistics: statistics)
    let swept = concurrentMap(count: chosen.count, threads: threads) { place in
      var problem = before[chosen[place]]
      problem.start(at: descent.sweep(problem, count: 5), rows: rows)
      return problem
    }
    for (index, problem) in zip(chosen, swept) { problems[index] = problem }
  }

  private mutating func solveWorkingSets(
    _ problems: inout [DualProblem], _ chosen: [Int], tolerance: Double
  ) {
    chooseRows(chosen.map { problems[$0] })
    let (before, rows, gram, labels) = (problems, rows, gram, labels)
    let held = gram.rows.map { Int($0) }
    let solved = concurrentMap(count: chosen.count, threads: threads) { place in
      var problem = before[chosen[place]]
      // A row whose margin is not of these weights stays where it is.
      let isFresh = held.map { problem.evaluatedAt[$0] == problem.pathLength }
      var part = WorkingSet(
        gram: gram.products, stride: gram.capacity,
        lower: zip(held, isFresh).map { $1 ? problem.lower[$0] : problem.duals[$0] },
        upper: zip(held, isFresh).map { $1 ? problem.upper[$0] : problem.duals[$0] },
        duals: held.map { problem.duals[$0] },
        residuals: held.map { Double(labels[$0]) - problem.margins[$0] - problem.bias })
      part.solve(toGap: max(0.3 * tolerance * problem.dualObjective, 0.02 * problem.gap))
      let terms = zip(held, part.duals).map { row, dual in
        (row: row, coefficient: dual - problem.duals[row])
      }
      var duals = problem.duals
      for (row, dual) in zip(held, part.duals) { duals[row] = dual }
      problem.move(to: duals, weights: rows.adding(terms, to: problem.weights))
      return problem
    }
    for (index, problem) in zip(chosen, solved) { problems[index] = problem }
  }

  /// Has the Gram matrix hold the working sets of as many of `problems` as there is room for, those
  /// with the largest gaps first.
  private mutating func chooseRows(_ problems: [DualProblem]) {
    var union: Set<UInt32> = []
    for problem in problems.sorted(by: { $0.relativeGap > $1.relativeGap }) {
      let grown = union.union(workingSet(of: problem, limit: gram.capacity))
      if grown.count <= gram.capacity { union = grown }
    }
    gram.include(union, of: rows, threads: threads)
  }

  /// The rows with free duals and those with the largest shares of the gap, ascending.
  ///
  /// Half of the places go to rows whose dual should grow, half to those whose should shrink. A side with
  /// few of them is filled up with rows whose margin is nearest to where they would belong to it: the
  /// only partner of a violating row may sit on the bend that the bias was chosen at.
  private func workingSet(of problem: DualProblem, limit: Int) -> [UInt32] {
    var free: [Candidate] = []
    var growing: [Candidate] = []
    var shrinking: [Candidate] = []
    for row in labels.indices where problem.upper[row] > problem.lower[row] {
      let residual = Double(labels[row]) - problem.margins[row] - problem.bias
      let candidate = Candidate(
        row: UInt32(row), gap: problem.gap(of: row, residual: residual), distance: abs(residual))
      if problem.duals[row] == problem.upper[row] {
        shrinking.append(candidate)
      } else if problem.duals[row] == problem.lower[row] {
        growing.append(candidate)
      } else {
        free.append(candidate)
      }
    }
    let share = min(limit / 4, 256)
    let violating = [growing, shrinking].map { side in side.count { $0.gap > 0 } }
    let places = min(share, max(16, violating[0], violating[1]))
    let new = [growing, shrinking].flatMap { $0.sorted().prefix(places) }
    return (free.sorted().prefix(limit - new.count) + new).map(\.row).sorted()
  }

  private struct Candidate: Comparable {
    let row: UInt32
    let gap: Double
    /// Of the margin from the bend of the hinge.
    let distance: Double

    /// Large gaps first, then near margins; ties are scattered over the rows.
    static func < (left: Candidate, right: Candidate) -> Bool {
      (-left.gap, left.distance, left.row &* 0x9E37_79B1)
        < (-right.gap, right.distance, right.row &* 0x9E37_79B1)
    }
  }
}
