internal import CKernels

/// One pass over a tile, from the top: each row of pixels becomes part of blocks, and each row of blocks adds to the
/// margins of all rows of windows that contain it. When a row of windows is finished, the cells of its blocks are still
/// there, and its possible hits are scored.
struct TileScan<Blocks: BlockRows> {
  private let scanner: LayerScanner
  private let workspace: ScanWorkspace
  private var blocks: Blocks
  private let layer: GrayImage
  /// The tile's first pixel, where its first block begins.
  private let originX, originY: Int
  /// The tile's first row of blocks is row 0; its windows begin at these.
  private let windowRows: Range<Int>
  /// Windows are scored at every column of blocks, and those between the steps ignored.
  private let windowColumns: Int
  private var hits: [LayerHit] = []

  /// - Parameter blocks: those of `tile`.
  init(
    _ scanner: LayerScanner, tile: ScanTile, layer: GrayImage, workspace: ScanWorkspace,
    blocks: Blocks
  ) {
    self.scanner = scanner
    self.workspace = workspace
    self.layer = layer
    self.blocks = blocks
    (originX, originY) = scanner.origin(of: tile)
    windowRows = 0..<((tile.rows.count - 1) * scanner.rowPhases.strideCells + 1)
    windowColumns = scanner.windowColumns(of: tile)
  }

  private var hog: HOGDescriptor { scanner.model.hog }
  private var lattice: BlockLattice { scanner.lattice }

  /// Every window whose margin exceeds the minimum, top to bottom, then left to right.
  mutating func run() -> [LayerHit] {
    for blockRow in 0..<(windowRows.count + lattice.rowSpan - 1) {
      blocks.prepare(through: blockRow)
      if isWindowRow(blockRow) { clearMargins(ofRow: blockRow) }
      for run in blocks.runs.indices { score(run, blockRow: blockRow) }
      let finished = blockRow - lattice.rowSpan + 1
      if isWindowRow(finished) { collect(row: finished) }
    }
    return hits
  }

  private func isWindowRow(_ row: Int) -> Bool {
    windowRows.contains(row) && row % scanner.rowPhases.strideCells == 0
  }

  // MARK: Blocks to margins

  /// Adds the contribution of one row of blocks if it is one of the run's rows of a window.
  private mutating func score(_ run: Int, blockRow: Int) {
    // The rows of a window that these blocks are, among those of `run`, in windows of this tile: every `step`th, since it
    // has no divisor in common with the spacing of a window's blocks.
    func isRow(_ row: Int) -> Bool { isWindowRow(blockRow - row * lattice.rowSpacing) }
    let (rows, step) = (blocks.runs[run], scanner.rowPhases.strideCells)
    guard let first = rows.first(where: isRow), let last = rows.last(where: isRow) else { return }
    blocks.normalize(run: run, row: blockRow)
    let weightRow = hog.blocksAcross * hog.blockPairs
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<Float>.self, capacity: (last - first) / step + 1
    ) { margins in
      for index in 0..<margins.count {
        let window = blockRow - (first + index * step) * lattice.rowSpacing
        unsafe margins.initializeElement(at: index, to: self.margins(ofRow: window))
      }
      let screening = scanner.screening
      unsafe screening.pairs.withUnsafeBufferPointer { weights in
        unsafe screening.units.withUnsafeBufferPointer { units in
          unsafe ck_add_margins(
            blocks.columns.baseAddress!, hog.blocksAcross, hog.blockPairs, blocks.pitch,
            weights.baseAddress! + first * weightRow, weightRow * step,
            units.baseAddress! + first, step, margins.baseAddress!, margins.count, windowColumns)
        }
      }
    }
  }

  // MARK: Margins to hits

  private func margins(ofRow row: Int) -> UnsafeMutablePointer<Float> {
    unsafe workspace.margins + (row % lattice.rowSpan) * workspace.marginPitch
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
    unsafe blocks.score(
      UnsafeBufferPointer(start: workspace.candidates, count: count), row: row,
      into: workspace.scores)
    for index in 0..<count {
      let (column, score) = unsafe (workspace.candidates[index], workspace.scores[index])
      let (x, y) = (originX + column * lattice.columns, originY + row * lattice.rows)
      let margin = decidedMargin(scanner.model.bias + score, x: x, y: y)
      guard margin > scanner.minimumMargin else { continue }
      hits.append(LayerHit(x: x, y: y, margin: margin))
    }
  }

  /// The margin of the window at pixel (x, y), as exact as its side of the threshold needs.
  /// - Parameter score: its margin in single precision.
  private func decidedMargin(_ score: Double, x: Int, y: Int) -> Double {
    guard abs(score - scanner.minimumMargin) <= scanner.marginError.ofScore else { return score }
    return scanner.model.exactMargin(of: layer, x: x, y: y)
  }
}
