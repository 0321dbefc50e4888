extension LinearSVMTrainer {
  static let foldCount = 5

  /// The fold of each row: five rows at a time are dealt to the five folds, in an order drawn from the
  /// seed. Rows that come later do not change the folds of those before.
  func folds(of rowCount: Int) -> [Int] {
    var generator = SplitMix64(seed: seed)
    let deals = (rowCount + Self.foldCount - 1) / Self.foldCount
    let folds = (0..<deals).flatMap { _ in
      (0..<Self.foldCount).shuffled(using: &generator)
    }
    return Array(folds.prefix(rowCount))
  }

  /// The problem without each fold, solved; nil where one class is all that is left.
  ///
  /// A tenth of a percent of the objective moves the sigmoid far less than another seed does.
  func folds<Solver: DualSolver>(
    of problem: DualProblem, from memory: TrainingMemory?, by solver: inout Solver
  ) throws -> [DualProblem?] {
    let folds = folds(of: solver.labels.count)
    let (labels, rows) = (solver.labels, solver.rows)
    let starts = try concurrentMap(count: Self.foldCount, threads: threads) { fold in
      let rest = labels.indices.filter { folds[$0] != fold }
      guard let first = rest.first, rest.contains(where: { labels[$0] != labels[first] }) else {
        return DualProblem?.none
      }
      var (lower, upper) = (problem.lower, problem.upper)
      for row in labels.indices where folds[row] == fold { (lower[row], upper[row]) = (0, 0) }
      let start =
        memory.flatMap { $0.folds.indices.contains(fold) ? $0.folds[fold] : nil } ?? problem
      return try start.resumed(lower: lower, upper: upper, rows: rows)
    }
    let learned = starts.indices.filter { starts[$0] != nil }
    var problems = starts.compactMap(\.self)
    try solver.solve(&problems, tolerance: max(tolerance, 1e-3))
    var solved = starts
    for (fold, problem) in zip(learned, problems) { solved[fold] = problem }
    return solved
  }

  /// The decision value of each row by the problem that was solved without it.
  func decisionValues(_ problems: [DualProblem?], by solver: some DualSolver) throws -> [Double] {
    let folds = folds(of: solver.labels.count)
    let width = solver.rows.columnCount
    let planes = DenseRows(
      values: problems.flatMap { $0?.roundedWeights ?? [Float](repeating: 0, count: width) },
      columnCount: width)
    let products = try solver.rows.products(withOneOf: planes, choice: folds, threads: threads)
    return folds.enumerated().map { row, fold in
      if let problem = problems[fold] {
        return Double(products[row]) - problem.centreMargin + problem.bias
      }
      // Nothing to learn from one class: as in libsvm, its label is the decision.
      let other = folds.indices.first { folds[$0] != fold }
      return other.map { Double(solver.labels[$0]) } ?? 0
    }
  }
}
