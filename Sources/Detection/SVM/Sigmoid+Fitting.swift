#if canImport(Glibc)
  internal import Glibc
#endif

extension Sigmoid {
  /// Fits Platt's sigmoid to decision values that were not trained on, by Newton's method with backtracking.
  ///
  /// Targets are (P + 1)/(P + 2) for the P rows labelled 1 and 1/(N + 2) for the N others, so that a
  /// perfect separation gives no infinite slope.
  ///
  /// - Parameters:
  ///   - decisionValues: w·x + b for each row, finite.
  ///   - labels: 1 or −1 for each row.
  ///   - last: where to start; nil: at the share of positives, as Platt does.
  /// - SeeAlso: Lin, Lin & Weng, A note on Platt's probabilistic outputs for support vector machines,
  ///   Machine Learning 2007, algorithm 1.
  package init(
    fitting decisionValues: [Double], labels: [Float], startingFrom last: Sigmoid? = nil
  ) {
    precondition(decisionValues.count == labels.count)
    let positives = Double(labels.count { $0 > 0 })
    let negatives = Double(labels.count) - positives
    let targets = Self.targets(of: labels)

    // Minus the log likelihood; each term is written so that nothing overflows.
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(decisionValues, targets).reduce(0) { sum, row in
        let z = row.0 * a + b
        return sum + (z >= 0 ? row.1 * z + log1p(exp(-z)) : (row.1 - 1) * z + log1p(exp(z)))
      }
    }

    var a = last?.a ?? 0
    var b = last?.b ?? log((negatives + 1) / (positives + 1))
    var current = loss(a, b)
    for _ in 0..<100 {
      // A ridge keeps the Hessian positive definite.
      var hessian = (aa: 1e-12, ab: 0.0, bb: 1e-12)
      var gradient = (a: 0.0, b: 0.0)
      for (value, target) in zip(decisionValues, targets) {
        let p = 1 / (1 + exp(value * a + b))
        let curvature = p * (1 - p)
        hessian.aa += value * value * curvature
        hessian.ab += value * curvature
        hessian.bb += curvature
        gradient.a += value * (target - p)
        gradient.b += target - p
      }
      if abs(gradient.a) < 1e-5, abs(gradient.b) < 1e-5 { break }
      let determinant = hessian.aa * hessian.bb - hessian.ab * hessian.ab
      let stepA = -(hessian.bb * gradient.a - hessian.ab * gradient.b) / determinant
      let stepB = -(hessian.aa * gradient.b - hessian.ab * gradient.a) / determinant
      let slope = gradient.a * stepA + gradient.b * stepB
      var length = 1.0
      while length >= 1e-10 {
        let next = loss(a + length * stepA, b + length * stepB)
        if next < current + 1e-4 * length * slope {
          a += length * stepA
          b += length * stepB
          current = next
          break
        }
        length /= 2
      }
      if length < 1e-10 { break }
    }
    self.init(a: a, b: b)
  }

  /// Fits `b` alone, to the same targets.
  /// - Parameter a: the slope, below 0.
  init(fittingOffsetTo margins: [Double], labels: [Float], a: Double) {
    precondition(margins.count == labels.count && !margins.isEmpty && a < 0)
    let targets = Self.targets(of: labels)
    // The sum of (target - probability) rises with b, and every probability is near 1 at one end and near
    // 0 at the other.
    let reach = margins.reduce(0) { max($0, abs(a * $1)) } + 50
    var (low, high) = (-reach, reach)
    var b = 0.0
    for _ in 0..<100 {
      let sigmoid = Sigmoid(a: a, b: b)
      var (excess, slope) = (0.0, 0.0)
      for (margin, target) in zip(margins, targets) {
        let p = sigmoid.probability(of: margin)
        excess += target - p
        slope += p * (1 - p)
      }
      if excess < 0 { low = b } else { high = b }
      // Newton's step, or the middle if it leaves the ends.
      let step = b - excess / slope
      let next = low < step && step < high ? step : (low + high) / 2
      if next == b { break }
      b = next
    }
    self.init(a: a, b: b)
  }

  /// The probability that each row should have.
  private static func targets(of labels: [Float]) -> [Double] {
    let positives = Double(labels.count { $0 > 0 })
    let negatives = Double(labels.count) - positives
    let high = (positives + 1) / (positives + 2)
    let low = 1 / (negatives + 2)
    return labels.map { $0 > 0 ? high : low }
  }
}
