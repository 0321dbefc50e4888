public import Detection
internal import HDF5
internal import SystemPackage

/// Rows of a feature file to be trained on: all of `features`, then some of the hard negatives.
///
/// The file stays as it was opened, even when it is replaced meanwhile.
public final class TrainingRows: RowSource {
  /// The label of each row: +1 for the object, −1 for anything else.
  public let labels: [Float]
  public let columnCount: Int
  /// How many of the rows are hard negatives; they come last.
  public let hardNegatives: Int
  public var rowCount: Int { labels.count }

  private let features: HDF5Dataset
  private let hardNegativeRows: HDF5Dataset?
  /// The rows of `hard_negatives` that were chosen, in ascending order.
  private let chosen: [Int]

  /// - Parameter choose: picks rows of `hard_negatives`, given their probabilities.
  init(_ file: borrowing HDF5File, choosing choose: ([Double]) -> [Int]) throws {
    features = try file.dataset(FeatureFile.Name.features)
    columnCount = features.columnCount - 1
    var labels = try features.read(Float.self, rows: 0..<features.rowCount, columns: 0..<1)
    if try file.contains(FeatureFile.Name.hardNegatives) {
      let rows = try file.dataset(FeatureFile.Name.hardNegatives)
      chosen = try choose(file.probabilities(count: rows.rowCount)).sorted()
      let all = try rows.read(Float.self, rows: 0..<rows.rowCount, columns: 0..<1)
      if let row = chosen.first(where: { all[$0] == 1 }) {
        throw FeatureFileError(
          file.path, .damaged,
          """
          row \(row) of \(FeatureFile.Name.hardNegatives) has the label 1, and a hard negative does not show the \
          object: make it -1, or move the row to \(FeatureFile.Name.features)
          """)
      }
      labels += chosen.map { all[$0] }
      hardNegativeRows = consume rows
    } else {
      hardNegativeRows = nil
      chosen = []
    }
    hardNegatives = chosen.count
    self.labels = labels
  }

  /// Where a row is in the file: "row 5 of hard_negatives".
  public func place(of row: Int) -> String {
    let own = features.rowCount
    return row < own
      ? "row \(row) of \(FeatureFile.Name.features)"
      : "row \(chosen[row - own]) of \(FeatureFile.Name.hardNegatives)"
  }

  public func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    let columns = 1..<(1 + columnCount)
    let split = features.rowCount
    let own = rows.clamped(to: 0..<split)
    var written = 0
    if !own.isEmpty {
      written = own.count * columnCount
      try features.read(into: &destination, rows: own, columns: columns)
    }
    // Neighbouring rows are read together.
    var next = max(rows.lowerBound, split) - split
    let end = rows.upperBound - split
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
  public enum HardNegativeChoice: Sendable, Hashable {
    case all
    /// At most so many, the most confident first, as the lesson takes them.
    case mostConfident(Int)
    /// These rows of `hard_negatives`.
    case rows([Int])

    func callAsFunction(_ probabilities: [Double]) -> [Int] {
      switch self {
      case .all: return Array(probabilities.indices)
      case .rows(let rows): return rows
      case .mostConfident(let count):
        // Rows that came without a probability were the lesson's most confident: they stay first.
        let confidence = probabilities.map { $0.isNaN ? .infinity : $0 }
        let order = confidence.indices.sorted {
          (-confidence[$0], $0) < (-confidence[$1], $1)
        }
        return Array(order.prefix(count))
      }
    }
  }

  /// Opens the rows to train on.
  /// - Throws: `FeatureFileError` where there are no features or those of other settings.
  public func trainingRows(hardNegatives: HardNegativeChoice = .all) throws -> TrainingRows {
    try advising {
      guard try summary().rows != nil else {
        throw FeatureFileError(
          path, .noFeatures, "there are no features in it yet: run `misfire extract` first")
      }
      try check()
      return try TrainingRows(HDF5File(reading: path), choosing: hardNegatives.callAsFunction)
    }
  }

  /// The probability each row of `hard_negatives` was mined with; not a number where unknown.
  public func hardNegativeProbabilities() throws -> [Double] {
    let count = try summary().hardNegatives
    return count == 0 ? [] : try HDF5File(reading: path).probabilities(count: count)
  }
}
