/// Solves several soft-margin problems over the same rows, to a known duality gap.
///
/// Margins are computed for all problems in one reading of the rows, and only of rows that may matter: a margin has moved
/// by at most ‖x − centre‖ times the path of w since it was computed, and if that cannot take a row across the bend of its
/// hinge, a dual at the bound where it belongs adds nothing to the gap, whatever the exact margin is. A sketch of the row
/// estimates more precisely how far its margin moved.
///
/// - SeeAlso: Ndiaye et al., Gap safe screening rules, JMLR 2017, for leaving rows out safely.
protocol DualSolver {
  associatedtype Rows: RowAccess
  var rows: Rows { get }
  /// 1 or −1 for each row.
  var labels: [Float] { get }
  var statistics: RowStatistics { get }
  var threads: Int { get }
  /// Rows whose margins were computed, counted once however many problems shared them.
  var rowsRead: Int { get set }
  /// The limit of pair updates: if C is so large that contradictory rows outweigh everything, no number of them is enough.
  var mostSteps: Int { get }
  /// The Gram matrix of the rows that mattered last, if it is kept.
  var gram: GramCache? { get }

  /// Moves every problem until its relative duality gap is at most `tolerance`, nothing improves it, or it has been moved
  /// often enough.
  /// - Parameter progress: called with the largest of the relative gaps, round after round.
  mutating func solve(
    _ problems: inout [DualProblem], tolerance: Double, progress: (Double) -> Void) throws
}

extension DualSolver {
  /// Sets the bias, objective and gap of the problems in `open`, as of their weights.
  /// - Throws: `TrainingError.overflow`, or what reading the rows throws.
  mutating func evaluate(_ problems: inout [DualProblem], _ open: [Int]) throws {
    for index in open where !problems[index].roundedWeights.allSatisfy(\.isFinite) {
      throw TrainingError.overflow
    }
    // A row is read once for all problems, a sketch for each.
    if open.count == 1 {
      estimateMargins(&problems, open, since: \.measuredAt) {
        $0.undecidedRows(labels: labels, radii: statistics.radii)
      }
    }
    try computeUndecidedMargins(&problems, open)
    for index in open { problems[index].chooseBias(labels: labels) }
    // The new bias may have brought rows within reach.
    try computeUndecidedMargins(&problems, open)
    for index in open {
      problems[index].measureGap(labels: labels)
      guard problems[index].primalObjective.isFinite else { throw TrainingError.overflow }
    }
  }

  /// The largest relative gap of the problems in `open`.
  func largestGap(of problems: [DualProblem], _ open: [Int]) -> Double {
    open.reduce(0) { max($0, problems[$1].relativeGap) }
  }

  /// Computes the margins that may contradict their duals.
  private mutating func computeUndecidedMargins(
    _ problems: inout [DualProblem], _ open: [Int]
  ) throws {
    let undecided = open.map {
      problems[$0].undecidedRows(labels: labels, radii: statistics.radii)
    }
    try computeMargins(of: rows(inAnyOf: undecided), &problems, open)
  }

  /// The rows that one of these says yes to.
  private func rows(inAnyOf chosen: [[Bool]]) -> [Int] {
    labels.indices.filter { row in chosen.contains { $0[row] } }
  }

  /// Brings the margins of all rows to the weights as they are: by their sketches if those are precise enough, otherwise by
  /// reading the rows.
  /// - Parameter tolerance: how far an estimated margin may be from the computed one, relative to what it is at most for a
  ///   row at the usual distance from the centre.
  mutating func settleMargins(_ problems: inout [DualProblem], tolerance: Double) throws {
    let all = Array(problems.indices)
    estimateMargins(&problems, all, since: \.settledAt) {
      [Bool](repeating: true, count: $0.margins.count)
    }
    let radius = statistics.meanSquaredRadius.squareRoot()
    let unsettled = problems.map { $0.unsettledRows(tolerance: tolerance * $0.length * radius) }
    try computeMargins(of: rows(inAnyOf: unsettled), &problems, all)
    for index in all { problems[index].settledAt = problems[index].point }
  }

  /// Updates margins by the sketches of their rows, if they are as of an earlier point of the problem's path.
  /// - Parameters:
  ///   - point: which point.
  ///   - chosenRows: for each row of a problem, whether to update its margin.
  private func estimateMargins(
    _ problems: inout [DualProblem], _ open: [Int],
    since point: KeyPath<DualProblem, DualProblem.PathPoint>,
    of chosenRows: (DualProblem) -> [Bool]
  ) {
    let moved = open.filter { problems[$0][keyPath: point].pathLength != problems[$0].pathLength }
    let chosen = moved.map { index in
      let start = problems[index][keyPath: point].pathLength
      return zip(chosenRows(problems[index]), problems[index].evaluatedAt).map {
        $0 && $1 == start
      }
    }
    let changes = statistics.sketches.changes(
      of: chosen, by: moved.map { problems[$0].step(since: problems[$0][keyPath: point]) },
      centre: statistics.centre, radii: statistics.radii, threads: threads)
    for (index, changes) in zip(moved, changes) { problems[index].addEstimates(changes) }
  }

  /// Computes the margins of some rows, ascending, in the problems in `open`.
  private mutating func computeMargins(
    of chosen: [Int], _ problems: inout [DualProblem], _ open: [Int]
  ) throws {
    guard !chosen.isEmpty else { return }
    rowsRead += chosen.count
    let vectors = DenseRows(
      values: open.flatMap { problems[$0].roundedWeights }, columnCount: rows.columnCount)
    let products = try rows.products(
      of: chosen.map { UInt32($0) }, with: vectors, threads: threads)
    guard products.allSatisfy(\.isFinite) else { throw TrainingError.overflow }
    for (place, index) in open.enumerated() {
      let centreMargin = problems[index].centreMargin(of: statistics)
      problems[index].setMargins(
        of: chosen,
        to: stride(from: place, to: products.count, by: open.count).map {
          Double(products[$0]) - centreMargin
        })
    }
  }
}
