internal import Detection
internal import HDF5
internal import SystemPackage

/// Rows of a feature file for training: all of `features`, then the windows that a person called objects, then some of the
/// hard negatives.
///
/// The rows do not change once opened, even if the file is replaced meanwhile and its segments are merged.
package final class TrainingRows: RowSource {
  /// The label of each row: +1 for the object, −1 for anything else.
  package let labels: [Float]
  package let columnCount: Int
  /// How many of the rows are hard negatives; they come last.
  package let hardNegatives: Int
  package var rowCount: Int { labels.count }

  /// The turn up to which the ledger's hard negatives were in the file.
  package let sealedThrough: Int64

  private let features: RowTable
  private let objects: [Float]
  private let hardNegativeRows: RowTable?
  /// The rows of `hard_negatives` that were chosen, in ascending order.
  private let chosen: [Int]

  /// - Parameters:
  ///   - objects: features of objects that are not in the file, row by row.
  ///   - choose: picks rows of `hard_negatives`, given their probabilities.
  init(
    _ store: FeatureFile, _ file: borrowing HDF5File, objects: [Float] = [],
    choosing choose: ([Double]) -> [Int]
  ) throws {
    self.objects = objects
    sealedThrough = Int64(
      try file.attribute(FeatureFile.Name.sealedThrough, as: Int.self) ?? 0)
    features = try RowTable(FeatureFile.Name.features, of: store, in: file)
    columnCount = features.columnCount - 1
    var labels = try features.read(rows: 0..<features.rowCount, columns: 0..<1)
    labels += [Float](repeating: 1, count: objects.count / columnCount)
    if try file.contains(FeatureFile.Name.hardNegatives) {
      let rows = try RowTable(FeatureFile.Name.hardNegatives, of: store, in: file)
      chosen = try choose(store.probabilities(in: file, rows: 0..<rows.rowCount)).sorted()
      let all = try chosen.isEmpty ? [] : rows.read(rows: 0..<rows.rowCount, columns: 0..<1)
      if let row = chosen.first(where: { all[$0] == 1 }) {
        throw FeatureFileError(
          file.path, .damaged,
          """
          row \(row) of \(FeatureFile.Name.hardNegatives) has the label 1, but a hard negative does not show the \
          object: make it -1, or move the row to \(FeatureFile.Name.features)
          """)
      }
      labels += chosen.map { all[$0] }
      hardNegativeRows = rows
    } else {
      hardNegativeRows = nil
      chosen = []
    }
    hardNegatives = chosen.count
    self.labels = labels
  }

  /// Where a row is in the file: "row 5 of hard_negatives".
  package func place(of row: Int) -> String {
    if row < features.rowCount { return "row \(row) of \(FeatureFile.Name.features)" }
    if row < firstHardNegative { return "one of the windows that were called objects" }
    return "row \(chosen[row - firstHardNegative]) of \(FeatureFile.Name.hardNegatives)"
  }

  /// The features of some rows, one row after another.
  package func features(of rows: [Int]) throws -> [Float] {
    try rows.flatMap { row in
      var features = [Float](repeating: 0, count: columnCount)
      var span = features.mutableSpan
      try read(rows: row..<(row + 1), into: &span)
      return features
    }
  }

  private var firstHardNegative: Int { rowCount - hardNegatives }

  package func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    let columns = 1..<(1 + columnCount)
    let own = rows.clamped(to: 0..<features.rowCount)
    var written = 0
    if !own.isEmpty {
      written = own.count * columnCount
      try features.read(into: &destination, rows: own, columns: columns)
    }
    for row in rows.clamped(to: features.rowCount..<firstHardNegative) {
      let start = (row - features.rowCount) * columnCount
      for index in 0..<columnCount { destination[written + index] = objects[start + index] }
      written += columnCount
    }
    // Neighbouring rows are read together.
    var next = max(rows.lowerBound, firstHardNegative) - firstHardNegative
    let end = rows.upperBound - firstHardNegative
    while next < end {
      var run = 1
      while next + run < end, chosen[next + run] == chosen[next] + run { run += 1 }
      try hardNegativeRows!.read(
        into: &destination, at: written, rows: chosen[next]..<(chosen[next] + run),
        columns: columns)
      written += run * columnCount
      next += run
    }
  }
}

extension FeatureFile {
  /// Which of the sealed hard negatives are trained on.
  package enum HardNegativeChoice: Sendable, Hashable {
    case all
    /// At most this many, the most confident first, as the lesson takes them.
    case mostConfident(Int)
    /// These rows of `hard_negatives`, as far as they are still there.
    case rows([Int])

    func callAsFunction(_ probabilities: [Double]) -> [Int] {
      switch self {
      case .all: return Array(probabilities.indices)
      case .rows(let rows): return rows.filter(probabilities.indices.contains)
      case .mostConfident(let count):
        // Rows without a probability were the lesson's most confident: they stay first.
        let confidence = probabilities.map { $0.isNaN ? .infinity : $0 }
        let order = confidence.indices.sorted {
          (-confidence[$0], $0) < (-confidence[$1], $1)
        }
        return Array(order.prefix(count))
      }
    }
  }

  /// Opens the rows to train on.
  /// - Parameter objects: features of objects that are not in the file, row by row.
  /// - Throws: `FeatureFileError` if there are no features or those of other settings.
  package func trainingRows(hardNegatives: HardNegativeChoice = .all, objects: [Float] = []) throws
    -> TrainingRows
  {
    try advising {
      try requireFeatures(summary())
      try check()
      return try TrainingRows(
        self, HDF5File(reading: path), objects: objects, choosing: hardNegatives.callAsFunction)
    }
  }

  func requireFeatures(_ summary: Summary) throws {
    guard summary.rows == nil else { return }
    throw FeatureFileError(
      path, .noFeatures, "it has no features yet: run `misfire extract` first")
  }

  /// The probability each row of `hard_negatives` was mined with; NaN if unknown.
  package func hardNegativeProbabilities() throws -> [Double] {
    let count = try summary().hardNegatives
    return count == 0 ? [] : try probabilities(in: HDF5File(reading: path), rows: 0..<count)
  }
}
