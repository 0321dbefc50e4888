internal import Text

#if canImport(Glibc)
  internal import Glibc
#endif

/// A confidence interval of a measured rate: it contains the true rate in 95 % of such measurements.
package struct Interval: Sendable, Codable, Equatable {
  package let low, high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// "95 %: 0.050 to 0.242".
  package var inWords: String { "95 %: \(low.fixed(digits: 3)) to \(high.fixed(digits: 3))" }

  /// What an interval leaves out at each end.
  static let tail = 0.025

  /// The exact interval of a rate that was seen `successes` times in `trials`.
  /// - Precondition: 0 ≤ successes ≤ trials, and there is a trial.
  /// - SeeAlso: Clopper & Pearson, The use of confidence or fiducial limits illustrated in the case of the
  ///   binomial, Biometrika 1934.
  package init(successes: Int, of trials: Int) {
    precondition(0...trials ~= successes && trials > 0, "\(successes) of \(trials)")
    let (misses, trials) = (trials - successes, trials)
    low =
      successes == 0 ? 0 : bisect { binomialTail(atLeast: successes, of: trials, $0) < Self.tail }
    high =
      misses == 0
      ? 1 : 1 - bisect { binomialTail(atLeast: misses, of: trials, $0) < Self.tail }
  }

  /// Of values of a statistic in many resamples.
  /// - Precondition: there is a value.
  init(ofResampled values: [Double]) {
    precondition(!values.isEmpty, "no resample")
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double { sorted[Int(share * Double(sorted.count - 1))] }
    self.init(low: quantile(Self.tail), high: quantile(1 - Self.tail))
  }
}

/// The largest number in 0...1 for which the condition holds, given that it holds below some number and not above.
private func bisect(_ condition: (Double) -> Bool) -> Double {
  var (low, high) = (0.0, 1.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if condition(middle) { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The probability of at least this many successes.
/// - Parameter rate: of one trial's success, in 0...1.
func binomialTail(atLeast successes: Int, of trials: Int, _ rate: Double) -> Double {
  guard successes > 0 else { return 1 }
  guard rate > 0 else { return 0 }
  guard rate < 1 else { return 1 }
  func logFactorial(_ number: Int) -> Double { lgamma(Double(number) + 1) }
  let sum = (successes...max(successes, trials)).reduce(0.0) { sum, count in
    guard count <= trials else { return sum }
    let ways = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count)
    return sum + exp(ways + Double(count) * log(rate) + Double(trials - count) * log1p(-rate))
  }
  return min(1, sum)
}
