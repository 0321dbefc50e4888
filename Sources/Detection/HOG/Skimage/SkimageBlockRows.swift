internal import CKernels

/// The memory for the blocks of one tile under skimage's definition.
@safe final class SkimageBlockMemory {
  let hog: DenseHOG
  /// As many rows of cells as a window has.
  let cells: CellBuffer
  /// One row of blocks in one row version: [column version][pair of features][block].
  let blocks: UnsafeMutablePointer<Int32>
  let blockPitch, blockVersionSize: Int
  /// For each block column of a window, the blocks of the first window and those to its right.
  let blockColumns: UnsafeMutableBufferPointer<UnsafePointer<Int32>>
  let columnWeights: [Float]

  /// - Parameter windows: the most columns of blocks that windows of a tile begin at.
  init(_ hog: DenseHOG, columnWeights: [Float], windows: Int) {
    self.hog = hog
    self.columnWeights = columnWeights
    cells = CellBuffer(
      hog, rowCount: hog.rows.cellCount, columnCount: windows + hog.columns.cellCount - 1,
      padding: 2 * CK_LANES)
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
  }

  deinit {
    unsafe blocks.deallocate()
    unsafe blockColumns.deallocate()
  }
}

/// Blocks as skimage defines them, in the versions that windows need: see `WindowAxis`.
struct SkimageBlockRows: BlockRows {
  private let memory: SkimageBlockMemory
  private let hog: DenseHOG
  private var cells: CellRows
  /// Windows begin at so many columns of cells.
  private let windowColumns: Int

  init(of layer: GrayImage, x: Int, y: Int, windowColumns: Int, in memory: SkimageBlockMemory) {
    self.memory = memory
    hog = memory.hog
    self.windowColumns = windowColumns
    cells = CellRows(
      of: layer, x: x, y: y, columnCount: windowColumns + hog.columns.cellCount - 1,
      in: memory.cells)
  }

  var runs: [Range<Int>] { hog.rows.runs.map(\.blocks) }
  var columns: UnsafeMutableBufferPointer<UnsafePointer<Int32>> { unsafe memory.blockColumns }
  var pitch: Int { memory.blockPitch }

  mutating func prepare(through row: Int) {
    cells.describe(through: row + hog.rows.blockCells - 1)
  }

  mutating func normalize(run: Int, row: Int) {
    let rowRun = hog.rows.runs[run]
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self,
      capacity: hog.descriptor.blockRows * hog.descriptor.blockColumns
    ) { cells in
      for (version, columnRun) in hog.columns.runs.enumerated() {
        for (cellRow, rowVersion) in rowRun.cellVersions.enumerated() {
          let versions = unsafe memory.cells.row(row + cellRow)
          for (cellColumn, columnVersion) in columnRun.cellVersions.enumerated() {
            let index = rowVersion * hog.columns.cellVersionCount + columnVersion
            unsafe cells.initializeElement(
              at: cellRow * hog.descriptor.blockColumns + cellColumn,
              to: UnsafePointer(versions + (index * memory.cells.versionSize + cellColumn)))
          }
        }
        // Only blocks that some window has at one of the run's columns.
        let first = columnRun.blocks.lowerBound
        for cell in cells.indices { unsafe cells[cell] += first }
        unsafe ck_blocks(
          cells.baseAddress!, cells.count, hog.descriptor.orientations, memory.cells.pitch,
          hog.norm, hog.epsilon, windowColumns + columnRun.blocks.count - 1,
          memory.blocks + (version * memory.blockVersionSize + first), memory.blockPitch)
      }
    }
  }

  func score(
    _ windows: UnsafeBufferPointer<Int>, row: Int, into scores: UnsafeMutablePointer<Double>
  ) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: hog.rows.cellCount
    ) { rows in
      unsafe memory.cells.point(rows, atWindowInRow: row, column: 0)
      unsafe ck_window_margins(
        rows.baseAddress!, rows.count, hog.columns.cellVersions, hog.columns.cellCount,
        memory.cells.versionSize, memory.cells.pitch, hog.descriptor.blockRows,
        hog.descriptor.blockColumns, hog.descriptor.orientations, hog.norm, hog.epsilon,
        memory.columnWeights, windows.baseAddress!, windows.count, scores)
    }
  }
}
