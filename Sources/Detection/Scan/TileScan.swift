internal import CKernels

/// One pass over a tile, from the top: each row of pixels becomes part of cells, each row of cells
/// part of blocks, and each row of blocks adds to the margins of all rows of windows it lies in.
struct TileScan {
  private let scanner: LayerScanner
  private let tile: ScanTile
  private let layer: GrayImage
  private let workspace: ScanWorkspace
  private let hog: HOGDescriptor
  /// The tile's first pixel, where its first row and column of cells begin.
  private let originX, originY: Int
  /// The tile's first row of cells is row 0; its windows begin at these.
  private let windowRows: Range<Int>
  /// Windows are scored at every column of cells, and those between the steps ignored.
  private let windowColumns: Int
  private var nextPixelRow: Int
  private var nextCellRow = 0
  private var candidates: [LayerHit] = []

  init(_ scanner: LayerScanner, tile: ScanTile, layer: GrayImage, workspace: ScanWorkspace) {
    self.scanner = scanner
    self.tile = tile
    self.layer = layer
    self.workspace = workspace
    hog = scanner.model.hog
    let (rows, columns) = (scanner.rowPhases, scanner.columnPhases)
    originX =
      columns.start(of: tile.columnPhase)
      + tile.columns.lowerBound * columns.strideCells * hog.cellColumns
    originY =
      rows.start(of: tile.rowPhase) + tile.rows.lowerBound * rows.strideCells * hog.cellRows
    windowRows = 0..<((tile.rows.count - 1) * rows.strideCells + 1)
    windowColumns = (tile.columns.count - 1) * columns.strideCells + 1
    nextPixelRow = max(originY - 1, 0)
  }

  /// Every window whose margin may exceed the minimum, top to bottom, then left to right.
  mutating func run() -> [LayerHit] {
    let blocksDown = scanner.rows.blockCount
    for blockRow in 0..<(windowRows.count + blocksDown - 1) {
      while nextCellRow < blockRow + scanner.rows.blockCells { describeCells() }
      if isWindowRow(blockRow) { clearMargins(ofRow: blockRow) }
      for run in scanner.rows.runs { score(run, blockRow: blockRow) }
      let finished = blockRow - blocksDown + 1
      if isWindowRow(finished) { collect(row: finished) }
    }
    return candidates
  }

  private func isWindowRow(_ row: Int) -> Bool {
    windowRows.contains(row) && row % scanner.rowPhases.strideCells == 0
  }

  // MARK: Pixels to cells

  /// Describes the next row of cells, in every version.
  private mutating func describeCells() {
    let firstPixelRow = originY + nextCellRow * hog.cellRows
    let lastPixelRow = min(firstPixelRow + hog.cellRows, layer.height - 1)
    while nextPixelRow <= lastPixelRow { spreadPixels() }
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Int32>.self, capacity: hog.cellRows + 2
    ) { pixelRows in
      for row in 0..<pixelRows.count {
        // Beyond the layer no cell that a window uses looks for a gradient.
        let y = min(max(firstPixelRow + row - 1, 0), layer.height - 1)
        unsafe pixelRows.initializeElement(at: row, to: UnsafePointer(pixelRow(y)))
      }
      unsafe ck_histograms(
        scanner.table.directions, pixelRows.baseAddress!, workspace.pixelPitch, hog.cellRows,
        hog.cellColumns, windowColumns + scanner.columns.cellCount - 1,
        scanner.rows.cellVersionCount, scanner.columns.cellVersionCount, workspace.scratch,
        cellRow(nextCellRow), workspace.cellPitch)
    }
    nextCellRow += 1
  }

  /// Looks up the next row of pixels.
  private mutating func spreadPixels() {
    let cellCount = windowColumns + scanner.columns.cellCount - 1
    let count = min((cellCount + 1) * hog.cellColumns, layer.width - originX)
    unsafe layer.pixels.withUnsafeBufferPointer { pixels in
      unsafe ck_spread(
        pixels.baseAddress! + (nextPixelRow * layer.width + originX), count, scanner.table.values,
        hog.cellColumns, pixelRow(nextPixelRow), workspace.pixelPitch)
    }
    nextPixelRow += 1
  }

  private func pixelRow(_ y: Int) -> UnsafeMutablePointer<Int32> {
    let row = (y % workspace.pixelRowCount) * hog.cellColumns * workspace.pixelPitch
    // A vector's width before the first cell, for its left neighbour.
    return unsafe workspace.pixels + row + CK_LANES
  }

  private func cellRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe workspace.cells + (row % hog.blockRows) * workspace.cellRowSize
  }

  // MARK: Cells to blocks to margins

  /// Adds the contribution of one row of blocks where it is one of `run`'s rows of a window.
  private func score(_ run: WindowAxis.BlockRun, blockRow: Int) {
    let stride = scanner.rowPhases.strideCells
    let rowsOfWindow = run.blocks.filter { isWindowRow(blockRow - $0) }
    guard let first = rowsOfWindow.first else { return }
    normalizeBlocks(run, row: blockRow)
    let weightRow = scanner.columns.blockCount * hog.blockSize
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<Float>.self, capacity: rowsOfWindow.count
    ) { margins in
      for (index, row) in rowsOfWindow.enumerated() {
        unsafe margins.initializeElement(at: index, to: self.margins(ofRow: blockRow - row))
      }
      unsafe scanner.model.weights.withUnsafeBufferPointer { weights in
        unsafe ck_add_margins(
          workspace.blockColumns.baseAddress!, scanner.columns.blockCount, hog.blockSize,
          workspace.blockPitch, weights.baseAddress! + first * weightRow, weightRow * stride,
          margins.baseAddress!, margins.count, windowColumns)
      }
    }
  }

  /// Normalises a row of blocks that is one of `rowRun`'s in its windows, in every column version.
  private func normalizeBlocks(_ rowRun: WindowAxis.BlockRun, row: Int) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: hog.blockRows * hog.blockColumns
    ) { cells in
      for (version, columnRun) in scanner.columns.runs.enumerated() {
        for (cellRow, rowVersion) in rowRun.cellVersions.enumerated() {
          let versions = unsafe self.cellRow(row + cellRow)
          for (cellColumn, columnVersion) in columnRun.cellVersions.enumerated() {
            let index = rowVersion * scanner.columns.cellVersionCount + columnVersion
            unsafe cells.initializeElement(
              at: cellRow * hog.blockColumns + cellColumn,
              to: UnsafePointer(versions + (index * workspace.cellVersionSize + cellColumn)))
          }
        }
        // Only blocks that some window has at one of the run's columns.
        let first = columnRun.blocks.lowerBound
        for cell in cells.indices { unsafe cells[cell] += first }
        unsafe ck_blocks(
          cells.baseAddress!, cells.count, hog.orientations, workspace.cellPitch,
          hog.blockNorm.kernel, scanner.epsilon, windowColumns + columnRun.blocks.count - 1,
          workspace.blocks + (version * workspace.blockVersionSize + first), workspace.blockPitch)
      }
    }
  }

  // MARK: Margins to candidates

  private func margins(ofRow row: Int) -> UnsafeMutablePointer<Float> {
    unsafe workspace.margins + (row % scanner.rows.blockCount) * workspace.marginPitch
  }

  private func clearMargins(ofRow row: Int) {
    unsafe margins(ofRow: row).update(
      repeating: Float(scanner.model.bias), count: workspace.marginPitch)
  }

  private mutating func collect(row: Int) {
    let least = scanner.minimumMargin - scanner.marginError
    let margins = unsafe margins(ofRow: row)
    for column in stride(from: 0, to: windowColumns, by: scanner.columnPhases.strideCells) {
      let margin = Double(unsafe margins[column])
      guard margin > least else { continue }
      candidates.append(
        LayerHit(
          x: originX + column * hog.cellColumns, y: originY + row * hog.cellRows, margin: margin))
    }
  }
}

extension HOGDescriptor.BlockNorm {
  fileprivate var kernel: ck_norm {
    switch self {
    case .l1: CK_L1
    case .l1Sqrt: CK_L1_SQRT
    case .l2: CK_L2
    case .l2Hys: CK_L2_HYS
    }
  }
}
