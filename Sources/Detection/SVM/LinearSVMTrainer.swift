/// Trains linear support vector machines: libsvm's C-SVC with a linear kernel.
///
///     minimise  ½‖w‖² + C · Σ max(0, 1 − y (w·x + b))
///
/// The bias is not regularised. The same rows, settings and seed give the same bytes, whatever the
/// number of threads.
public struct LinearSVMTrainer: Sendable {
  /// C: what a unit of hinge loss costs, above 0.
  public var penalty: Double
  public var classWeight: ClassWeight
  /// The largest duality gap to stop at, relative to the objective.
  public var tolerance: Double
  /// Shuffles the rows into the folds of the calibration.
  public var seed: UInt64
  public var threads: Int

  public init(
    penalty: Double, classWeight: ClassWeight = .none, tolerance: Double = 1e-5, seed: UInt64 = 42,
    threads: Int = 1
  ) {
    precondition(penalty > 0 && penalty.isFinite, "a penalty of \(penalty)")
    precondition(tolerance > 0, "a tolerance of \(tolerance)")
    precondition(threads >= 1, "\(threads) threads")
    self.penalty = penalty
    self.classWeight = classWeight
    self.tolerance = tolerance
    self.seed = seed
    self.threads = threads
  }

  /// Finds the hyperplane.
  /// - Parameters:
  ///   - labels: 1 or −1 for each row.
  ///   - duals: where to start: the duals of the last generation, whose rows are the first of these.
  /// - Throws: `TrainingError`, or what reading the rows throws.
  public func train(
    _ rows: some RowSource, labels: [Float], startingFrom duals: [Double] = []
  ) throws -> Hyperplane {
    let (problem, training) = try solve(rows, labels: labels, startingFrom: duals)
    return Hyperplane(problem, training)
  }

  /// Finds the hyperplane and calibrates it on the decision values of five folds.
  ///
  /// Each fold starts from the solution for all rows; all folds are solved together, in the same
  /// readings of the rows.
  public func trainCalibrated(
    _ rows: some RowSource, labels: [Float], startingFrom duals: [Double] = []
  ) throws -> CalibratedHyperplane {
    var (problem, training) = try solve(rows, labels: labels, startingFrom: duals)
    let values = training.decisionValues(
      of: problem, folds: folds(of: labels.count), tolerance: max(tolerance, 1e-3))
    return CalibratedHyperplane(
      hyperplane: Hyperplane(problem, training),
      sigmoid: Sigmoid(fitting: values, labels: labels), decisionValues: values)
  }

  private func solve(
    _ source: some RowSource, labels: [Float], startingFrom duals: [Double]
  ) throws -> (DualProblem, Decomposition) {
    try check(labels, duals, rowCount: source.rowCount)
    let rows = try DenseRows(reading: source)
    var training = Decomposition(
      rows: rows, labels: labels,
      statistics: try RowStatistics(of: rows, threads: threads), threads: threads)
    let costs = costs(of: labels)
    var problem = DualProblem(
      lower: labels.map { $0 > 0 ? 0 : -costs.negative },
      upper: labels.map { $0 > 0 ? costs.positive : 0 }, columnCount: rows.columnCount)
    if !duals.isEmpty {
      let signed = zip(duals, labels).map { $0 * Double($1) }
      problem.start(
        at: signed + [Double](repeating: 0, count: labels.count - duals.count), rows: rows)
    }
    var problems = [problem]
    training.solve(&problems, tolerance: tolerance)
    return (problems[0], training)
  }

  private func check(
    _ labels: [Float], _ duals: [Double], rowCount: Int
  ) throws(TrainingError) {
    if rowCount == 0 { throw .noRows }
    if labels.count != rowCount { throw .labelCount(labels: labels.count, rows: rowCount) }
    if let row = labels.firstIndex(where: { abs($0) != 1 }) { throw .label(labels[row], row: row) }
    if labels.allSatisfy({ $0 == labels[0] }) { throw .oneClass(label: Int(labels[0])) }
    if duals.count > rowCount { throw .warmStart(duals: duals.count, rows: rowCount) }
  }

  /// C of the rows of each class.
  func costs(of labels: [Float]) -> (positive: Double, negative: Double) {
    let positives = labels.count { $0 > 0 }
    let factors = classWeight.factors(positives: positives, negatives: labels.count - positives)
    return (penalty * factors.positive, penalty * factors.negative)
  }

  /// Five parts of the rows, shuffled by the seed, as equal as can be.
  func folds(of rowCount: Int) -> [[Int]] {
    var generator = SplitMix64(seed: seed)
    let shuffled = (0..<rowCount).shuffled(using: &generator)
    return (0..<5).map { fold in
      Array(shuffled[(fold * rowCount / 5)..<((fold + 1) * rowCount / 5)])
    }
  }
}

extension Decomposition {
  /// The decision value of each row by a hyperplane trained without its fold.
  fileprivate mutating func decisionValues(
    of problem: DualProblem, folds: [[Int]], tolerance: Double
  ) -> [Double] {
    var values = [Double](repeating: 0, count: labels.count)
    var learned: [[Int]] = []
    for fold in folds {
      let heldOut = Set(fold)
      let rest = labels.indices.filter { !heldOut.contains($0) }.map { labels[$0] }
      if let label = rest.first, rest.allSatisfy({ $0 == label }) {
        // Nothing to learn from one class: as libsvm, its label is the decision.
        for row in fold { values[row] = Double(label) }
      } else if !rest.isEmpty {
        learned.append(fold)
      }
    }
    let (rows, threads) = (rows, threads)
    var problems = concurrentMap(count: learned.count, threads: threads) { [learned] index in
      problem.leavingOut(learned[index], rows: rows)
    }
    solve(&problems, tolerance: tolerance)
    for (fold, problem) in zip(learned, problems) {
      let plane = DenseRows(values: problem.roundedWeights, columnCount: rows.columnCount)
      let products = rows.products(
        of: fold.map { UInt32($0) }, with: plane, rows: [0], threads: threads)
      for (row, product) in zip(fold, products) {
        values[row] = Double(product) - problem.centreMargin + problem.bias
      }
    }
    return values
  }
}

extension Hyperplane {
  fileprivate init(_ problem: DualProblem, _ training: Decomposition) {
    weights = problem.roundedWeights
    bias = problem.bias - problem.centreMargin
    duals = problem.duals.map { abs($0) }
    primalObjective = problem.primalObjective
    dualObjective = problem.dualObjective
    passes = Double(training.rowsRead) / Double(training.rows.rowCount)
  }
}
