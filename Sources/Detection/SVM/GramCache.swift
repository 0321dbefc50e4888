/// Inner products among the rows that were in a working set lately.
///
/// Working sets of one problem change little from one round to the next, and those of five folds
/// overlap: only rows that are new cost anything.
struct GramCache: Sendable {
  /// Slot of a row, or −1.
  private var slots: [Int32]
  private var rows: [UInt32] = []
  /// Row-major, `rows.count` squared.
  private var products: [Float] = []

  init(rowCount: Int) {
    slots = [Int32](repeating: -1, count: rowCount)
  }

  /// Makes room for `wanted`, in ascending order, and forgets the rows that are not among them if more
  /// than `capacity` rows would be kept.
  mutating func include(_ wanted: [UInt32], of matrix: DenseRows, capacity: Int, threads: Int) {
    let new = wanted.filter { slots[Int($0)] < 0 }
    guard !new.isEmpty else { return }
    var kept = Array(rows.indices)
    if rows.count + new.count > capacity {
      let keep = Set(wanted)
      kept = kept.filter { keep.contains(rows[$0]) }
    }
    let old = kept.map { rows[$0] }
    let all = old + new
    // Rows of `fresh`: one for each new row, one column for each row there now is.
    let fresh = matrix.products(of: new, with: matrix, rows: all, threads: threads)
    var grown = [Float]()
    grown.reserveCapacity(all.count * all.count)
    for (row, slot) in kept.enumerated() {
      if kept.count == rows.count {
        grown += products[(slot * rows.count)..<((slot + 1) * rows.count)]
      } else {
        for other in kept { grown.append(products[slot * rows.count + other]) }
      }
      for index in new.indices { grown.append(fresh[index * all.count + row]) }
    }
    grown += fresh
    for row in rows { slots[Int(row)] = -1 }
    for (slot, row) in all.enumerated() { slots[Int(row)] = Int32(slot) }
    rows = all
    products = grown
  }

  /// The Gram matrix of `chosen`, all of which were included, row-major.
  func matrix(of chosen: [UInt32]) -> [Float] {
    let columns = chosen.map { Int(slots[Int($0)]) }
    var matrix = [Float]()
    matrix.reserveCapacity(columns.count * columns.count)
    for row in columns {
      for column in columns { matrix.append(products[row * rows.count + column]) }
    }
    return matrix
  }
}
