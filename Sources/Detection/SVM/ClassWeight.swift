/// How much the rows of each class count, as a factor on C.
package enum ClassWeight: Hashable, Sendable {
  /// All rows alike.
  case none
  /// rows / (2 · rows of the class), as scikit-learn's: both classes weigh the same altogether.
  case balanced
  /// These factors, both above 0.
  case weights(positive: Double, negative: Double)

  /// The factors for `positives` and `negatives` rows; without rows of both classes there is nothing to balance.
  package func factors(positives: Int, negatives: Int) -> (positive: Double, negative: Double) {
    switch self {
    case .none: (1, 1)
    case .balanced where positives == 0 || negatives == 0: (1, 1)
    case .balanced:
      (
        Double(positives + negatives) / Double(2 * positives),
        Double(positives + negatives) / Double(2 * negatives)
      )
    case .weights(let positive, let negative): (positive, negative)
    }
  }
}
