/// Why rows cannot be learnt from.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  case noRows
  /// Every row has the label `label`.
  case oneClass(label: Int)
  case labelCount(labels: Int, rows: Int)
  case label(Float, row: Int)
  /// A feature that is NaN, infinite, or so large that its square is.
  case feature(Float, row: Int, column: Int)
  /// Features, C and the factors of the classes that make margins too large for single precision.
  case overflow

  package var description: String {
    switch self {
    case .noRows: "there are no rows to learn from"
    case .oneClass(let label):
      "every row has the label \(label): learning needs rows of the object and rows without it"
    case .labelCount(let labels, let rows): "\(labels) labels for \(rows) rows"
    case .label(let label, let row): "row \(row) has the label \(label): labels are 1 and -1"
    case .feature(let value, let row, let column):
      "row \(row), column \(column): a feature of \(value) cannot be learnt from"
    case .overflow: "margins grow too large for single precision: C or the features are too large"
    }
  }
}
