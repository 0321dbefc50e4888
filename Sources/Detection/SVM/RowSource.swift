internal import Glibc

/// Where training rows come from: memory, or a file that is read block by block.
package protocol RowSource: Sendable {
  var rowCount: Int { get }
  /// Features per row, D.
  var columnCount: Int { get }

  /// Reads the features of `rows`, row by row.
  /// - Parameter destination: exactly `rows.count * columnCount` floats, all of them overwritten.
  func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws
}

/// Rows in memory: `rowCount * columnCount` floats, row by row.
package struct DenseRows: RowSource {
  package let values: [Float]
  package let rowCount: Int
  package let columnCount: Int

  /// - Precondition: `columnCount` is at least 1 and divides the number of values.
  package init(values: [Float], columnCount: Int) {
    precondition(
      columnCount > 0 && values.count % columnCount == 0,
      "\(values.count) values in rows of \(columnCount)")
    self.values = values
    self.columnCount = columnCount
    self.rowCount = values.count / columnCount
  }

  /// Reads a whole source into memory.
  package init(reading source: some RowSource) throws {
    if let dense = source as? DenseRows {
      self = dense
      return
    }
    let count = source.rowCount * source.columnCount
    let values = try unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      unsafe adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
      unsafe buffer.initialize(repeating: 0)
      var destination = unsafe buffer.mutableSpan
      try source.read(rows: 0..<source.rowCount, into: &destination)
      filled = count
    }
    self.init(values: values, columnCount: source.columnCount)
  }

  package func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    let read = values[(rows.lowerBound * columnCount)..<(rows.upperBound * columnCount)]
    unsafe destination.withUnsafeMutableBufferPointer { destination in
      _ = unsafe destination.update(fromContentsOf: read)
    }
  }
}

/// Asks for pages of 2 MiB under memory that was not touched yet, if the machine has them.
///
/// In pages of 4 KiB, reading 100 MB of rows takes up to twice as long: half of it is page look-ups.
private func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard let start = unsafe memory.baseAddress?.alignedUp(toMultipleOf: 4096) else { return }
  let length = unsafe memory.baseAddress! + memory.count - start
  // Only a hint: if it is refused, pages stay small.
  if length > 0 { _ = unsafe madvise(start, length, MADV_HUGEPAGE) }
}
