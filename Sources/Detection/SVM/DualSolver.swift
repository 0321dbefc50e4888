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
      problems[open[0]].estimateMargins(labels: labels, statistics: statistics, threads: threads)
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
    var isUndecided = [Bool](repeating: false, count: labels.count)
    for index in open {
      for row in problems[index].undecidedRows(labels: labels, radii: statistics.radii) {
        isUndecided[row] = true
      }
    }
    try computeMargins(of: labels.indices.filter { isUndecided[$0] }, &problems, open)
  }

  /// Computes the margins of some rows, ascending, in the problems in `open`.
  mutating func computeMargins(
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
