/// Inner products among the rows that were in a working set lately.
///
/// Working sets of one problem change little from one round to the next, and those of five folds
/// overlap: only rows that are new cost anything.
struct GramCache: Sendable {
  /// The most rows it holds.
  let capacity: Int
  /// The rows it holds, by slot.
  private(set) var rows: [UInt32] = []
  /// `capacity` squared floats; entry (slot, slot) of the rows held, row-major.
  private(set) var products: [Float]
  /// Whether a row has a slot.
  private var isHeld: [Bool]

  init(rowCount: Int, capacity: Int) {
    self.capacity = min(capacity, rowCount)
    products = [Float](repeating: 0, count: self.capacity * self.capacity)
    isHeld = [Bool](repeating: false, count: rowCount)
  }

  /// How many of `wanted` have no slot yet.
  func missingCount(_ wanted: Set<UInt32>) -> Int {
    wanted.count { !isHeld[Int($0)] }
  }

  /// Gives each of `wanted` a slot, at most `capacity` of them; forgets the others where there is no room
  /// for all.
  mutating func include(_ wanted: Set<UInt32>, of matrix: DenseRows, threads: Int) {
    precondition(wanted.count <= capacity, "\(wanted.count) rows for \(capacity) slots")
    let new = wanted.filter { !isHeld[Int($0)] }.sorted()
    if rows.count + new.count > capacity { keep(wanted) }
    let kept = rows.count
    rows += new
    for row in new { isHeld[Int(row)] = true }

    let chunk = 32
    let all = rows
    let pieces = concurrentMap(count: (new.count + chunk - 1) / chunk, threads: threads) { piece in
      // Up to the diagonal; the rest is its mirror image.
      let end = min((piece + 1) * chunk, new.count)
      return matrix.products(
        of: Array(new[(piece * chunk)..<end]), with: matrix, rows: Array(all[..<(kept + end)]),
        threads: 1)
    }
    for (piece, values) in pieces.enumerated() {
      let width = kept + min((piece + 1) * chunk, new.count)
      for (offset, value) in values.enumerated() {
        let slot = kept + piece * chunk + offset / width
        let other = offset % width
        products[slot * capacity + other] = value
        products[other * capacity + slot] = value
      }
    }
  }

  private mutating func keep(_ wanted: Set<UInt32>) {
    let slots = rows.indices.filter { wanted.contains(rows[$0]) }
    for row in rows { isHeld[Int(row)] = false }
    // Slots only move down, so nothing is overwritten before it has moved.
    for (slot, old) in slots.enumerated() {
      for (other, oldOther) in slots.enumerated() {
        products[slot * capacity + other] = products[old * capacity + oldOther]
      }
    }
    rows = slots.map { rows[$0] }
    for row in rows { isHeld[Int(row)] = true }
  }
}
