/// A window of a layer and its margin.
package struct LayerHit: Hashable, Sendable {
  /// The window's upper left corner in pixels of the layer.
  package let x, y: Int
  /// w·x + b
  package let margin: Double
}

/// A rectangle of a layer's windows, all of one phase: what one thread scans at a time.
package struct ScanTile: Hashable, Sendable {
  let rowPhase, columnPhase: Int
  /// The windows' indices within their phase.
  let rows, columns: Range<Int>
}

/// Scores every window of a layer, computing each cell and block once.
///
/// The result is exactly that of cutting out and describing window by window: the margins come from
/// single precision, and those that its rounding could carry across the threshold are decided again
/// in double.
package struct LayerScanner: Sendable {
  package let model: LinearSVM
  let step: Int
  /// Windows with a margin above this are hits.
  let minimumMargin: Double
  let rows, columns: WindowAxis
  let rowPhases, columnPhases: StepPhases
  let table: GradientTable
  /// What keeps empty blocks from being divided by zero, in the table's unit and for sums over cells.
  let epsilon: Float
  /// The most by which single precision can miss a margin.
  let marginError: Double

  /// - Parameter step: the distance of neighbouring windows in pixels, at least 1.
  package init(model: LinearSVM, step: Int, minimumMargin: Double) {
    let hog = model.hog
    self.model = model
    self.step = step
    self.minimumMargin = minimumMargin
    rows = WindowAxis(
      windowPixels: hog.window.height, cellPixels: hog.cellRows, blockCells: hog.blockRows)
    columns = WindowAxis(
      windowPixels: hog.window.width, cellPixels: hog.cellColumns, blockCells: hog.blockColumns)
    rowPhases = StepPhases(step: step, cellPixels: hog.cellRows)
    columnPhases = StepPhases(step: step, cellPixels: hog.cellColumns)
    table = GradientTable(hog)
    epsilon = Float(
      HOGDescriptor.BlockNorm.epsilon * table.scale * Double(hog.cellRows * hog.cellColumns))
    marginError = Self.marginError(of: model)
  }

  /// A block's features have a Euclidean norm of at most 1 whatever the block norm, so it adds at
  /// most its weights' norm to a margin. Features are good to 2⁻¹⁸ of that, and summing a block row
  /// of n products rounds n times.
  private static func marginError(of model: LinearSVM) -> Double {
    let blockSize = model.hog.blockSize
    let largestSum = stride(from: 0, to: model.weights.count, by: blockSize).reduce(0.0) {
      sum, block in
      let squares = model.weights[block..<(block + blockSize)].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      return sum + squares.squareRoot()
    }
    let roundings = Double(model.hog.blocksAcross * blockSize + model.hog.blocksDown)
    return largestSum * (0x1p-18 + roundings * 0x1p-24) + abs(model.bias) * 0x1p-22
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

  /// The most rows of windows in a tile: many, since neighbouring tiles both need the cells between.
  private static let tileRows = 128

  /// The most windows side by side in a tile.
  var tileColumns: Int { max(1, 160 / columnPhases.strideCells) }

  /// The tile's windows above the minimum margin, top to bottom, then left to right.
  package func scan(
    _ tile: ScanTile, of layer: GrayImage, using workspace: ScanWorkspace
  ) -> [LayerHit] {
    var scan = TileScan(self, tile: tile, layer: layer, workspace: workspace)
    return scan.run().compactMap { candidate in
      guard candidate.margin <= minimumMargin + marginError else { return candidate }
      let margin = model.exactMargin(
        of: layer.cropped(
          to: Box(
            x0: candidate.x, y0: candidate.y, x1: candidate.x + model.hog.window.width,
            y1: candidate.y + model.hog.window.height)))
      return margin > minimumMargin
        ? LayerHit(x: candidate.x, y: candidate.y, margin: margin) : nil
    }
  }
}

extension LinearSVM {
  /// The margin of a window as the definition has it, in double precision throughout.
  func exactMargin(of window: GrayImage) -> Double {
    zip(weights, hog.exactFeatures(of: window)).reduce(bias) { $0 + Double($1.0) * $1.1 }
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
