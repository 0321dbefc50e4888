internal import Synchronization

/// Rows that can be read in any order, as working sets need them.
protocol RowsAtHand: RowAccess {
  /// The inner products of some rows with some rows of another matrix.
  /// - Returns: `rows.count * chosen.count` floats; entry (i, j) is row `rows[i]` · `others` row `chosen[j]`.
  func products(
    of rows: [UInt32], with others: DenseRows, rows chosen: [UInt32], threads: Int
  ) throws -> [Float]

  /// Some rows in memory, in the order given.
  func gathered(_ rows: [UInt32]) throws -> DenseRows

  /// All rows in memory.
  func dense() throws -> DenseRows
}

extension DenseRows: RowsAtHand {
  func gathered(_ rows: [UInt32]) -> DenseRows {
    DenseRows(
      values: rows.flatMap { values[(Int($0) * columnCount)..<((Int($0) + 1) * columnCount)] },
      columnCount: columnCount)
  }

  func dense() -> DenseRows { self }
}

/// Rows that stay in their file and are read on demand, for a warm start, which needs nothing but a final margin from most rows.
///
/// A sweep over all rows reads them into memory, where they stay.
final class StreamedRows<Source: RowSource>: RowsAtHand {
  private let source: Source
  private let whole = Mutex<DenseRows?>(nil)
  /// How many rows to read at once: as many as fit into the nearest caches of a processor.
  private let chunk = 32

  init(_ source: Source) {
    self.source = source
  }

  var rowCount: Int { source.rowCount }
  var columnCount: Int { source.columnCount }

  func dense() throws -> DenseRows {
    try whole.withLock { whole in
      let rows = try whole ?? DenseRows(reading: source)
      whole = rows
      return rows
    }
  }

  func gathered(_ rows: [UInt32]) throws -> DenseRows {
    if let whole = whole.withLock({ $0 }) { return whole.gathered(rows) }
    let columns = columnCount
    let values = try unsafe [Float](unsafeUninitializedCapacity: rows.count * columns) {
      buffer, filled in
      var first = 0
      while first < rows.count {
        // Neighbouring rows are read in one call.
        var end = first + 1
        while end < rows.count, rows[end] == rows[end - 1] + 1 { end += 1 }
        let own = unsafe UnsafeMutableBufferPointer(
          rebasing: buffer[(first * columns)..<(end * columns)])
        unsafe own.initialize(repeating: 0)
        var destination = unsafe own.mutableSpan
        try source.read(
          rows: Int(rows[first])..<(Int(rows[end - 1]) + 1), into: &destination)
        first = end
      }
      filled = rows.count * columns
    }
    return DenseRows(values: values, columnCount: columns)
  }

  func products(of rows: [UInt32], with others: DenseRows, threads: Int) throws -> [Float] {
    try products(
      of: rows, with: others, rows: Array(0..<UInt32(others.rowCount)), threads: threads)
  }

  func products(
    of rows: [UInt32], with others: DenseRows, rows chosen: [UInt32], threads: Int
  ) throws -> [Float] {
    if let whole = whole.withLock({ $0 }) {
      return whole.products(of: rows, with: others, rows: chosen, threads: threads)
    }
    let pieces = try concurrentMap(
      count: (rows.count + chunk - 1) / chunk, threads: threads
    ) { piece in
      let part = rows[(piece * chunk)..<min((piece + 1) * chunk, rows.count)]
      return try gathered(Array(part)).products(
        of: Array(0..<UInt32(part.count)), with: others, rows: chosen, threads: 1)
    }
    return Array(pieces.joined())
  }

  func adding(_ terms: [(row: Int, coefficient: Double)], to sum: [Double]) throws -> [Double] {
    let terms = terms.filter { $0.coefficient != 0 }
    return try stride(from: 0, to: terms.count, by: chunk).reduce(sum) { sum, first in
      let part = terms[first..<min(first + chunk, terms.count)]
      return try gathered(part.map { UInt32($0.row) }).adding(
        part.enumerated().map { ($0, $1.coefficient) }, to: sum)
    }
  }
}
