internal import CKernels

/// Sweeps over rows one at a time, setting each dual to its optimum given the others.
///
/// Far from the optimum this is the cheapest method: two passes over one row for each step. The method of multipliers pulls
/// the sum of the duals to 0, with the bias as the multiplier; rows are taken relative to their centre, where that pull
/// does not work against the features.
///
/// - SeeAlso: Hsieh, Chang, Lin, Keerthi & Sundararajan, A dual coordinate descent method for large-scale
///   linear SVM, ICML 2008; Bertsekas, Constrained optimization and Lagrange multiplier methods, 1982.
struct CoordinateDescent {
  let rows: DenseRows
  let labels: [Float]
  let statistics: RowStatistics
  /// A row is skipped in the next sweeps once its dual is at the bound where it belongs by this much of its margin. If that
  /// turns out wrong, the duality gap shows it.
  private let slack = 0.1

  /// The duals after some sweeps in shuffled order; they add up to nearly 0.
  /// - Parameter problem: its margins as of its weights, for the rows that may matter.
  func sweep(_ problem: DualProblem, count sweeps: Int) -> [Double] {
    var generator = SplitMix64(seed: 0)
    var duals = problem.duals
    var weights = problem.roundedWeights
    var centreMargin = problem.centreMargin(of: statistics)
    var bias = problem.bias
    var sum = 0.0
    var active = labels.indices.filter { row in
      problem.upper[row] > problem.lower[row]
        && !isSettled(
          row, problem, dual: duals[row],
          residual: Double(labels[row]) - problem.margins[row] - bias)
    }
    let pull = statistics.meanSquaredRadius
    for _ in 0..<sweeps {
      active.shuffle(using: &generator)
      var settled: Set<Int> = []
      unsafe rows.values.withUnsafeBufferPointer { values in
        unsafe weights.withUnsafeMutableBufferPointer { weights in
          for row in active {
            let features = unsafe values.baseAddress! + row * rows.columnCount
            let product = unsafe Double(
              ck_inner_product(features, weights.baseAddress!, rows.columnCount))
            let ofCentre = statistics.centreProducts[row]
            let margin =
              product - centreMargin - sum * (ofCentre - statistics.squaredCentre)
            let residual = Double(labels[row]) - margin - bias - pull * sum
            if isSettled(row, problem, dual: duals[row], residual: residual) {
              settled.insert(row)
              continue
            }
            let curvature = statistics.radii[row] * statistics.radii[row] + pull
            let dual = min(
              max(duals[row] + residual / curvature, problem.lower[row]), problem.upper[row])
            let step = dual - duals[row]
            guard step != 0 else { continue }
            unsafe ck_add_scaled_single(
              features, Float(step), rows.columnCount, weights.baseAddress!)
            duals[row] = dual
            centreMargin += step * ofCentre
            sum += step
          }
        }
      }
      bias += pull * sum
      active.removeAll { settled.contains($0) }
      active.sort()
    }
    return duals
  }

  private func isSettled(
    _ row: Int, _ problem: DualProblem, dual: Double, residual: Double
  ) -> Bool {
    residual > 0
      ? dual == problem.upper[row] && residual > slack
      : dual == problem.lower[row] && residual < -slack
  }
}
