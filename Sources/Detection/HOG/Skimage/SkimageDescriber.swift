internal import CKernels

/// Describes windows as skimage does, each an image of its own.
@safe final class SkimageDescriber {
  private let hog: DenseHOG
  /// For groups of windows that share cells.
  private let sharedCells: CellBuffer
  private let cells: WindowCells

  init(_ hog: DenseHOG) {
    self.hog = hog
    sharedCells = CellBuffer(
      hog, rowCount: hog.rows.cellCount,
      columnCount: WindowCorner.groupColumns + hog.columns.cellCount, padding: CK_LANES)
    cells = WindowCells(hog)
  }

  private func describe(
    _ image: GrayImage, _ corner: WindowCorner, into features: UnsafeMutablePointer<Float>
  ) {
    cells.describe(image, x: corner.x, y: corner.y)
    unsafe cells.writeFeatures(to: features)
  }

  /// Describes windows of one group, each cell once: see `WindowDescriber`.
  func describe(
    _ image: GrayImage, _ corners: [WindowCorner], into room: (Int) -> UnsafeMutablePointer<Float>
  ) {
    if corners.count == 1 {
      return unsafe describe(image, corners[0], into: room(0))
    }
    let cell = (rows: hog.rows.cellPixels, columns: hog.columns.cellPixels)
    let left = corners.reduce(Int.max) { min($0, $1.x) }
    let right = corners.reduce(0) { max($0, $1.x) }
    let columnCount = (right - left) / cell.columns + hog.columns.cellCount
    var rows: (top: Int, cells: CellRows)?
    for (index, corner) in corners.enumerated() {
      // Begin again below rows that no window uses.
      if rows.map({ corner.y >= $0.top + $0.cells.count * cell.rows }) ?? true {
        rows = (
          corner.y,
          CellRows(of: image, x: left, y: corner.y, columnCount: columnCount, in: sharedCells)
        )
      }
      let row = (corner.y - rows!.top) / cell.rows
      rows!.cells.describe(through: row + hog.rows.cellCount - 1)
      cells.gather(row: row, column: (corner.x - left) / cell.columns, from: sharedCells)
      unsafe cells.writeFeatures(to: room(index))
    }
  }
}
