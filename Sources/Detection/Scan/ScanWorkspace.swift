internal import CKernels

/// The memory one thread scans tiles in, allocated once and used for tile after tile.
///
/// Its size depends on the detector alone, not on the picture.
@safe package final class ScanWorkspace: @unchecked Sendable {  // one thread uses it at a time
  /// Spread pixel rows, a ring of one cell's and its two neighbours': [row][cell column][cell].
  let pixels: UnsafeMutablePointer<Int32>
  let pixelPitch, pixelRowCount: Int
  /// Cell histograms, a ring of one block's rows: [row][row version][column version][bin][cell].
  let cells: UnsafeMutablePointer<Float>
  let cellPitch, cellRowSize, cellVersionSize: Int
  /// One row of blocks in one row version: [column version][feature][block].
  let blocks: UnsafeMutablePointer<Float>
  let blockPitch, blockVersionSize: Int
  /// For each block column of a window, the blocks of the first window and those to its right.
  let blockColumns: UnsafeMutableBufferPointer<UnsafePointer<Float>>
  /// The margins of the rows of windows that a row of blocks lies in, a ring: [row][window].
  let margins: UnsafeMutablePointer<Float>
  let marginPitch: Int
  /// Scratch of the histogram kernel.
  let scratch: UnsafeMutablePointer<Float>
  package init(for scanner: LayerScanner) {
    let hog = scanner.model.hog
    let (rows, columns) = (scanner.rows, scanner.columns)
    let lanes = CK_LANES
    func padded(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }
    let windows = (scanner.tileColumns - 1) * scanner.columnPhases.strideCells + 1
    // Room for a vector that begins at the last of them.
    marginPitch = padded(windows)
    blockPitch = padded(windows + columns.blockCount - 1) + lanes
    cellPitch = blockPitch + padded(columns.blockCells)
    pixelPitch = cellPitch + 2 * lanes
    pixelRowCount = hog.cellRows + 2
    cellVersionSize = (hog.orientations + 1) * cellPitch
    cellRowSize = rows.cellVersionCount * columns.cellVersionCount * cellVersionSize
    blockVersionSize = hog.blockRows * hog.blockColumns * hog.orientations * blockPitch
    unsafe pixels = .zeros(pixelRowCount * hog.cellColumns * pixelPitch)
    unsafe cells = .zeros(hog.blockRows * cellRowSize)
    unsafe blocks = .zeros(columns.runs.count * blockVersionSize)
    unsafe margins = .zeros(rows.blockCount * marginPitch)
    unsafe scratch = .zeros(9 * (hog.orientations + 3) * lanes)
    unsafe blockColumns = .allocate(capacity: columns.blockCount)
    for (version, run) in columns.runs.enumerated() {
      for block in run.blocks {
        unsafe blockColumns.initializeElement(
          at: block, to: UnsafePointer(blocks + (version * blockVersionSize + block)))
      }
    }
  }

  deinit {
    unsafe pixels.deallocate()
    unsafe cells.deallocate()
    unsafe blocks.deallocate()
    unsafe blockColumns.deallocate()
    unsafe margins.deallocate()
    unsafe scratch.deallocate()
  }
}

extension UnsafeMutablePointer where Pointee: Numeric {
  fileprivate static func zeros(_ count: Int) -> Self {
    let zeros = allocate(capacity: count)
    unsafe zeros.initialize(repeating: 0, count: count)
    return unsafe zeros
  }
}
