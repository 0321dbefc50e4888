internal import CKernels

/// The memory one thread scans tiles in, allocated once and used for tile after tile.
///
/// Its size depends on the detector alone, not on the picture.
@safe package final class ScanWorkspace {
  /// Spread pixel rows, a ring of one cell's and its two neighbours': [row][cell column][cell].
  let pixels: UnsafeMutablePointer<Int32>
  let pixelPitch, pixelRowCount: Int
  /// Cell histograms, a ring of one block's rows: [row][row version][column version][bin][cell].
  let cells: UnsafeMutablePointer<Float>
  let cellPitch, cellRowSize, cellVersionSize: Int
  /// One row of blocks in one row version: [column version][feature][block].
  let blocks: UnsafeMutablePointer<Float>
  let blockPitch, blockVersionSize: Int
  /// The margins of the rows of windows that a row of blocks lies in, a ring: [row][window].
  let margins: UnsafeMutablePointer<Float>
  let marginPitch: Int
  /// Scratch of the histogram kernel.
  let zones: UnsafeMutablePointer<Float>
  private let capacities: (pixels: Int, cells: Int, blocks: Int, margins: Int, zones: Int)

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
    cellVersionSize = hog.orientations * cellPitch
    cellRowSize = rows.cellVersions.count * columns.cellVersions.count * cellVersionSize
    blockVersionSize = hog.blockRows * hog.blockColumns * hog.orientations * blockPitch
    capacities = (
      pixels: pixelRowCount * hog.cellColumns * pixelPitch,
      cells: hog.blockRows * cellRowSize,
      blocks: columns.runs.count * blockVersionSize,
      margins: rows.blockCount * marginPitch,
      zones: 9 * (hog.orientations + 2) * lanes
    )
    unsafe pixels = .allocate(capacity: capacities.pixels)
    unsafe pixels.initialize(repeating: 0, count: capacities.pixels)
    unsafe cells = .allocate(capacity: capacities.cells)
    unsafe cells.initialize(repeating: 0, count: capacities.cells)
    unsafe blocks = .allocate(capacity: capacities.blocks)
    unsafe blocks.initialize(repeating: 0, count: capacities.blocks)
    unsafe margins = .allocate(capacity: capacities.margins)
    unsafe margins.initialize(repeating: 0, count: capacities.margins)
    unsafe zones = .allocate(capacity: capacities.zones)
    unsafe zones.initialize(repeating: 0, count: capacities.zones)
  }

  deinit {
    unsafe pixels.deallocate()
    unsafe cells.deallocate()
    unsafe blocks.deallocate()
    unsafe margins.deallocate()
    unsafe zones.deallocate()
  }
}
