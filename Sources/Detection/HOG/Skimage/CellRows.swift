internal import CKernels

/// Memory for some rows of cells, reused as a ring.
@safe final class CellBuffer {
  let hog: DenseHOG
  /// The most cells side by side.
  let columnCount: Int
  let rowCount: Int
  /// The distances of bins, of column versions and of row versions in floats.
  let pitch, versionSize, rowVersionSize: Int
  /// Spread pixel rows, a ring of one cell's and its two neighbours': [row][cell column][cell].
  let pixels: UnsafeMutablePointer<Int32>
  let pixelPitch, pixelRowCount: Int
  /// Histograms: [row][row version][column version][bin][cell].
  let histograms: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>

  /// - Parameters:
  ///   - rowCount: how many rows are kept.
  ///   - padding: how many cells beyond the last may be read.
  init(_ hog: DenseHOG, rowCount: Int, columnCount: Int, padding: Int = 0) {
    let descriptor = hog.descriptor
    self.hog = hog
    self.rowCount = rowCount
    self.columnCount = columnCount
    pitch = paddedToLanes(columnCount + padding)
    versionSize = (descriptor.orientations + 1) * pitch
    rowVersionSize = hog.columns.cellVersionCount * versionSize
    // A vector's width before the first cell, for its left neighbour, and one after the last.
    pixelPitch = pitch + 2 * CK_LANES
    pixelRowCount = descriptor.cellRows + 2
    unsafe pixels = .zeros(pixelRowCount * descriptor.cellColumns * pixelPitch)
    unsafe histograms = .zeros(rowCount * hog.rows.cellVersionCount * rowVersionSize)
    unsafe scratch = .zeros(9 * (descriptor.orientations + 3) * CK_LANES)
  }

  deinit {
    unsafe pixels.deallocate()
    unsafe histograms.deallocate()
    unsafe scratch.deallocate()
  }

  /// One row of cells, in every version.
  func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe histograms + (row % rowCount) * hog.rows.cellVersionCount * rowVersionSize
  }

  /// Points at the rows of cells of the window whose first cell is at (row, column), each row in its version.
  func point(
    _ rows: UnsafeMutableBufferPointer<UnsafePointer<Float>>, atWindowInRow row: Int, column: Int
  ) {
    for index in rows.indices {
      let version = hog.rows.cellVersions[index] * rowVersionSize
      unsafe rows.initializeElement(
        at: index, to: UnsafePointer(self.row(row + index) + version + column))
    }
  }
}

/// The cells of a rectangle of an image, described row by row from the top.
struct CellRows {
  let buffer: CellBuffer
  private let image: GrayImage
  private let originX, originY: Int
  private let columnCount: Int
  /// How many rows have been described.
  private(set) var count = 0
  private var nextPixelRow: Int

  /// - Parameters:
  ///   - x, y: the first pixel of the first cell.
  ///   - columnCount: how many cells lie side by side, all of them inside the image.
  init(of image: GrayImage, x: Int, y: Int, columnCount: Int, in buffer: CellBuffer) {
    self.buffer = buffer
    self.image = image
    self.columnCount = columnCount
    (originX, originY) = (x, y)
    nextPixelRow = max(y - 1, 0)
  }

  /// Describes all rows up to `row`; the buffer keeps the last of them.
  mutating func describe(through row: Int) {
    while count <= row { describeNext() }
  }

  private mutating func describeNext() {
    let hog = buffer.hog.descriptor
    let firstPixelRow = originY + count * hog.cellRows
    while nextPixelRow <= min(firstPixelRow + hog.cellRows, image.height - 1) { spreadNext() }
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Int32>.self, capacity: hog.cellRows + 2
    ) { rows in
      for row in 0..<rows.count {
        // Beyond the image no cell that a window uses looks for a gradient.
        let y = min(max(firstPixelRow + row - 1, 0), image.height - 1)
        unsafe rows.initializeElement(at: row, to: UnsafePointer(pixelRow(y)))
      }
      unsafe ck_histograms(
        buffer.hog.table.directions, rows.baseAddress!, buffer.pixelPitch, hog.cellRows,
        hog.cellColumns, columnCount, buffer.hog.rows.cellVersionCount,
        buffer.hog.columns.cellVersionCount, buffer.scratch, buffer.row(count), buffer.pitch)
    }
    count += 1
  }

  private mutating func spreadNext() {
    let hog = buffer.hog.descriptor
    // One more column of pixels, where there is one, for the gradients of the last.
    let count = min((columnCount + 1) * hog.cellColumns, image.width - originX)
    unsafe image.pixels.withUnsafeBufferPointer { pixels in
      unsafe ck_spread(
        pixels.baseAddress! + (nextPixelRow * image.width + originX), count,
        buffer.hog.table.values, hog.cellColumns, pixelRow(nextPixelRow), buffer.pixelPitch)
    }
    nextPixelRow += 1
  }

  private func pixelRow(_ y: Int) -> UnsafeMutablePointer<Int32> {
    let row = (y % buffer.pixelRowCount) * buffer.hog.descriptor.cellColumns * buffer.pixelPitch
    return unsafe buffer.pixels + row + CK_LANES
  }
}

/// `count` rounded up to whole vectors.
func paddedToLanes(_ count: Int) -> Int { (count + CK_LANES - 1) / CK_LANES * CK_LANES }

extension UnsafeMutablePointer where Pointee: Numeric {
  static func zeros(_ count: Int) -> Self {
    let zeros = allocate(capacity: count)
    unsafe zeros.initialize(repeating: 0, count: count)
    return unsafe zeros
  }
}
