extension LinearSVMTrainer {
  static let foldCount = 5
  /// How far a margin that the calibration uses may be from the computed one, relative to ‖w‖ times the usual distance of a
  /// row from the centre.
  static let marginTolerance = 0.01

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

  /// Solves the problem without each fold, and settles all margins, including those of the whole problem: they are the
  /// decision values, and where the next training starts.
  ///
  /// A tenth of a percent of the objective moves the sigmoid far less than another seed does.
  /// - Returns: the whole problem, and those of the folds; nil if only one class is left.
  func calibrate<Solver: DualSolver>(
    _ whole: DualProblem, from memory: TrainingMemory?, by solver: inout Solver
  ) throws -> (whole: DualProblem, folds: [DualProblem?]) {
    let folds = folds(of: solver.labels.count)
    let (labels, rows) = (solver.labels, solver.rows)
    let starts = try concurrentMap(count: Self.foldCount, threads: threads) { fold in
      let rest = labels.indices.filter { folds[$0] != fold }
      guard let first = rest.first, rest.contains(where: { labels[$0] != labels[first] }) else {
        return DualProblem?.none
      }
      var (lower, upper) = (whole.lower, whole.upper)
      for row in labels.indices where folds[row] == fold { (lower[row], upper[row]) = (0, 0) }
      let start = memory.flatMap { $0.folds.isEmpty ? nil : $0.folds[fold] } ?? whole
      return try start.resumed(lower: lower, upper: upper, rows: rows)
    }
    var problems = starts.compactMap(\.self)
    let tolerance = max(tolerance, 1e-3)
    try solver.solve(&problems, tolerance: tolerance) { gap in
      progress((1 + share(ofWayTo: tolerance, gap: gap)) / 2)
    }
    problems.append(whole)
    try solver.settleMargins(&problems, tolerance: Self.marginTolerance)
    var solved = problems.makeIterator()
    let learned = starts.map { $0 == nil ? nil : solved.next() }
    return (problems.last!, learned)
  }

  /// The decision value of each row by the problem that was solved without it.
  func decisionValues(_ problems: [DualProblem?], labels: [Float]) -> [Double] {
    let folds = folds(of: labels.count)
    return folds.enumerated().map { row, fold in
      if let problem = problems[fold] { return problem.margins[row] + problem.bias }
      // Nothing to learn from one class: as in libsvm, its label is the decision.
      let other = folds.indices.first { folds[$0] != fold }
      return other.map { Double(labels[$0]) } ?? 0
    }
  }
}
