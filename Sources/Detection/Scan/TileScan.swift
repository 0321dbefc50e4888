internal import CKernels

/// One pass over a tile, from the top: each row of pixels becomes part of cells, each row of cells
/// part of blocks, and each row of blocks adds to the margins of all rows of windows it lies in. When a
/// row of windows is finished, its cells are still there, and those that may be hits are scored.
struct TileScan {
  private let scanner: LayerScanner
  private let workspace: ScanWorkspace
  private let hog: DenseHOG
  private var cells: CellRows
  private let layer: GrayImage
  /// The tile's first pixel, where its first row and column of cells begin.
  private let originX, originY: Int
  /// The tile's first row of cells is row 0; its windows begin at these.
  private let windowRows: Range<Int>
  /// Windows are scored at every column of cells, and those between the steps ignored.
  private let windowColumns: Int
  private var hits: [LayerHit] = []

  init(_ scanner: LayerScanner, tile: ScanTile, layer: GrayImage, workspace: ScanWorkspace) {
    self.scanner = scanner
    self.workspace = workspace
    self.layer = layer
    hog = scanner.hog
    let (rows, columns) = (scanner.rowPhases, scanner.columnPhases)
    originX =
      columns.start(of: tile.columnPhase)
      + tile.columns.lowerBound * columns.strideCells * columns.cellPixels
    originY =
      rows.start(of: tile.rowPhase) + tile.rows.lowerBound * rows.strideCells * rows.cellPixels
    windowRows = 0..<((tile.rows.count - 1) * rows.strideCells + 1)
    windowColumns = (tile.columns.count - 1) * columns.strideCells + 1
    cells = CellRows(
      of: layer, x: originX, y: originY, columnCount: windowColumns + hog.columns.cellCount - 1,
      in: workspace.cells)
  }

  /// Every window whose margin exceeds the minimum, top to bottom, then left to right.
  mutating func run() -> [LayerHit] {
    let blocksDown = hog.rows.blockCount
    for blockRow in 0..<(windowRows.count + blocksDown - 1) {
      cells.describe(through: blockRow + hog.rows.blockCells - 1)
      if isWindowRow(blockRow) { clearMargins(ofRow: blockRow) }
      for run in hog.rows.runs { score(run, blockRow: blockRow) }
      let finished = blockRow - blocksDown + 1
      if isWindowRow(finished) { collect(row: finished) }
    }
    return hits
  }

  private func isWindowRow(_ row: Int) -> Bool {
    windowRows.contains(row) && row % scanner.rowPhases.strideCells == 0
  }

  // MARK: Cells to blocks to margins

  /// Adds the contribution of one row of blocks where it is one of `run`'s rows of a window.
  private func score(_ run: WindowAxis.BlockRun, blockRow: Int) {
    let step = scanner.rowPhases.strideCells
    // The rows of a window that these blocks are, among those of `run`, in windows of this tile.
    let highest = max(run.blocks.lowerBound, blockRow - windowRows.count + 1)
    let lowest = min(run.blocks.upperBound - 1, blockRow)
    guard highest <= lowest else { return }
    let first = highest + (blockRow - highest) % step
    guard first <= lowest else { return }
    normalizeBlocks(run, row: blockRow)
    let weightRow = hog.columns.blockCount * hog.descriptor.blockPairs
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<Float>.self, capacity: (lowest - first) / step + 1
    ) { margins in
      for index in 0..<margins.count {
        let window = blockRow - (first + index * step)
        unsafe margins.initializeElement(at: index, to: self.margins(ofRow: window))
      }
      let screening = scanner.screening
      unsafe screening.pairs.withUnsafeBufferPointer { weights in
        unsafe screening.units.withUnsafeBufferPointer { units in
          unsafe ck_add_margins(
            workspace.blockColumns.baseAddress!, hog.columns.blockCount, hog.descriptor.blockPairs,
            workspace.blockPitch, weights.baseAddress! + first * weightRow, weightRow * step,
            units.baseAddress! + first, step, margins.baseAddress!, margins.count, windowColumns)
        }
      }
    }
  }

  /// Normalises a row of blocks that is one of `rowRun`'s in its windows, in every column version.
  private func normalizeBlocks(_ rowRun: WindowAxis.BlockRun, row: Int) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self,
      capacity: hog.descriptor.blockRows * hog.descriptor.blockColumns
    ) { cells in
      for (version, columnRun) in hog.columns.runs.enumerated() {
        for (cellRow, rowVersion) in rowRun.cellVersions.enumerated() {
          let versions = unsafe workspace.cells.row(row + cellRow)
          for (cellColumn, columnVersion) in columnRun.cellVersions.enumerated() {
            let index = rowVersion * hog.columns.cellVersionCount + columnVersion
            unsafe cells.initializeElement(
              at: cellRow * hog.descriptor.blockColumns + cellColumn,
              to: UnsafePointer(versions + (index * workspace.cells.versionSize + cellColumn)))
          }
        }
        // Only blocks that some window has at one of the run's columns.
        let first = columnRun.blocks.lowerBound
        for cell in cells.indices { unsafe cells[cell] += first }
        unsafe ck_blocks(
          cells.baseAddress!, cells.count, hog.descriptor.orientations, workspace.cells.pitch,
          hog.norm, hog.epsilon, windowColumns + columnRun.blocks.count - 1,
          workspace.blocks + (version * workspace.blockVersionSize + first), workspace.blockPitch)
      }
    }
  }

  // MARK: Margins to hits

  private func margins(ofRow row: Int) -> UnsafeMutablePointer<Float> {
    unsafe workspace.margins + (row % hog.rows.blockCount) * workspace.marginPitch
  }

  private func clearMargins(ofRow row: Int) {
    unsafe margins(ofRow: row).update(
      repeating: Float(scanner.model.bias), count: workspace.marginPitch)
  }

  private mutating func collect(row: Int) {
    let least = scanner.minimumMargin - scanner.marginError.ofScreening
    let margins = unsafe margins(ofRow: row)
    var count = 0
    for column in stride(from: 0, to: windowColumns, by: scanner.columnPhases.strideCells)
    where unsafe Double(margins[column]) > least {
      unsafe workspace.candidates[count] = column
      count += 1
    }
    guard count > 0 else { return }
    scoreCandidates(count, row: row)
    for index in 0..<count {
      let (column, score) = unsafe (workspace.candidates[index], workspace.scores[index])
      let (x, y) = (
        originX + column * hog.columns.cellPixels, originY + row * hog.rows.cellPixels
      )
      let margin = decidedMargin(scanner.model.bias + score, x: x, y: y)
      guard margin > scanner.minimumMargin else { continue }
      hits.append(LayerHit(x: x, y: y, margin: margin))
    }
  }

  /// Scores the first `count` candidates, whose first cells lie in `row`, in single precision.
  private func scoreCandidates(_ count: Int, row: Int) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: hog.rows.cellCount
    ) { rows in
      unsafe workspace.cells.point(rows, atWindowInRow: row, column: 0)
      unsafe ck_window_margins(
        rows.baseAddress!, rows.count, hog.columns.cellVersions, hog.columns.cellCount,
        workspace.cells.versionSize, workspace.cells.pitch, hog.descriptor.blockRows,
        hog.descriptor.blockColumns, hog.descriptor.orientations, hog.norm, hog.epsilon,
        scanner.columnWeights, workspace.candidates, count, workspace.scores)
    }
  }

  /// The margin of the window at pixel (x, y), as exact as its side of the threshold needs.
  /// - Parameter score: its margin in single precision.
  private func decidedMargin(_ score: Double, x: Int, y: Int) -> Double {
    guard abs(score - scanner.minimumMargin) <= scanner.marginError.ofScore else { return score }
    let window = scanner.model.hog.window
    return scanner.model.exactMargin(
      of: layer.cropped(to: Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)))
  }
}
