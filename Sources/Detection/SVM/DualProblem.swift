/// One soft-margin problem over rows that other problems may share: its box, its point, and what is
/// known about its margins.
///
/// The dual variables are signed, β = yα, which removes the labels from every formula:
///
///     maximise  Σ yβ − ½‖w‖²,  w = Σ βx,  subject to  Σ β = 0  and  lower ≤ β ≤ upper.
///
/// A row left out (a fold's held-out row) has the box [0, 0].
struct DualProblem: Sendable, Equatable {
  /// The boxes' ends: [0, C] where the label is 1, [−C, 0] where it is −1.
  var lower, upper: [Double]
  /// β, inside its box; the sum is 0.
  var duals: [Double]
  /// w = Σ βx, and the same in the precision of the rows.
  var weights: [Double]
  var roundedWeights: [Float]
  /// The bias for margins of centred rows.
  var bias = 0.0
  /// w · (x − centre) when it was last computed or estimated, and the length of w's path by then.
  var margins: [Double]
  var evaluatedAt: [Double]
  /// How far an estimated margin may be from that; 0 for a computed one.
  var marginBounds: [Double]
  /// How far w has travelled: at least the distance between any two of its points.
  var pathLength = 0.0
  /// Where w was when the gap was last measured.
  var measuredAt: PathPoint
  /// Where w was when the margins of all rows were last known.
  var settledAt: PathPoint
  /// The sum of the duals: 0, or in a part of a problem what the others leave for these.
  var balance = 0.0
  /// Σ yβ over rows that are not in this part.
  var foreignLinear = 0.0
  /// Primal minus dual objective at the current w and bias.
  var gap = Double.infinity
  var dualObjective = 0.0
  /// How many pairs of duals have been moved.
  var steps = 0

  /// Starts at w = 0, where every margin is known to be 0.
  init(lower: [Double], upper: [Double], columnCount: Int) {
    self.lower = lower
    self.upper = upper
    duals = [Double](repeating: 0, count: lower.count)
    weights = [Double](repeating: 0, count: columnCount)
    roundedWeights = [Float](repeating: 0, count: columnCount)
    margins = duals
    evaluatedAt = duals
    marginBounds = duals
    measuredAt = PathPoint(weights: weights, pathLength: 0)
    settledAt = measuredAt
  }

  /// A point on the path of w.
  struct PathPoint: Sendable, Equatable {
    let weights: [Double]
    /// Of the path up to here.
    let pathLength: Double
  }

  /// ‖w‖.
  var length: Double { weights.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Where w is.
  var point: PathPoint { PathPoint(weights: weights, pathLength: pathLength) }

  /// A row of an empty box, such as a fold's held-out one, does not count.
  func isLeftOut(_ row: Int) -> Bool { upper[row] == lower[row] }

  /// w · centre, which the margins leave out.
  func centreMargin(of statistics: RowStatistics) -> Double {
    zip(weights, statistics.centre).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  var primalObjective: Double { dualObjective + gap }
  var relativeGap: Double { gap / max(primalObjective, .leastNormalMagnitude) }

  /// Measures the objective and the gap at the margins as last computed.
  mutating func measureGap(labels: [Float]) {
    measuredAt = point
    var linear = foreignLinear
    gap = 0
    for row in labels.indices where !isLeftOut(row) {
      let label = Double(labels[row])
      gap += gap(of: row, residual: label - margins[row] - bias)
      linear += label * duals[row]
    }
    dualObjective = linear - weights.reduce(0) { $0 + $1 * $1 } / 2
  }

  /// How much of the duality gap is row `row`'s; never negative, and 0 if its dual is right.
  ///
  /// The gap is Σ C·max(0, r) − αr with r = 1 − y·f(x); Σ β = 0 lets the bias into the sum.
  func gap(of row: Int, residual: Double) -> Double {
    residual > 0
      ? (upper[row] - duals[row]) * residual
      : (lower[row] - duals[row]) * residual
  }

  /// Sets the bias to the minimiser of the primal objective at the margins as last computed; the middle, if a whole
  /// interval minimises it.
  ///
  /// The hinge losses are piecewise linear in the bias: row i bends at y − margin and adds C to the slope.
  mutating func chooseBias(labels: [Float]) {
    var bends: [(bias: Double, weight: Double)] = []
    bends.reserveCapacity(labels.count)
    var slope = balance
    for row in labels.indices where !isLeftOut(row) {
      bends.append((Double(labels[row]) - margins[row], upper[row] - lower[row]))
      slope -= upper[row]
    }
    // Rounding of summed weights must not hide that a slope is zero.
    let flat = abs(slope) * 1e-12
    // The slope grows from bend to bend; as in quickselect, only the side where it changes sign is examined again.
    while !bends.isEmpty {
      let middle = bends[bends.count / 2].bias
      let left = bends.filter { $0.bias < middle }
      let leftSlope = left.reduce(slope) { $0 + $1.weight }
      if leftSlope > flat {
        bends = left
        continue
      }
      bias = middle
      if leftSlope >= -flat, let last = left.map(\.bias).max() {
        bias = (last + middle) / 2
        return
      }
      slope = bends.reduce(leftSlope) { $0 + ($1.bias == middle ? $1.weight : 0) }
      bends = bends.filter { $0.bias > middle }
      if slope > flat { return }
      if slope >= -flat, let next = bends.map(\.bias).min() {
        bias = (middle + next) / 2
        return
      }
    }
  }
}

extension DualProblem {
  /// Whether the margin of row `row` is that of the weights as they are.
  func isComputed(_ row: Int) -> Bool { evaluatedAt[row] == pathLength && marginBounds[row] == 0 }

  /// For each row, whether its dual may not be at the bound where it belongs, depending on the exact margin.
  func undecidedRows(labels: [Float], radii: [Double]) -> [Bool] {
    labels.indices.map { row in
      if isComputed(row) || isLeftOut(row) { return false }
      let residual = Double(labels[row]) - margins[row] - bias
      let bound = residual > 0 ? upper[row] : lower[row]
      let marginBound = marginBounds[row] + radii[row] * (pathLength - evaluatedAt[row])
      return duals[row] != bound || !(abs(residual) > marginBound)
    }
  }

  /// For each row, whether its margin is neither that of the weights as they are nor an estimate within `tolerance` of it.
  func unsettledRows(tolerance: Double) -> [Bool] {
    margins.indices.map { evaluatedAt[$0] != pathLength || marginBounds[$0] > tolerance }
  }

  /// The step of w since then.
  func step(since point: PathPoint) -> [Double] { zip(weights, point.weights).map { $0 - $1 } }

  /// Takes estimates of how far some margins moved to where w is.
  mutating func addEstimates(_ changes: [RowSketches.Change]) {
    for change in changes {
      margins[change.row] += change.estimate
      marginBounds[change.row] += change.bound
      evaluatedAt[change.row] = pathLength
    }
  }

  /// Takes margins of some rows that were computed at its weights.
  mutating func setMargins(of rows: [Int], to values: [Double]) {
    for (row, margin) in zip(rows, values) {
      margins[row] = margin
      evaluatedAt[row] = pathLength
      marginBounds[row] = 0
    }
  }

  /// Moves w to the weights of new duals, and adds to the path length.
  mutating func move(to duals: [Double], weights: [Double]) {
    let square = zip(weights, self.weights).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    pathLength += square.squareRoot()
    self.duals = duals
    self.weights = weights
    roundedWeights = weights.map { Float($0) }
  }

  /// Moves to other duals: clipped to their boxes, and balanced so that their sum is right.
  mutating func start(at duals: [Double], rows: some RowAccess) throws {
    let balanced = balancing(zip(duals, zip(lower, upper)).map { min(max($0, $1.0), $1.1) })
    let terms = zip(balanced, self.duals).enumerated().map { row, change in
      (row: row, coefficient: change.0 - change.1)
    }
    move(to: balanced, weights: try rows.adding(terms.filter { $0.coefficient != 0 }, to: weights))
  }

  /// Shrinks the duals of the class that has too much of them, those of the best classified rows first:
  /// they are the least needed.
  private func balancing(_ duals: [Double]) -> [Double] {
    var duals = duals
    var excess = duals.reduce(-balance, +)
    // Rounding errors of the sum are no reason to move.
    if abs(excess) < 1e-12 * duals.reduce(0, { $0 + abs($1) }) { return duals }
    let sign = excess < 0 ? -1.0 : 1.0
    let heavy = duals.indices.filter { duals[$0] * sign > 0 }
      .sorted { (-margins[$0] * sign, $0) < (-margins[$1] * sign, $1) }
    for row in heavy where excess != 0 {
      let shift = sign * min(abs(excess), abs(duals[row]))
      duals[row] -= shift
      excess = abs(shift) == abs(excess) ? 0 : excess - shift
    }
    return duals
  }
}
