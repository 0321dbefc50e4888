internal import CKernels

/// The memory one thread scans tiles in, allocated once and used for tile after tile.
///
/// Its size depends on the detector alone, not on the picture.
@safe package final class ScanWorkspace: @unchecked Sendable {  // one thread uses it at a time
  /// As many rows of cells as a window has.
  let cells: CellBuffer
  /// One row of blocks in one row version: [column version][pair of features][block].
  let blocks: UnsafeMutablePointer<Int32>
  let blockPitch, blockVersionSize: Int
  /// For each block column of a window, the blocks of the first window and those to its right.
  let blockColumns: UnsafeMutableBufferPointer<UnsafePointer<Int32>>
  /// The margins of the rows of windows that a row of blocks lies in, a ring: [row][window].
  let margins: UnsafeMutablePointer<Float>
  let marginPitch: Int
  /// The windows of one row that may be hits, by their first column of cells, and their margins in single precision.
  let candidates: UnsafeMutablePointer<Int>
  let scores: UnsafeMutablePointer<Double>
  /// Describes windows for others.
  package let describer: WindowDescriber

  package init(for scanner: LayerScanner) {
    let hog = scanner.hog
    let windows = (scanner.tileColumns - 1) * scanner.columnPhases.strideCells + 1
    cells = CellBuffer(
      hog, rowCount: hog.rows.cellCount, columnCount: windows + hog.columns.cellCount - 1,
      padding: 2 * CK_LANES)
    marginPitch = paddedToLanes(windows)
    // Room for a vector that begins at the last block.
    blockPitch = paddedToLanes(windows + hog.columns.blockCount - 1) + CK_LANES
    blockVersionSize = hog.descriptor.blockPairs * blockPitch
    unsafe blocks = .zeros(hog.columns.runs.count * blockVersionSize)
    unsafe blockColumns = .allocate(capacity: hog.columns.blockCount)
    for (version, run) in hog.columns.runs.enumerated() {
      for block in run.blocks {
        unsafe blockColumns.initializeElement(
          at: block, to: UnsafePointer(blocks + (version * blockVersionSize + block)))
      }
    }
    unsafe margins = .zeros(hog.rows.blockCount * marginPitch)
    unsafe candidates = .zeros(windows)
    unsafe scores = .zeros(windows)
    describer = WindowDescriber(hog)
  }

  deinit {
    unsafe blocks.deallocate()
    unsafe blockColumns.deallocate()
    unsafe margins.deallocate()
    unsafe candidates.deallocate()
    unsafe scores.deallocate()
  }
}
