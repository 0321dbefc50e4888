extension DualProblem {
  /// The problem of some of its rows, with the others fixed.
  func part(_ rows: [Int], labels: [Float]) -> DualProblem {
    func pick(_ values: [Double]) -> [Double] { rows.map { values[$0] } }
    var part = self
    (part.lower, part.upper, part.duals) = (pick(lower), pick(upper), pick(duals))
    (part.margins, part.evaluatedAt) = (pick(margins), pick(evaluatedAt))
    part.marginBounds = pick(marginBounds)
    part.balance = balance - duals.reduce(0, +) + part.duals.reduce(0, +)
    let own = rows.reduce(0) { $0 + Double(labels[$1]) * duals[$1] }
    part.foreignLinear =
      foreignLinear + zip(labels, duals).reduce(0) { $0 + Double($1.0) * $1.1 } - own
    return part
  }

  /// Takes over the result of a part.
  mutating func absorb(_ part: DualProblem, rows: [Int]) {
    for (place, row) in rows.enumerated() {
      duals[row] = part.duals[place]
      margins[row] = part.margins[place]
      evaluatedAt[row] = part.evaluatedAt[place]
      marginBounds[row] = part.marginBounds[place]
    }
    (weights, roundedWeights) = (part.weights, part.roundedWeights)
    (pathLength, steps) = (part.pathLength, part.steps)
  }

  /// The same problem with other boxes and perhaps more rows, whose duals are 0 and margins not known.
  ///
  /// Rows of a box that has shrunk to nothing are left out; the duals are made to fit.
  func resumed(lower: [Double], upper: [Double], rows: some RowAccess) throws -> DualProblem {
    var next = self
    let new = lower.count - duals.count
    next.duals += [Double](repeating: 0, count: new)
    next.margins += [Double](repeating: 0, count: new)
    next.evaluatedAt += [Double](repeating: -.infinity, count: new)
    next.marginBounds += [Double](repeating: 0, count: new)
    (next.lower, next.upper) = (lower, upper)
    next.steps = 0
    try next.start(at: next.duals, rows: rows)
    return next
  }

  /// The rows with free duals and those with the largest shares of the gap, ascending; at most `limit`.
  ///
  /// Half of the places for bound duals go to those that should grow, half to those that should shrink. A side with few of
  /// them is filled up with rows whose margins are nearest to it: the only partner of a violating row may lie on the bend
  /// at which the bias was chosen.
  ///
  /// - Parameter share: how many bound duals of each side there may be beside the free ones.
  func workingSet(labels: [Float], limit: Int, share: Int, fill: Int) -> [UInt32] {
    var free: [Candidate] = []
    var growing: [Candidate] = []
    var shrinking: [Candidate] = []
    for row in labels.indices where !isLeftOut(row) {
      let residual = Double(labels[row]) - margins[row] - bias
      let candidate = Candidate(
        row: UInt32(row), gap: gap(of: row, residual: residual), distance: abs(residual))
      if duals[row] == upper[row] {
        shrinking.append(candidate)
      } else if duals[row] == lower[row] {
        growing.append(candidate)
      } else {
        free.append(candidate)
      }
    }
    let new = [growing, shrinking].flatMap { side in
      side.least(min(share, max(fill, side.count { $0.gap > 0 })))
    }
    return (free.least(limit - new.count) + new).map(\.row).sorted()
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

extension Array where Element: Comparable {
  /// The `count` smallest elements, ascending; all if there are fewer.
  fileprivate func least(_ count: Int) -> [Element] {
    guard count > 0 else { return [] }
    var least = prefix(count).sorted()
    for element in dropFirst(count) where element < least[count - 1] {
      least.removeLast()
      let place = least.firstIndex { element < $0 } ?? least.endIndex
      least.insert(element, at: place)
    }
    return least
  }
}
