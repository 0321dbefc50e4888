internal import HDF5

/// The rows of a draft's `features`, which arrive one after another and are written in blocks.
package struct FeatureRows: ~Copyable {
  private let dataset: HDF5Dataset
  /// Rows that are not written yet, label first.
  private var table: [Float] = []
  private let blockCount: Int
  private var writtenCount = 0

  init(_ dataset: consuming HDF5Dataset) {
    blockCount = (0..<dataset.rowCount).blocks(rowBytes: dataset.rowBytes).first?.count ?? 0
    self.dataset = dataset
  }

  /// Adds a row.
  /// - Parameters:
  ///   - label: +1 for the object, −1 for anything else.
  ///   - features: of one window, or of several, each of which is a row.
  /// - Precondition: there are no more rows than the file was begun for.
  package mutating func append(label: Float, _ features: some RandomAccessCollection<Float>) throws
  {
    let featureCount = dataset.columnCount - 1
    precondition(
      features.count.isMultiple(of: featureCount),
      "\(features.count) features in rows of \(featureCount)")
    var rest = features[...]
    while !rest.isEmpty {
      table.append(label)
      table += rest.prefix(featureCount)
      rest = rest.dropFirst(featureCount)
      if table.count == blockCount * dataset.columnCount { try write() }
    }
  }

  private mutating func write() throws {
    let count = table.count / dataset.columnCount
    try dataset.write(table, rows: writtenCount..<(writtenCount + count))
    writtenCount += count
    table.removeAll(keepingCapacity: true)
  }

  /// Writes the remaining rows.
  /// - Precondition: all rows have been added.
  consuming func finish() throws {
    try write()
    precondition(
      writtenCount == dataset.rowCount, "\(writtenCount) rows of \(dataset.rowCount) have come")
  }
}
