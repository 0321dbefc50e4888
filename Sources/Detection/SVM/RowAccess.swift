/// What the solver needs from rows, wherever they are stored.
protocol RowAccess: Sendable {
  var rowCount: Int { get }
  var columnCount: Int { get }

  /// The inner products of some rows, ascending, with all rows of another matrix.
  /// - Returns: `rows.count * others.rowCount` floats; entry (i, j) is row `rows[i]` · row j of `others`.
  func products(of rows: [UInt32], with others: DenseRows, threads: Int) throws -> [Float]

  /// `sum` + Σ coefficient · row, in double precision, in the order given, which is ascending.
  func adding(_ terms: [(row: Int, coefficient: Double)], to sum: [Double]) throws -> [Double]
}

extension DenseRows: RowAccess {
  func products(of rows: [UInt32], with others: DenseRows, threads: Int) -> [Float] {
    products(of: rows, with: others, rows: Array(0..<UInt32(others.rowCount)), threads: threads)
  }
}

/// Rows that stay where they are and are read a block at a time.
struct BlockedRows<Source: RowSource>: RowAccess {
  let source: Source
  /// Rows in memory at once.
  let blockCount: Int

  var rowCount: Int { source.rowCount }
  var columnCount: Int { source.columnCount }

  func products(of rows: [UInt32], with others: DenseRows, threads: Int) throws -> [Float] {
    var products: [Float] = []
    products.reserveCapacity(rows.count * others.rowCount)
    try forEachBlock(of: rows.map { Int($0) }) { first, block, places in
      let wanted = rows[places].map { $0 - UInt32(first) }
      products += block.products(of: wanted, with: others, threads: threads)
    }
    return products
  }

  func adding(_ terms: [(row: Int, coefficient: Double)], to sum: [Double]) throws -> [Double] {
    let terms = terms.filter { $0.coefficient != 0 }
    var sum = sum
    try forEachBlock(of: terms.map(\.row)) { first, block, places in
      sum = block.adding(
        terms[places].map { ($0.row - first, $0.coefficient) }, to: sum)
    }
    return sum
  }

  /// Reads the blocks that hold some of `rows`, which ascend, from the first to the last of them.
  /// - Parameter body: receives the first row read, the data, and which places of `rows` are in it.
  func forEachBlock(of rows: [Int], _ body: (Int, DenseRows, Range<Int>) throws -> Void) throws {
    var buffer: [Float] = []
    var place = 0
    while place < rows.count {
      let end = rows[place] + blockCount
      let last = rows[place...].firstIndex { $0 >= end } ?? rows.count
      let range = rows[place]..<(rows[last - 1] + 1)
      // Fresh pages cost as much as the reading: blocks of one length share a buffer.
      if buffer.count != range.count * columnCount {
        buffer = [Float](repeating: 0, count: range.count * columnCount)
      }
      var destination = buffer.mutableSpan
      try source.read(rows: range, into: &destination)
      try body(
        range.lowerBound, DenseRows(values: buffer, columnCount: columnCount), place..<last)
      place = last
    }
  }
}
