import CKernels
import TestSupport
import Testing

@testable import Detection

/// Compares the training kernels with their references, over random shapes.
@Suite struct `Inner product kernels` {
  @Test(arguments: UInt64(1)...4)
  func `multiply rows with rows`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      // A panel of columns ends after 768.
      let columns = Int.random(in: 1...1600, using: &generator)
      let (a, b) = (Rows(columns, using: &generator), Rows(columns, using: &generator))
      var products = [Float](repeating: -1, count: a.chosen.count * b.chosen.count)
      unsafe ck_inner_products(
        a.values, a.chosen, a.chosen.count, b.values, b.chosen, b.chosen.count, columns, &products)
      for (i, left) in a.chosen.enumerated() {
        for (j, right) in b.chosen.enumerated() {
          let expected = innerProductReference(a[left], b[right])
          let product = products[i * b.chosen.count + j]
          #expect(abs(Double(product) - expected) <= 1e-5 * Double(columns).squareRoot())
        }
      }
      let single = unsafe ck_inner_product(Array(a[0]), Array(b[0]), columns)
      let expected = innerProductReference(a[0], b[0])
      #expect(abs(Double(single) - expected) <= 1e-5 * Double(columns).squareRoot())
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `add multiples of a row`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      let columns = Int.random(in: 1...300, using: &generator)
      let row = (0..<columns).map { _ in Float.random(in: -1...1, using: &generator) }
      let coefficient = Double.random(in: -2...2, using: &generator)
      let before = (0..<columns).map { _ in Double.random(in: -1...1, using: &generator) }
      var sums = before
      unsafe ck_add_scaled(row, coefficient, columns, &sums)
      var singles = before.map { Float($0) }
      unsafe ck_add_scaled_single(row, Float(coefficient), columns, &singles)
      for c in 0..<columns {
        let expected = before[c] + coefficient * Double(row[c])
        #expect(abs(sums[c] - expected) <= 1e-15 && abs(Double(singles[c]) - expected) <= 1e-6)
      }
    }
  }
}

/// Random rows, and a random selection of them.
private struct Rows {
  let columns: Int
  let values: [Float]
  let chosen: [UInt32]

  init(_ columns: Int, using generator: inout SeededGenerator) {
    let count = Int.random(in: 1...12, using: &generator)
    self.columns = columns
    values = (0..<(count * columns)).map { _ in .random(in: -1...1, using: &generator) }
    chosen = (0..<Int.random(in: 1...17, using: &generator)).map { _ in
      .random(in: 0..<UInt32(count), using: &generator)
    }
  }

  subscript(row: UInt32) -> ArraySlice<Float> {
    values[(Int(row) * columns)..<((Int(row) + 1) * columns)]
  }
}
