/// The result of training: the hyperplane, and how good it is.
package struct Hyperplane: Sendable, Equatable {
  /// w, one float per feature.
  package let weights: [Float]
  package let bias: Double
  /// α for each row, in 0...C (times the class's factor).
  package let duals: [Double]
  /// ½‖w‖² + C·Σ hinge.
  package let primalObjective: Double
  /// Σ α − ½‖w‖²; the optimum lies between the two objectives.
  package let dualObjective: Double
  /// The smallest objective with w = 0, which guesses one label for all rows.
  package let blindObjective: Double
  /// How often the rows were read, on average.
  package let passes: Double
  /// Where the next training may start.
  var memory: TrainingMemory

  init(_ problem: DualProblem, by solver: some DualSolver) {
    weights = problem.roundedWeights
    bias = problem.bias - problem.centreMargin(of: solver.statistics)
    duals = problem.duals.map { abs($0) }
    primalObjective = problem.primalObjective
    dualObjective = problem.dualObjective
    blindObjective = 2 * min(problem.upper.reduce(0, +), -problem.lower.reduce(0, +))
    passes = Double(solver.rowsRead) / Double(duals.count)
    memory = TrainingMemory(
      statistics: solver.statistics, problem: problem, gram: solver.gram)
  }

  /// (primal − dual) / primal: at least the distance of the objective from the optimum.
  package var relativeGap: Double { (primalObjective - dualObjective) / primalObjective }
  /// Whether the rows do not distinguish their labels: they are alike, or each has both.
  package var isBlind: Bool { primalObjective >= blindObjective * (1 - 1e-5) }
  package var supportVectorCount: Int { duals.count { $0 > 0 } }
}

/// A hyperplane and the sigmoid that turns its margins into probabilities.
package struct CalibratedHyperplane: Sendable, Equatable {
  package let hyperplane: Hyperplane
  package let calibration: Calibration
  /// w·x + b for each row, by the fold that was trained without it.
  package let decisionValues: [Double]

  package var sigmoid: Sigmoid { calibration.sigmoid }
}

extension CalibratedHyperplane {
  /// The detector that it makes, for windows described by `hog`.
  /// - Precondition: one weight per feature of `hog`.
  package func model(for hog: HOGDescriptor) -> LinearSVM {
    LinearSVM(
      hog: hog, weights: hyperplane.weights, bias: hyperplane.bias, sigmoid: sigmoid)
  }
}
