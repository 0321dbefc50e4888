/// How much the rows of each class count, as a factor on C.
public enum ClassWeight: String, CaseIterable, Sendable {
  /// All rows alike.
  case none
  /// rows / (2 · rows of the class), as scikit-learn's: both classes weigh the same altogether.
  case balanced

  /// The factors for `positives` and `negatives` rows, neither of them 0.
  func factors(positives: Int, negatives: Int) -> (positive: Double, negative: Double) {
    switch self {
    case .none: (1, 1)
    case .balanced:
      (
        Double(positives + negatives) / Double(2 * positives),
        Double(positives + negatives) / Double(2 * negatives)
      )
    }
  }
}
