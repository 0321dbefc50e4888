/// A sigmoid, and what it was fitted to.
///
/// A larger margin always means a larger probability: `sigmoid.a` is at most −`leastSlope`.
package struct Calibration: Sendable, Equatable {
  /// What the sigmoid was fitted to, the best that could be used.
  package enum Source: String, Sendable, Codable, CaseIterable {
    /// The decision values of five folds, each by a hyperplane that was trained without it.
    case folds
    /// The same, and a threshold on them separates the classes: then the number of rows determines the slope, not the
    /// margins.
    case separatedFolds = "separated_folds"
    /// The margins of the rows it learnt from, because in the folds larger margins did not mean the object.
    case ownRows = "own_rows"
    /// The margins that an imported detector gives rows it was not trained on.
    case otherRows = "other_rows"
    /// Nothing: in neither do larger margins mean the object. The slope is the smallest allowed.
    case leastSlope = "least_slope"
  }

  package let sigmoid: Sigmoid
  package let source: Source
  /// The rows of the object that it was fitted to.
  package let positives: Int

  /// The smallest allowed `−a`: below it, a margin of 1 changes odds by less than a thousandth.
  package static let leastSlope = 1e-3

  /// Fits Platt's sigmoid to the folds' decision values. If it would not rise with the margin, as happens if each fold
  /// lacks what the others' biases depend on, it is fitted to the margins of the rows themselves; if that does not rise
  /// either, only its offset is fitted.
  ///
  /// - Parameters:
  ///   - decisionValues: for each row, by the fold that was trained without it.
  ///   - ownMargins: for each row, by the hyperplane that was trained on all of them.
  ///   - labels: 1 or −1 for each row.
  ///   - last: the calibration on some of these rows, from which a fit to the same kind of margins starts.
  init(
    decisionValues: [Double], ownMargins: [Double], labels: [Float],
    startingFrom last: Calibration? = nil
  ) {
    let byFolds = Calibration(
      margins: decisionValues, labels: labels,
      Self.isSeparated(decisionValues, labels) ? .separatedFolds : .folds, startingFrom: last)
    self =
      byFolds.source == .leastSlope
      ? Calibration(margins: ownMargins, labels: labels, .ownRows, startingFrom: last) : byFolds
  }

  /// Fits the sigmoid to margins or, if it would not rise with them, only its offset.
  /// - Parameters:
  ///   - margins: one per row.
  ///   - labels: 1 or −1 for each row, some of both.
  ///   - source: what they are.
  ///   - last: where the fit starts, if it was fitted to the same.
  package init(
    margins: [Double], labels: [Float], _ source: Source, startingFrom last: Calibration? = nil
  ) {
    positives = labels.count { $0 > 0 }
    let fitted = Sigmoid(
      fitting: margins, labels: labels,
      startingFrom: last.flatMap { $0.source == source ? $0.sigmoid : nil })
    self.source = fitted.isRising ? source : .leastSlope
    sigmoid =
      fitted.isRising
      ? fitted : Sigmoid(fittingOffsetTo: margins, labels: labels, a: -Self.leastSlope)
  }

  /// Whether the smallest value of the object is above all others.
  private static func isSeparated(_ values: [Double], _ labels: [Float]) -> Bool {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for (value, label) in zip(values, labels) {
      if label > 0 { least = min(least, value) } else { largest = max(largest, value) }
    }
    return least > largest
  }

  /// A remark for users of the probabilities; nil if there is none.
  package var remark: String? {
    let few =
      positives < LinearSVMTrainer.foldCount
      ? "only \(positives) of its rows show the object, too few for five folds" : nil
    switch source {
    case .folds:
      return few.map { "\($0): its probabilities are rough" }
    case .separatedFolds:
      return few.map { "\($0), and they separate the classes: its probabilities are rough" }
    case .ownRows:
      return """
        its probabilities were fitted to the rows it learnt from, so they are overconfident: \
        \(few ?? "in the five folds, larger margins did not mean the object")
        """
    case .otherRows:
      return few.map { "\($0): its probabilities are rough" }
    case .leastSlope:
      return """
        its probabilities mean next to nothing, because its margins do not distinguish the object from the rest: add \
        pictures of the object, or raise C
        """
    }
  }
}

extension Sigmoid {
  /// Whether the probability rises with the margin, as much as a calibration needs.
  var isRising: Bool { a <= -Calibration.leastSlope && a.isFinite && b.isFinite }
}
