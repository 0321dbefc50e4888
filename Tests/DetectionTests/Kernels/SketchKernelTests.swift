import CKernels
import TestSupport
import Testing

@testable import Detection

/// Compares the sketch kernels with their references, over random shapes.
@Suite struct `Sketch kernels` {
  @Test(arguments: UInt64(1)...4)
  func `round a row to sixteen levels`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let count = Int.random(in: 1...400, using: &generator)
      let range =
        Float.random(in: -1...0, using: &generator)...Float.random(in: 0...2, using: &generator)
      let row = (0..<count).map { _ in Float.random(in: range, using: &generator) }
      let (sketch, words) = sketched(row)
      let reference = SketchReference(row)
      #expect(abs(Double(sketch.least) - reference.least) <= 1e-6)
      #expect(abs(Double(sketch.unit) - reference.unit) <= 1e-6)
      let found = levels(of: words)
      #expect(found.dropFirst(count).allSatisfy { $0 == 0 })
      var square = 0.0
      for c in 0..<count {
        let error = Double(row[c]) - Double(sketch.least) - Double(sketch.unit) * Double(found[c])
        square += error * error
        // Halfway between two levels, either is right.
        let isHalfway = abs(error) > 0.4999 * Double(sketch.unit)
        #expect(found[c] == reference.levels[c] || isHalfway)
      }
      #expect(abs(Double(sketch.squared_error) - square) <= 1e-5 * square + 1e-12)
    }
  }

  @Test func `find one level in a row of equal values`() {
    let (sketch, words) = sketched([Float](repeating: 0.3, count: 70))
    #expect(sketch.least == 0.3 && sketch.unit == 0 && sketch.squared_error == 0)
    #expect(words.allSatisfy { $0 == 0 })
  }

  @Test(arguments: UInt64(1)...4)
  func `multiply levels with a vector`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let words = (0..<8 * Int.random(in: 1...20, using: &generator)).map { _ in
        UInt32.random(in: .min ... .max, using: &generator)
      }
      let most = Int16(min(32767, Int(Int32.max) / 15 / (words.count * 8)))
      let vector = (0..<words.count * 8).map { _ in
        Int16.random(in: -most...most, using: &generator)
      }
      let expected = zip(levels(of: words), vector).reduce(0) { $0 + $1.0 * Int($1.1) }
      let product = unsafe ck_sketch_product(words, words.count, vector)
      #expect(Int(product) == expected)
    }
  }

  private func sketched(_ row: [Float]) -> (ck_sketch, [UInt32]) {
    var words = [UInt32](repeating: .max, count: (row.count + 63) / 64 * 8)
    let sketch = unsafe ck_sketch_row(row, row.count, &words)
    return (sketch, words)
  }
}
