import CKernels
import TestSupport
import Testing

@testable import Detection

/// Compares the kernels that turn pixels into cells with their references, over random shapes.
@Suite struct `Cell kernels` {
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
        // The first cell's gradient across its left edge is never needed, so it is not checked.
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
          expectNear(bins, expected + [expected.reduce(0, +)])
        }
      }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `describe a row of whole cells`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let hog = HOGDescriptor.random(using: &generator)
      let cellCount = Int.random(in: 1...20, using: &generator)
      let strip = GrayImage.random(
        width: (cellCount + 1) * hog.cellColumns + 1, height: hog.cellRows + 2, using: &generator)
      let table = GradientTable(hog)
      // One extra cell on the left, whose last column is the neighbour of the first cell in use.
      let pitch = paddedToLanes(cellCount + 2) + CK_LANES
      let rowSize = hog.cellColumns * pitch
      var spread = [Int32](repeating: 0, count: strip.height * rowSize + CK_LANES)
      var cells = [Float](repeating: -1, count: cellCount * hog.orientations)
      var shares = [Float](repeating: -1, count: paddedToLanes(cellCount))
      unsafe spread.withUnsafeMutableBufferPointer { spread in
        let rows = unsafe (0..<strip.height).map { spread.baseAddress! + $0 * rowSize }
        for (y, row) in unsafe rows.enumerated() {
          unsafe ck_spread(
            Array(strip.pixels[(y * strip.width)..<((y + 1) * strip.width)]), strip.width,
            table.values, hog.cellColumns, row, pitch)
        }
        unsafe ck_window_cells(
          table.directions, unsafe rows.map { UnsafePointer($0 + 1) }, pitch, hog.cellRows,
          hog.cellColumns, cellCount, hog.blockNorm.kernel, &cells, &shares)
      }
      for cell in 0..<cellCount {
        let expected = hog.histogramReference(
          of: strip, x: (cell + 1) * hog.cellColumns, y: 1, Int(CK_INSIDE), Int(CK_INSIDE))
        let bins = cells[(cell * hog.orientations)..<((cell + 1) * hog.orientations)].map {
          Double($0) / table.scale
        }
        expectNear(bins, expected)
        let squares = [.l2, .l2Hys].contains(hog.blockNorm)
        let share = expected.reduce(0) { $0 + (squares ? $1 * $1 : $1) }
        let scale = squares ? table.scale * table.scale : table.scale
        #expect(abs(Double(shares[cell]) / scale - share) <= 1e-5 * (share + 0.05))
      }
    }
  }

  private func expectNear(_ bins: [Double], _ expected: [Double]) {
    let sum = expected.reduce(0, +)
    #expect(zip(bins, expected).allSatisfy { abs($0 - $1) <= 4e-6 * (sum + 0.05) })
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
