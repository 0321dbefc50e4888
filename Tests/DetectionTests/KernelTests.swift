import CKernels
import TestSupport
import Testing

@testable import Detection

/// Each kernel against the obvious loop, over random shapes; counts that are no whole vectors among them.
@Suite struct `Kernels` {
  @Test(arguments: UInt64(1)...4)
  func `spread pixels by their column within a cell`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<30 {
      let columns = Int.random(in: 1...9, using: &generator)
      let pixels = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let table = (0..<256).map { _ in Int32.random(in: 0...1 << 30, using: &generator) }
      let pitch = pixels.count / columns + 1
      var spread = [Int32](repeating: -1, count: columns * pitch)
      unsafe ck_spread(pixels, pixels.count, table, columns, &spread, pitch)
      #expect(spread == spreadReference(pixels, table, columns: columns, pitch: pitch))
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `describe every version of a row of cells`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let hog = HOGDescriptor.random(using: &generator)
      let cellCount = Int.random(in: 1...20, using: &generator)
      let strip = GrayImage.random(
        width: cellCount * hog.cellColumns + 2, height: hog.cellRows + 2, using: &generator)
      let buffer = CellBuffer(DenseHOG(hog), rowCount: 1, columnCount: cellCount)
      var rows = CellRows(of: strip, x: 1, y: 1, columnCount: cellCount, in: buffer)
      rows.describe(through: 0)
      let scale = buffer.hog.table.scale
      for (rowVersion, columnVersion) in buffer.versions {
        // Of the first cell nobody asks for a gradient across its left edge, so that is not looked for.
        let firstCell = [CK_INSIDE, CK_LAST].contains(columnVersion) ? 1 : 0
        for cell in firstCell..<max(firstCell, cellCount) {
          let expected = hog.histogramReference(
            of: strip, x: 1 + cell * hog.cellColumns, y: 1, rowVersion, columnVersion)
          let first =
            unsafe buffer.row(0) + rowVersion * buffer.rowVersionSize
            + columnVersion * buffer.versionSize + cell
          let bins = (0...hog.orientations).map {
            Double(unsafe first[$0 * buffer.pitch]) / scale
          }
          let sum = expected.reduce(0, +)
          #expect(zip(bins, expected + [sum]).allSatisfy { abs($0 - $1) <= 4e-6 * (sum + 0.05) })
        }
      }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `normalise a row of blocks`(seed: UInt64) {
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
      var blocks = [Float](repeating: -1, count: cells * bins * pitch)
      unsafe histograms.withUnsafeBufferPointer { histograms in
        let pointers = unsafe (0..<cells).map {
          unsafe histograms.baseAddress! + $0 * (bins + 1) * pitch
        }
        unsafe ck_blocks(
          pointers, cells, bins, pitch, norm.kernel,
          Float(HOGDescriptor.BlockNorm.epsilon), count, &blocks, pitch)
      }
      for block in 0..<count {
        var expected = (0..<(cells * bins)).map { index in
          Double(histograms[(index / bins * (bins + 1) + index % bins) * pitch + block])
        }
        norm.normalize(&expected)
        #expect(
          expected.indices.allSatisfy {
            abs(Double(blocks[$0 * pitch + block]) - expected[$0]) <= 1e-6
          }, "\(norm)")
      }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `add the margins of a row of blocks`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let (columns, features) = (
        Int.random(in: 1...9, using: &generator), Int.random(in: 1...40, using: &generator)
      )
      let (rows, windows) = (
        Int.random(in: 1...13, using: &generator), Int.random(in: 1...70, using: &generator)
      )
      let (pitch, marginPitch) = (paddedToLanes(windows + columns) + 8, paddedToLanes(windows))
      func random(_ count: Int) -> [Float] {
        (0..<count).map { _ in .random(in: -1...1, using: &generator) }
      }
      let blocks = random(features * pitch)
      let weights = random(rows * columns * features)
      let before = random(rows * marginPitch)
      var margins = before
      unsafe blocks.withUnsafeBufferPointer { blocks in
        unsafe margins.withUnsafeMutableBufferPointer { margins in
          let columnPointers = unsafe (0..<columns).map { unsafe blocks.baseAddress! + $0 }
          let marginPointers = unsafe (0..<rows).map {
            unsafe margins.baseAddress! + $0 * marginPitch
          }
          unsafe ck_add_margins(
            columnPointers, columns, features, pitch, weights, columns * features,
            marginPointers, rows, windows)
        }
      }
      for row in 0..<rows {
        for window in 0..<windows {
          var expected = Double(before[row * marginPitch + window])
          for column in 0..<columns {
            for feature in 0..<features {
              expected +=
                Double(blocks[feature * pitch + column + window])
                * Double(weights[(row * columns + column) * features + feature])
            }
          }
          #expect(abs(Double(margins[row * marginPitch + window]) - expected) <= 1e-4)
        }
      }
    }
  }

  private func spreadReference(
    _ pixels: [UInt8], _ table: [Int32], columns: Int, pitch: Int
  ) -> [Int32] {
    var spread = [Int32](repeating: -1, count: columns * pitch)
    for (x, pixel) in pixels.enumerated() {
      spread[x % columns * pitch + x / columns] = table[Int(pixel)]
    }
    return spread
  }
}

extension CellBuffer {
  /// All pairs of a row and a column version.
  fileprivate var versions: [(Int, Int)] {
    (0..<hog.rows.cellVersionCount).flatMap { row in
      (0..<hog.columns.cellVersionCount).map { (row, $0) }
    }
  }
}

extension HOGDescriptor {
  /// The sums of one cell's gradient magnitudes by bin, pixel by pixel, without the gradients across the window's edges
  /// that the versions lie on.
  fileprivate func histogramReference(
    of image: GrayImage, x: Int, y: Int, _ rowVersion: Int, _ columnVersion: Int
  ) -> [Double] {
    func isOnRing(_ index: Int, _ count: Int, _ version: Int) -> Bool {
      [CK_FIRST, CK_FIRST_AND_LAST].contains(version) && index == 0
        || [CK_LAST, CK_FIRST_AND_LAST].contains(version) && index == count - 1
    }
    func value(_ x: Int, _ y: Int) -> Double {
      let grey = Double(image.pixels[y * image.width + x])
      return squareRoot ? grey.squareRoot() : grey
    }
    var bins = [Double](repeating: 0, count: orientations)
    for row in 0..<cellRows {
      for column in 0..<cellColumns {
        let (px, py) = (x + column, y + row)
        let gx =
          isOnRing(column, cellColumns, columnVersion) ? 0 : value(px + 1, py) - value(px - 1, py)
        let gy = isOnRing(row, cellRows, rowVersion) ? 0 : value(px, py + 1) - value(px, py - 1)
        if let bin = bin(ofGradient: gx, gy, boundaries: binBoundaries) {
          bins[bin] += (gx * gx + gy * gy).squareRoot()
        }
      }
    }
    return bins
  }
}
