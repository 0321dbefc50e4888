/// A small part of a dual problem with its Gram matrix, solved by sequential minimal optimization.
///
/// All other duals stay where they are, so that the sum of these does not change.
/// - SeeAlso: Platt 1998; Fan, Chen & Lin, Working set selection using second order information,
///   JMLR 2005.
struct WorkingSet {
  /// Inner products: entry (i, j) is at `i * stride + j`.
  let gram: [Float]
  let stride: Int
  let lower, upper: [Double]
  var duals: [Double]
  /// y − w·x: at the optimum at most the bias where the dual can grow, at least where it can shrink.
  var residuals: [Double]

  /// Moves pairs of duals until the remaining duality gap is at most `gap`.
  /// - Parameter limit: how many pairs may be moved.
  /// - Returns: how many were moved.
  mutating func solve(toGap gap: Double, limit: Int) -> Int {
    let count = duals.count
    var steps = 0
    while steps < min(limit, 200 * count + 1000) {
      guard let (up, down, violation) = steepestPair(), violation > 1e-9 else { break }
      move(up, down)
      steps += 1
      // The gap costs as much as a step, so it is measured only now and then.
      if steps % (count / 8 + 8) == 0, remainingGap <= gap { break }
    }
    return steps
  }

  /// The pair that promises the largest gain: the first maximises the residual, the second the gain.
  private func steepestPair() -> (up: Int, down: Int, violation: Double)? {
    var up = -1
    var highest = -Double.infinity
    var lowest = Double.infinity
    for index in duals.indices {
      if duals[index] < upper[index], residuals[index] > highest {
        highest = residuals[index]
        up = index
      }
      if duals[index] > lower[index] { lowest = min(lowest, residuals[index]) }
    }
    guard up >= 0, lowest < highest else { return nil }
    let row = up * stride
    let own = Double(gram[row + up])
    var down = -1
    var best = 0.0
    for index in duals.indices where duals[index] > lower[index] && residuals[index] < highest {
      let difference = highest - residuals[index]
      let curvature = own + Double(gram[index * stride + index]) - 2 * Double(gram[row + index])
      let gain = difference * difference / max(curvature, 1e-12)
      if gain > best {
        best = gain
        down = index
      }
    }
    return down < 0 ? nil : (up, down, highest - lowest)
  }

  private mutating func move(_ up: Int, _ down: Int) {
    let curvature =
      Double(gram[up * stride + up]) + Double(gram[down * stride + down])
      - 2 * Double(gram[up * stride + down])
    let wanted = (residuals[up] - residuals[down]) / max(curvature, 1e-12)
    let roomUp = upper[up] - duals[up]
    let roomDown = duals[down] - lower[down]
    let shift = min(wanted, roomUp, roomDown)
    // Assigned rather than added up, so that a dual that reaches its bound is at it exactly.
    duals[up] = shift == roomUp ? upper[up] : duals[up] + shift
    duals[down] = shift == roomDown ? lower[down] : duals[down] - shift
    for index in residuals.indices {
      residuals[index] -=
        shift * Double(gram[up * stride + index] - gram[down * stride + index])
    }
  }

  /// The duality gap of this part alone, with the bias in the middle of what its residuals allow.
  private var remainingGap: Double {
    var highest = -Double.infinity
    var lowest = Double.infinity
    for index in duals.indices {
      if duals[index] < upper[index] { highest = max(highest, residuals[index]) }
      if duals[index] > lower[index] { lowest = min(lowest, residuals[index]) }
    }
    let bias = (highest + lowest) / 2
    return duals.indices.reduce(0) { gap, index in
      let residual = residuals[index] - bias
      return gap
        + (residual > 0 ? upper[index] - duals[index] : lower[index] - duals[index]) * residual
    }
  }
}
