internal import CKernels

/// Describes windows one at a time with the kernels of the scan: each feature is within 1e-6 of
/// `HOGDescriptor.features(of:)`, in a small part of the time.
///
/// A describer is for one thread at a time; its memory is used again for window after window.
@safe package final class WindowDescriber {
  private let hog: DenseHOG
  /// For groups of windows that share cells.
  private let sharedCells: CellBuffer
  private let cells: WindowCells

  package convenience init(_ descriptor: HOGDescriptor) {
    self.init(DenseHOG(descriptor))
  }

  init(_ hog: DenseHOG) {
    self.hog = hog
    sharedCells = CellBuffer(
      hog, rowCount: hog.rows.cellCount,
      columnCount: WindowCorner.groupColumns + hog.columns.cellCount, padding: CK_LANES)
    cells = WindowCells(hog)
  }

  /// The features of the window whose upper left corner is pixel (x, y) of `image`.
  /// - Precondition: the window lies inside the image.
  package func features(of image: GrayImage, x: Int = 0, y: Int = 0) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: hog.descriptor.featureCount) { features, count in
      count = hog.descriptor.featureCount
      unsafe describe(image, x: x, y: y, into: features.baseAddress!)
    }
  }

  /// Writes the features of a window to `features`, which has room for them.
  package func describe(
    _ image: GrayImage, x: Int = 0, y: Int = 0, into features: UnsafeMutablePointer<Float>
  ) {
    expectWindow(WindowCorner(x: x, y: y), inside: image)
    cells.describe(image, x: x, y: y)
    unsafe cells.writeFeatures(to: features)
  }

  /// Describes windows of one group, each cell once.
  /// - Parameters:
  ///   - corners: the windows' first pixels, as `groups(of:)` gives them.
  ///   - room: where the features of each go, by its index among `corners`.
  package func describe(
    _ image: GrayImage, _ corners: [WindowCorner], into room: (Int) -> UnsafeMutablePointer<Float>
  ) {
    if corners.count == 1 {
      return unsafe describe(image, x: corners[0].x, y: corners[0].y, into: room(0))
    }
    let cell = (rows: hog.rows.cellPixels, columns: hog.columns.cellPixels)
    let left = corners.reduce(Int.max) { min($0, $1.x) }
    let right = corners.reduce(0) { max($0, $1.x) }
    let columnCount = (right - left) / cell.columns + hog.columns.cellCount
    var rows: (top: Int, cells: CellRows)?
    for (index, corner) in corners.enumerated() {
      expectWindow(corner, inside: image)
      // Begin anew below rows that no window looks at.
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

  private func expectWindow(_ corner: WindowCorner, inside image: GrayImage) {
    let window = hog.descriptor.window
    precondition(
      corner.x >= 0 && corner.y >= 0 && corner.x + window.width <= image.width
        && corner.y + window.height <= image.height,
      "a window at (\(corner.x), \(corner.y)) of \(image.size)")
  }
}
