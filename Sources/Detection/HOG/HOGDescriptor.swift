/// How a window becomes features: the histogram of oriented gradients, as skimage or as OpenCV defines it.
///
/// - SeeAlso: Dalal & Triggs, CVPR 2005; `skimage.feature.hog`; `cv::HOGDescriptor`.
package struct HOGDescriptor: Hashable, Sendable {
  /// The norm a block is divided by.
  package enum BlockNorm: String, CaseIterable, Sendable {
    case l1 = "L1"
    case l1Sqrt = "L1-sqrt"
    case l2 = "L2"
    case l2Hys = "L2-Hys"
  }

  /// The definition used, and the parameters that only it has.
  package enum Definition: Hashable, Sendable {
    /// A window is an image of its own: no gradient is taken across its edge. Blocks move by one cell.
    case skimage(BlockNorm)
    /// Gradients are those of the whole picture, so a block is the same in every window it lies in.
    case openCV(OpenCVParameters)

    /// Its name in settings and files.
    package var name: String {
      switch self {
      case .skimage: "skimage"
      case .openCV: "opencv"
      }
    }
  }

  /// Bins over 180°, or over 360° if gradients are signed.
  package let orientations: Int
  /// A cell's height and width in pixels.
  package let cellRows, cellColumns: Int
  /// A block's height and width in cells.
  package let blockRows, blockColumns: Int
  /// Whether gradients are taken of the grey values' square roots (the lesson's `normalize`, OpenCV's
  /// `gammaCorrection`).
  package let squareRoot: Bool
  /// The size of the window that is described.
  package let window: PixelSize
  package let definition: Definition

  /// - Precondition: every number is at least 1 and the window holds at least one block; for OpenCV's
  /// definition also its own conditions: see `isWhole`.
  package init(
    window: PixelSize, orientations: Int, cellRows: Int, cellColumns: Int, blockRows: Int,
    blockColumns: Int, squareRoot: Bool, definition: Definition
  ) {
    self.window = window
    self.orientations = orientations
    self.cellRows = cellRows
    self.cellColumns = cellColumns
    self.blockRows = blockRows
    self.blockColumns = blockColumns
    self.squareRoot = squareRoot
    self.definition = definition
    precondition(
      [orientations, cellRows, cellColumns, blockRows, blockColumns].allSatisfy { $0 > 0 }
        && blocksDown > 0 && blocksAcross > 0 && isWhole,
      "no block fits: \(self)")
  }

  /// One that skimage defines.
  package init(
    window: PixelSize, orientations: Int, cellRows: Int, cellColumns: Int, blockRows: Int,
    blockColumns: Int, squareRoot: Bool, blockNorm: BlockNorm
  ) {
    self.init(
      window: window, orientations: orientations, cellRows: cellRows, cellColumns: cellColumns,
      blockRows: blockRows, blockColumns: blockColumns, squareRoot: squareRoot,
      definition: .skimage(blockNorm))
  }

  package var blockNorm: BlockNorm {
    if case .skimage(let norm) = definition { norm } else { .l2Hys }
  }

  /// Whole cells in a window.
  package var cellsDown: Int { window.height / cellRows }
  package var cellsAcross: Int { window.width / cellColumns }

  /// A block's height and width in pixels.
  package var blockPixelRows: Int { blockRows * cellRows }
  package var blockPixelColumns: Int { blockColumns * cellColumns }

  /// The distance of neighbouring blocks of a window in pixels.
  package var strideRows: Int {
    if case .openCV(let parameters) = definition { parameters.strideRows } else { cellRows }
  }
  package var strideColumns: Int {
    if case .openCV(let parameters) = definition { parameters.strideColumns } else { cellColumns }
  }

  /// Blocks in a window.
  package var blocksDown: Int {
    Self.blocks(in: window.height, of: blockPixelRows, stride: strideRows)
  }
  package var blocksAcross: Int {
    Self.blocks(in: window.width, of: blockPixelColumns, stride: strideColumns)
  }

  private static func blocks(in pixels: Int, of block: Int, stride: Int) -> Int {
    pixels < block ? 0 : (pixels - block) / stride + 1
  }

  /// Whether OpenCV, if this is its definition, accepts it: blocks end where the window ends.
  private var isWhole: Bool {
    guard case .openCV = definition else { return true }
    return (window.height - blockPixelRows) % strideRows == 0
      && (window.width - blockPixelColumns) % strideColumns == 0
  }

  /// The features of one window: D = blocks × cells per block × orientations.
  package var featureCount: Int { blocksDown * blocksAcross * blockSize }

  /// The features of one block.
  var blockSize: Int { blockRows * blockColumns * orientations }

  /// The same in pairs, the last of which may hold only one.
  var blockPairs: Int { (blockSize + 1) / 2 }

  /// Where in a window's features those of a block begin: skimage goes through the blocks row by row, OpenCV
  /// column by column.
  func firstFeature(ofBlockRow row: Int, column: Int) -> Int {
    switch definition {
    case .skimage: (row * blocksAcross + column) * blockSize
    case .openCV: (column * blocksDown + row) * blockSize
    }
  }
}

extension HOGDescriptor {
  /// How many pixels around a window its features use, if the picture has them.
  ///
  /// OpenCV's need one; two let windows that are made smaller by half sizes keep their place.
  package var contextPixels: Int {
    if case .openCV = definition { 2 } else { 0 }
  }

  /// The features of the window whose upper left pixel is (x, y) of `image`, exactly as the definition has them,
  /// rounded to single precision.
  ///
  /// - Returns: `featureCount` floats, each finite and in 0...1: for skimage by block row, block column, cell row,
  ///   cell column and bin; for OpenCV by block column, block row, cell column, cell row and bin.
  /// - Precondition: the window lies inside the image.
  package func features(of image: GrayImage, x: Int = 0, y: Int = 0) -> [Float] {
    exactFeatures(of: image, x: x, y: y).map { Float($0) }
  }

  /// The features in double precision: the reference for all faster code, which also decides windows too close to the
  /// threshold.
  func exactFeatures(of image: GrayImage, x: Int = 0, y: Int = 0) -> [Double] {
    precondition(
      x >= 0 && y >= 0 && x + window.width <= image.width && y + window.height <= image.height,
      "a window of \(window) at (\(x), \(y)) of \(image.size)")
    switch definition {
    case .skimage:
      let box = Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)
      return exactSkimageFeatures(of: image.cropped(to: box))
    case .openCV(let parameters):
      return exactOpenCVFeatures(of: image, x: x, y: y, parameters)
    }
  }
}
