import Testing

@testable import Detection

/// The margins with which the calibration works, and from which the next training starts.
@Suite struct `Settled margins` {
  private let data = DrawnRows(.histograms, rows: 3000, columns: 1440, seed: 61, noise: 0.01)
  private let trainer = LinearSVMTrainer(penalty: 0.01, threads: 2)

  /// A step moves most margins by next to nothing, which their sketches show. The bounds add up from one training to the next.
  @Test func `are mostly estimated after a small step, within their bound`() throws {
    let old = data.first(2900)
    var last = try trainer.trainCalibrated(old.rows, labels: old.labels)
    #expect(last.hyperplane.passes > 1)
    for count in stride(from: 2905, through: 2950, by: 5) {
      let (rows, labels) = data.first(count)
      last = try trainer.trainCalibrated(
        rows, labels: labels, startingFrom: last.hyperplane)
      #expect(last.hyperplane.passes < 0.5)
      try expectBounded(last, rows)
    }
  }

  @Test func `are computed when the step is large`() throws {
    let (rows, labels) = data.first(2000)
    let last = try trainer.trainCalibrated(rows, labels: labels).hyperplane
    var costly = trainer
    costly.penalty = 1
    let trained = try costly.trainCalibrated(rows, labels: labels, startingFrom: last)
    #expect(trained.hyperplane.passes > 1)
    try expectBounded(trained, rows)
  }

  private func expectBounded(_ trained: CalibratedHyperplane, _ rows: DenseRows) throws {
    let memory = trained.hyperplane.memory
    let radius = memory.statistics.meanSquaredRadius.squareRoot()
    for problem in memory.folds.compactMap(\.self) + [memory.problem] {
      let all = Array(0..<UInt32(rows.rowCount))
      let weights = DenseRows(
        values: problem.roundedWeights, columnCount: rows.columnCount)
      let exact = rows.products(of: all, with: weights, threads: 1)
      let centre = problem.centreMargin(of: memory.statistics)
      for row in 0..<rows.rowCount {
        let bound = problem.marginBounds[row]
        #expect(bound <= LinearSVMTrainer.marginTolerance * problem.length * radius)
        #expect(abs(problem.margins[row] - (Double(exact[row]) - centre)) <= bound + 1e-5)
        #expect(problem.evaluatedAt[row] == problem.pathLength)
      }
    }
  }
}
