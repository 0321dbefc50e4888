/// Inner products among the rows that were in a working set lately.
///
/// Working sets of one problem change little from one round to the next, and those of five folds
/// overlap: only rows that are new cost anything.
struct GramCache: Sendable, Equatable {
  /// The most rows it holds.
  let capacity: Int
  /// The rows it holds, by slot.
  private(set) var rows: [UInt32] = []
  /// Entry (i, j), of the rows in slots i and j, is at `i * stride + j`.
  private(set) var products: [Float] = []
  /// Grows with the rows held, up to `capacity`.
  private(set) var stride = 0
  private var held: Set<UInt32> = []

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Gives each of `wanted` a slot, at most `capacity` of them; forgets the others where there is no room
  /// for all.
  mutating func include(_ wanted: Set<UInt32>, of matrix: DenseRows, threads: Int) {
    precondition(wanted.count <= capacity, "\(wanted.count) rows for \(capacity) slots")
    let new = wanted.subtracting(held).sorted()
    if rows.count + new.count > capacity { keep(wanted) }
    let kept = rows.count
    rows += new
    held.formUnion(new)
    grow(keeping: kept)

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
      let first = kept + piece * chunk
      let width = min(first + chunk, all.count)
      for slot in first..<width {
        for other in 0..<width {
          let value = values[(slot - first) * width + other]
          products[slot * stride + other] = value
          products[other * stride + slot] = value
        }
      }
    }
  }

  private mutating func keep(_ wanted: Set<UInt32>) {
    let slots = rows.indices.filter { wanted.contains(rows[$0]) }
    // Slots only move down, so nothing is overwritten before it has moved.
    for (slot, old) in slots.enumerated() {
      for (other, oldOther) in slots.enumerated() {
        products[slot * stride + other] = products[old * stride + oldOther]
      }
    }
    rows = slots.map { rows[$0] }
    held = Set(rows)
  }

  /// Makes room for the rows there are, and for some that may come.
  private mutating func grow(keeping kept: Int) {
    guard rows.count > stride else { return }
    let wider = min(capacity, rows.count * 5 / 4)
    var grown = [Float](repeating: 0, count: wider * wider)
    for slot in 0..<kept {
      for other in 0..<kept { grown[slot * wider + other] = products[slot * stride + other] }
    }
    products = grown
    stride = wider
  }
}
