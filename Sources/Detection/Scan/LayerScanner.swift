/// A window of a layer and its margin.
package struct LayerHit: Hashable, Sendable {
  /// The window's upper left corner in pixels of the layer.
  package let x, y: Int
  /// w·x + b
  package let margin: Double

  package init(x: Int, y: Int, margin: Double) {
    (self.x, self.y, self.margin) = (x, y, margin)
  }
}

/// A rectangle of a layer's windows, all of one phase: what one thread scans at a time.
package struct ScanTile: Hashable, Sendable {
  let rowPhase, columnPhase: Int
  /// The windows' indices within their phase.
  let rows, columns: Range<Int>
}

/// Scores every window of a layer, computing each cell and block once.
///
/// The result is exactly that of cutting out and describing window by window. Windows are screened with 16-bit integers
/// (`ScreeningWeights`). Those whose rounding could hide a hit are scored in single precision, from which all reported
/// margins come. Those close enough to the threshold for this rounding to matter are decided in double precision.
package struct LayerScanner: Sendable {
  package let model: LinearSVM
  package let step: Int
  /// Windows with a margin above this are hits.
  let minimumMargin: Double
  let dense: DenseDescriptor
  let lattice: BlockLattice
  let rowPhases, columnPhases: StepPhases
  let screening: ScreeningWeights
  let marginError: MarginError

  /// - Parameter step: the distance of neighbouring windows in pixels, at least 1.
  package init(model: LinearSVM, step: Int, minimumMargin: Double) {
    self.model = model
    self.step = step
    self.minimumMargin = minimumMargin
    dense = DenseDescriptor(model.hog)
    lattice = dense.lattice(step: step)
    rowPhases = StepPhases(step: step, cellPixels: lattice.rows)
    columnPhases = StepPhases(step: step, cellPixels: lattice.columns)
    screening = ScreeningWeights(model)
    marginError = MarginError(model, screening: screening)
  }

  /// How many windows a layer has.
  package func windowCount(ofLayer size: PixelSize) -> Int {
    WindowGrid(layer: size, window: model.hog.window, step: step).count
  }

  /// The layer's windows in rectangles of a size that fits the processor's second-level cache.
  package func tiles(ofLayer size: PixelSize) -> [ScanTile] {
    let grid = WindowGrid(layer: size, window: model.hog.window, step: step)
    var tiles: [ScanTile] = []
    for rowPhase in 0..<rowPhases.count {
      for columnPhase in 0..<columnPhases.count {
        let down = rowPhases.windowCount(of: rowPhase, amongst: grid.down)
        let across = columnPhases.windowCount(of: columnPhase, amongst: grid.across)
        for rows in (0..<down).split(into: Self.tileRows) {
          for columns in (0..<across).split(into: tileColumns) {
            tiles.append(
              ScanTile(rowPhase: rowPhase, columnPhase: columnPhase, rows: rows, columns: columns))
          }
        }
      }
    }
    return tiles
  }

  /// The most rows of windows in a tile: many, because neighbouring tiles both need the cells between.
  private static let tileRows = 128

  /// The most windows side by side in a tile: as many columns of blocks as keep its working memory in the processor's
  /// second-level cache.
  var tileColumns: Int { max(1, 160 / columnPhases.strideCells) }

  /// A tile's first pixel.
  func origin(of tile: ScanTile) -> (x: Int, y: Int) {
    (
      x: columnPhases.start(of: tile.columnPhase)
        + tile.columns.lowerBound * columnPhases.strideCells * columnPhases.cellPixels,
      y: rowPhases.start(of: tile.rowPhase)
        + tile.rows.lowerBound * rowPhases.strideCells * rowPhases.cellPixels
    )
  }

  /// The columns of blocks at which a tile's windows begin, and those between them.
  func windowColumns(of tile: ScanTile) -> Int {
    (tile.columns.count - 1) * columnPhases.strideCells + 1
  }

  /// The tile's windows above the minimum margin, top to bottom, then left to right.
  package func scan(
    _ tile: ScanTile, of layer: GrayImage, using workspace: ScanWorkspace
  ) -> [LayerHit] {
    let ((x, y), columns) = (origin(of: tile), windowColumns(of: tile))
    func scan(_ blocks: some BlockRows) -> [LayerHit] {
      var scan = TileScan(self, tile: tile, layer: layer, workspace: workspace, blocks: blocks)
      return scan.run()
    }
    switch workspace.blocks {
    case .skimage(let memory):
      return scan(
        SkimageBlockRows(of: layer, x: x, y: y, windowColumns: columns, in: memory))
    case .openCV(let memory):
      return scan(OpenCVBlockRows(of: layer, x: x, y: y, windowColumns: columns, in: memory))
    }
  }
}

extension LinearSVM {
  /// [block row][feature][column of the lattice], rounded up to whole vectors, with 0 where the window has no block.
  func weightsByBlockColumn(on lattice: BlockLattice) -> [Float] {
    let pitch = paddedToLanes(lattice.columnSpan)
    var columns = [Float](repeating: 0, count: hog.blocksDown * hog.blockSize * pitch)
    for (row, blocks) in blockWeights.enumerated() {
      for (column, block) in blocks.enumerated() {
        for (feature, weight) in block.enumerated() {
          columns[(row * hog.blockSize + feature) * pitch + column * lattice.columnSpacing] = weight
        }
      }
    }
    return columns
  }
}

extension Range<Int> {
  /// This range in as few pieces as possible of at most `size`, as even as possible.
  fileprivate func split(into size: Int) -> [Range<Int>] {
    let pieces = (count + size - 1) / size
    return (0..<pieces).map { piece in
      (lowerBound + count * piece / pieces)..<(lowerBound + count * (piece + 1) / pieces)
    }
  }
}
