import CKernels
import TestSupport
import Testing

@testable import Detection

/// Compares the kernels that turn cells into margins with their references, over random shapes.
@Suite struct `Block kernels` {
  @Test(arguments: UInt64(1)...4)
  func `normalise a row of blocks and round it to the nearest integers`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for norm in HOGDescriptor.BlockNorm.allCases {
      let (cells, bins) = (
        Int.random(in: 1...6, using: &generator), Int.random(in: 1...12, using: &generator)
      )
      let count = Int.random(in: 1...40, using: &generator)
      let pitch = paddedToLanes(count)
      // Each cell's bins, then their sum; some blocks are empty.
      var histograms = [Float](repeating: 0, count: cells * (bins + 1) * pitch)
      for block in 0..<count where Int.random(in: 0..<5, using: &generator) > 0 {
        for cell in 0..<cells {
          for bin in 0..<bins {
            let value = Float.random(in: 0...9, using: &generator)
            histograms[(cell * (bins + 1) + bin) * pitch + block] = value
            histograms[(cell * (bins + 1) + bins) * pitch + block] += value
          }
        }
      }
      var pairs = [Int32](repeating: -1, count: (cells * bins + 1) / 2 * pitch)
      unsafe histograms.withUnsafeBufferPointer { histograms in
        let pointers = unsafe (0..<cells).map {
          unsafe histograms.baseAddress! + $0 * (bins + 1) * pitch
        }
        unsafe ck_blocks(
          pointers, cells, bins, pitch, norm.kernel,
          Float(HOGDescriptor.BlockNorm.epsilon), count, &pairs, pitch)
      }
      for block in 0..<count {
        let expected = blockReference(
          (0..<(cells * bins)).map { index in
            Double(histograms[(index / bins * (bins + 1) + index % bins) * pitch + block])
          }, norm)
        let features = (0..<((cells * bins + 1) / 2)).flatMap {
          halves(pairs[$0 * pitch + block])
        }
        #expect(
          zip(features, expected).allSatisfy {
            abs(Double($0) - $1 * Double(CK_UNIT)) <= 0.51
          }, "\(norm)")
        #expect(features.dropFirst(expected.count).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `add the margins of a row of blocks`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let (columns, pairCount) = (
        Int.random(in: 1...9, using: &generator), Int.random(in: 1...20, using: &generator)
      )
      let (rows, windows) = (
        Int.random(in: 1...13, using: &generator), Int.random(in: 1...70, using: &generator)
      )
      let (pitch, marginPitch) = (paddedToLanes(windows + columns) + 8, paddedToLanes(windows))
      // Any features, with weights whose sums fit in 32 bits.
      let blocks = (0..<(pairCount * pitch)).map { _ in
        pair(
          (0...CK_UNIT).randomElement(using: &generator)!, .random(in: 0...32767, using: &generator)
        )
      }
      let largest = 65_000 / (columns * pairCount * 2)
      let weights = (0..<(rows * columns * pairCount)).map { _ in
        pair(
          .random(in: -largest...largest, using: &generator),
          .random(in: -largest...largest, using: &generator))
      }
      let units = (0..<rows).map { _ in Float.random(in: 0...1e-7, using: &generator) }
      let before = (0..<(rows * marginPitch)).map { _ in
        Float.random(in: -1...1, using: &generator)
      }
      var margins = before
      unsafe blocks.withUnsafeBufferPointer { blocks in
        unsafe margins.withUnsafeMutableBufferPointer { margins in
          let columnPointers = unsafe (0..<columns).map { unsafe blocks.baseAddress! + $0 }
          let marginPointers = unsafe (0..<rows).map {
            unsafe margins.baseAddress! + $0 * marginPitch
          }
          unsafe ck_add_margins(
            columnPointers, columns, pairCount, pitch, weights, columns * pairCount, units, 1,
            marginPointers, rows, windows)
        }
      }
      for row in 0..<rows {
        for window in 0..<windows {
          let expected = marginReference(
            (0..<columns).map { column in
              (0..<pairCount).flatMap { halves(blocks[$0 * pitch + column + window]) }
            },
            (0..<columns).map { column in
              (0..<pairCount).flatMap { halves(weights[(row * columns + column) * pairCount + $0]) }
            }, unit: units[row])
          let added = margins[row * marginPitch + window] - before[row * marginPitch + window]
          #expect(abs(Double(added) - expected) <= 1e-6 * (1 + abs(expected)))
        }
      }
    }
  }

  private func pair(_ lower: Int, _ upper: Int) -> Int32 {
    Int32(lower) & 0xffff | Int32(upper) << 16
  }

  private func halves(_ pair: Int32) -> [Int] {
    [Int(Int16(truncatingIfNeeded: pair)), Int(pair >> 16)]
  }
}
