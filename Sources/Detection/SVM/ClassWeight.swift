/// How much the rows of each class count, as a factor on C.
package enum ClassWeight: Hashable, Sendable {
  /// All rows alike.
  case none
  /// rows / (2 · rows of the class), as scikit-learn's: both classes weigh the same altogether.
  case balanced
  /// These factors, both above 0.
  case weights(positive: Double, negative: Double)

  /// The factors for `positives` and `negatives` rows, neither of them 0.
  package func factors(positives: Int, negatives: Int) -> (positive: Double, negative: Double) {
    switch self {
    case .none: (1, 1)
    case .balanced:
      (
        Double(positives + negatives) / Double(2 * positives),
        Double(positives + negatives) / Double(2 * negatives)
      )
    case .weights(let positive, let negative): (positive, negative)
    }
  }
}
