/// Inner products among the rows that were in a working set lately.
///
/// Working sets of one problem change little from one round to the next, and those of five folds overlap, so only new rows
/// cost anything.
struct GramCache: Sendable, Equatable {
  /// The most rows it holds.
  let capacity: Int
  /// The rows it holds, by slot.
  private(set) var rows: [UInt32] = []
  /// Entry (i, j), of the rows in slots i and j, is at `i * rows.count + j`.
  private(set) var products: [Float] = []

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Gives each of `wanted` a slot, at most `capacity` of them. The others are dropped if there would be too many: each new
  /// row is multiplied with all.
  mutating func include(_ wanted: Set<UInt32>, of matrix: some RowsAtHand, threads: Int) throws {
    precondition(wanted.count <= capacity, "\(wanted.count) rows for \(capacity) slots")
    let new = wanted.subtracting(rows).sorted()
    if new.isEmpty { return }
    let fits = rows.count + new.count <= min(capacity, 4 * wanted.count)
    let kept = rows.indices.filter { fits || wanted.contains(rows[$0]) }
    let all = kept.map { rows[$0] } + new
    var products = [Float](repeating: 0, count: all.count * all.count)
    for (slot, old) in kept.enumerated() {
      for (other, oldOther) in kept.enumerated() {
        products[slot * all.count + other] = self.products[old * rows.count + oldOther]
      }
    }
    let chunk = 32
    let added = try matrix.gathered(new)
    let pieces = try concurrentMap(
      count: (all.count + chunk - 1) / chunk, threads: threads
    ) { piece in
      // New rows from the diagonal on; the rest is their mirror image.
      let (first, end) = (piece * chunk, min((piece + 1) * chunk, all.count))
      return try matrix.products(
        of: Array(all[first..<end]), with: added,
        rows: Array(UInt32(max(first - kept.count, 0))..<UInt32(new.count)), threads: 1)
    }
    for (piece, values) in pieces.enumerated() {
      let (first, end) = (piece * chunk, min((piece + 1) * chunk, all.count))
      let others = max(first, kept.count)..<all.count
      for slot in first..<end {
        for other in others {
          let value = values[(slot - first) * others.count + other - others.lowerBound]
          products[slot * all.count + other] = value
          products[other * all.count + slot] = value
        }
      }
    }
    (rows, self.products) = (all, products)
  }
}
