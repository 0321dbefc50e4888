internal import Glibc

/// Trains linear support vector machines: libsvm's C-SVC with a linear kernel.
///
///     minimise  ½‖w‖² + C · Σ max(0, 1 − y (w·x + b))
///
/// The bias is not regularised. The same rows, settings and seed give the same bytes, whatever the
/// number of threads.
package struct LinearSVMTrainer: Sendable {
  /// C: the cost of a unit of hinge loss, above 0.
  package var penalty: Double
  package var classWeight: ClassWeight
  /// The largest duality gap to stop at, relative to the objective.
  package var tolerance: Double
  /// The seed for dealing rows to the folds of the calibration.
  package var seed: UInt64
  package var threads: Int
  /// The memory for rows, in bytes: more rows are read in blocks. At least a few rows' worth.
  package var memory: Int
  /// Called with the progress of a training, in 0...1.
  package var progress: @Sendable (Double) -> Void = { _ in }

  package init(
    penalty: Double, classWeight: ClassWeight = .none, tolerance: Double = 1e-5, seed: UInt64 = 42,
    threads: Int = 1, memory: Int = .max
  ) {
    precondition(penalty > 0 && penalty.isFinite, "a penalty of \(penalty)")
    precondition(tolerance > 0, "a tolerance of \(tolerance)")
    precondition(threads >= 1, "\(threads) threads")
    precondition(memory > 0, "a memory of \(memory) bytes")
    self.penalty = penalty
    self.classWeight = classWeight
    self.tolerance = tolerance
    self.seed = seed
    self.threads = threads
    self.memory = memory
  }

  /// The most rows of this many features that `memory` lets it learn from; nil: any number.
  ///
  /// Blocks take memory for the working sets of six problems. If there is not even that, only rows that
  /// fit in memory together can be learnt from.
  package func rowLimit(columnCount: Int) -> Int? {
    memory < Self.blockwiseMemory(columnCount: columnCount)
      ? memory / (columnCount * MemoryLayout<Float>.size) : nil
  }

  /// The least memory with which rows can be read from disk in blocks: that of 256 rows.
  package static func blockwiseMemory(columnCount: Int) -> Int {
    256 * columnCount * MemoryLayout<Float>.size
  }

  /// Finds the hyperplane.
  /// - Parameters:
  ///   - labels: 1 or −1 for each row.
  ///   - last: where to start: the result for the first of these rows, before the others were added.
  /// - Throws: `TrainingError`, or what reading the rows throws.
  package func train(
    _ rows: some RowSource, labels: [Float], startingFrom last: Hyperplane? = nil
  ) throws -> Hyperplane {
    try solve(rows, labels, last, isCalibrated: false).hyperplane
  }

  /// Finds the hyperplane and calibrates it on the decision values of five folds.
  ///
  /// Each fold starts from the solution for all rows, or from its own last one; all folds are solved
  /// together, in the same readings of the rows.
  package func trainCalibrated(
    _ rows: some RowSource, labels: [Float], startingFrom last: Hyperplane? = nil
  ) throws -> CalibratedHyperplane {
    var (hyperplane, values) = try solve(rows, labels, last, isCalibrated: true)
    let whole = hyperplane.memory.problem
    let calibration = Calibration(
      decisionValues: values, ownMargins: whole.margins.map { $0 + whole.bias }, labels: labels,
      startingFrom: hyperplane.memory.calibration)
    hyperplane.memory.calibration = calibration
    return CalibratedHyperplane(
      hyperplane: hyperplane, calibration: calibration, decisionValues: values)
  }

  private func solve(
    _ source: some RowSource, _ labels: [Float], _ last: Hyperplane?, isCalibrated: Bool
  ) throws -> (hyperplane: Hyperplane, decisionValues: [Double]) {
    try check(labels, rowCount: source.rowCount)
    let rowBytes = source.columnCount * MemoryLayout<Float>.size
    if source.rowCount <= memory / rowBytes {
      // A warm start reads most rows once only, so they need not be in memory together.
      let streamed = StreamedRows(source)
      if !(source is DenseRows), let last, let known = try last.memory.about(streamed) {
        return try learn(from: streamed, labels, known, isCalibrated)
      }
      let rows = try DenseRows(reading: source)
      return try learn(from: rows, labels, last?.memory.about(rows), isCalibrated)
    }
    // Part of it is for the block being read and for the Gram matrix.
    let blockCount = max(1, min(16 << 20, memory / 8) / rowBytes)
    let rows = BlockedRows(source: source, blockCount: blockCount)
    let memory = try last?.memory.about(rows)
    var statistics = try memory?.statistics ?? RowStatistics(centring: rows)
    let unknown = Array(statistics.radii.count..<source.rowCount)
    try rows.forEachBlock(of: unknown) { _, block, _ in
      // Sketches are kept in memory, in which not even the rows fit.
      try statistics.measure(block, isSketching: false, threads: threads)
    }
    return try learn(
      BlockwiseDecomposition(
        rows: rows, labels: labels, statistics: statistics,
        capacity: max(16, self.memory / rowBytes * 3 / 4), threads: threads),
      from: memory, isCalibrated)
  }

  private func learn(
    from rows: some RowsAtHand, _ labels: [Float], _ memory: TrainingMemory?, _ isCalibrated: Bool
  ) throws -> (hyperplane: Hyperplane, decisionValues: [Double]) {
    var statistics = try memory?.statistics ?? RowStatistics(centring: rows)
    try statistics.measureRest(of: rows, isSketching: isCalibrated, threads: threads)
    return try learn(
      Decomposition(
        rows: rows, labels: labels, statistics: statistics, threads: threads, gram: memory?.gram),
      from: memory, isCalibrated)
  }

  private func learn(
    _ solver: some DualSolver, from memory: TrainingMemory?, _ isCalibrated: Bool
  ) throws -> (hyperplane: Hyperplane, decisionValues: [Double]) {
    var solver = solver
    let (lower, upper) = box(solver.labels)
    var problem = DualProblem(lower: lower, upper: upper, columnCount: solver.rows.columnCount)
    if let memory {
      problem = try memory.problem.resumed(lower: lower, upper: upper, rows: solver.rows)
    }
    var problems = [problem]
    try solver.solve(&problems, tolerance: tolerance) { gap in
      progress(share(ofWayTo: tolerance, gap: gap) / (isCalibrated ? 2 : 1))
    }
    guard isCalibrated else { return (Hyperplane(problems[0], by: solver), []) }
    let (whole, folds) = try calibrate(problems[0], from: memory, by: &solver)
    var hyperplane = Hyperplane(whole, by: solver)
    hyperplane.memory.folds = folds
    hyperplane.memory.calibration = memory?.calibration
    return (hyperplane, decisionValues(folds, labels: solver.labels))
  }

  /// The progress from a relative gap of 1 to `tolerance`: each round gains about as many digits.
  func share(ofWayTo tolerance: Double, gap: Double) -> Double {
    gap > tolerance && tolerance < 1 ? max(0, log(gap) / log(tolerance)) : 1
  }

  private func check(_ labels: [Float], rowCount: Int) throws(TrainingError) {
    if rowCount == 0 { throw .noRows }
    if labels.count != rowCount { throw .labelCount(labels: labels.count, rows: rowCount) }
    if let row = labels.firstIndex(where: { abs($0) != 1 }) { throw .label(labels[row], row: row) }
    if labels.allSatisfy({ $0 == labels[0] }) { throw .oneClass(label: Int(labels[0])) }
  }

  /// C of the rows of each class.
  func costs(of labels: [Float]) -> (positive: Double, negative: Double) {
    let positives = labels.count { $0 > 0 }
    let factors = classWeight.factors(positives: positives, negatives: labels.count - positives)
    return (penalty * factors.positive, penalty * factors.negative)
  }

  /// The ends of the duals' boxes.
  private func box(_ labels: [Float]) -> (lower: [Double], upper: [Double]) {
    let costs = costs(of: labels)
    return (
      labels.map { $0 > 0 ? 0 : -costs.negative }, labels.map { $0 > 0 ? costs.positive : 0 }
    )
  }
}
