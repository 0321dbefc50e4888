/// How a window becomes features: the histogram of oriented gradients, with skimage's parameters.
///
/// - SeeAlso: Dalal & Triggs, CVPR 2005; `skimage.feature.hog`.
public struct HOGDescriptor: Hashable, Sendable {
  /// The norm a block is divided by.
  public enum BlockNorm: String, CaseIterable, Sendable {
    case l1 = "L1"
    case l1Sqrt = "L1-sqrt"
    case l2 = "L2"
    case l2Hys = "L2-Hys"
  }

  /// Bins over 180°.
  public let orientations: Int
  /// A cell's height and width in pixels.
  public let cellRows, cellColumns: Int
  /// A block's height and width in cells.
  public let blockRows, blockColumns: Int
  /// Whether gradients are taken of the grey values' square roots (the lesson's `normalize`).
  public let squareRoot: Bool
  public let blockNorm: BlockNorm
  /// The size of the window that is described.
  public let window: PixelSize

  /// - Precondition: every number is at least 1 and the window holds at least one block.
  public init(
    window: PixelSize, orientations: Int, cellRows: Int, cellColumns: Int, blockRows: Int,
    blockColumns: Int, squareRoot: Bool, blockNorm: BlockNorm
  ) {
    self.window = window
    self.orientations = orientations
    self.cellRows = cellRows
    self.cellColumns = cellColumns
    self.blockRows = blockRows
    self.blockColumns = blockColumns
    self.squareRoot = squareRoot
    self.blockNorm = blockNorm
    precondition(
      [orientations, cellRows, cellColumns, blockRows, blockColumns].allSatisfy { $0 > 0 }
        && blocksDown > 0 && blocksAcross > 0,
      "no block fits: \(self)")
  }

  /// Whole cells in a window.
  public var cellsDown: Int { window.height / cellRows }
  public var cellsAcross: Int { window.width / cellColumns }
  /// Blocks in a window; they move by one cell.
  public var blocksDown: Int { cellsDown - blockRows + 1 }
  public var blocksAcross: Int { cellsAcross - blockColumns + 1 }

  /// The features of one window: D = blocks × cells a block × orientations.
  public var featureCount: Int { blocksDown * blocksAcross * blockSize }

  /// The features of one block.
  var blockSize: Int { blockRows * blockColumns * orientations }

  /// The same in pairs, the last of which may hold but one.
  var blockPairs: Int { (blockSize + 1) / 2 }
}
