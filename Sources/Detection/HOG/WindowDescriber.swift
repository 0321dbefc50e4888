internal import CKernels

/// Describes windows one at a time with the kernels of the scan: each feature is within 1e-6 of
/// `HOGDescriptor.features(of:)`, in a small part of the time.
///
/// A describer is for one thread at a time; its memory is used again for window after window.
@safe package final class WindowDescriber {
  private let hog: DenseHOG
  private let cells: CellBuffer
  private let columnVersions: [Int]
  /// The window's cells with their sums: [cell row][cell column][bin].
  private let gathered: UnsafeMutablePointer<Float>

  package convenience init(_ descriptor: HOGDescriptor) {
    self.init(DenseHOG(descriptor))
  }

  init(_ hog: DenseHOG) {
    self.hog = hog
    let (rows, columns) = (hog.rows.cellCount, hog.columns.cellCount)
    cells = CellBuffer(hog, rowCount: rows, columnCount: WindowCorner.groupColumns + columns)
    columnVersions = (0..<columns).map(hog.columns.version(ofCell:))
    unsafe gathered = .zeros(rows * columns * (hog.descriptor.orientations + 1))
  }

  deinit {
    unsafe gathered.deallocate()
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
    unsafe describe(image, [WindowCorner(x: x, y: y)]) { _ in unsafe features }
  }

  /// Describes windows of one group, each cell once.
  /// - Parameters:
  ///   - corners: the windows' first pixels, as `groups(of:)` gives them.
  ///   - room: where the features of each go, by its index among `corners`.
  package func describe(
    _ image: GrayImage, _ corners: [WindowCorner], into room: (Int) -> UnsafeMutablePointer<Float>
  ) {
    let (window, cell) = (hog.descriptor.window, (hog.rows.cellPixels, hog.columns.cellPixels))
    let left = corners.reduce(Int.max) { min($0, $1.x) }
    let right = corners.reduce(0) { max($0, $1.x) }
    let columnCount = (right - left) / cell.1 + hog.columns.cellCount
    var rows: (top: Int, cells: CellRows)?
    for (index, corner) in corners.enumerated() {
      precondition(
        corner.x >= 0 && corner.y >= 0 && corner.x + window.width <= image.width
          && corner.y + window.height <= image.height,
        "a window at (\(corner.x), \(corner.y)) of \(image.size)")
      // Begin anew below rows that no window looks at.
      if rows.map({ corner.y >= $0.top + $0.cells.count * cell.0 }) ?? true {
        rows = (
          corner.y,
          CellRows(of: image, x: left, y: corner.y, columnCount: columnCount, in: cells)
        )
      }
      let row = (corner.y - rows!.top) / cell.0
      rows!.cells.describe(through: row + hog.rows.cellCount - 1)
      unsafe describe(row: row, column: (corner.x - left) / cell.1, into: room(index))
    }
  }

  /// Describes the window whose first cell is at (row, column) of the cells described last.
  private func describe(row: Int, column: Int, into features: UnsafeMutablePointer<Float>) {
    let rowCount = hog.rows.cellCount
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: rowCount) {
      rows in
      for index in 0..<rowCount {
        let version = hog.rows.version(ofCell: index) * cells.rowVersionSize
        unsafe rows.initializeElement(
          at: index, to: UnsafePointer(cells.row(row + index) + version + column))
      }
      unsafe ck_gather_cells(
        rows.baseAddress!, rowCount, columnVersions, columnVersions.count, cells.versionSize,
        hog.descriptor.orientations + 1, cells.pitch, gathered)
    }
    unsafe ck_window_features(
      gathered, rowCount, columnVersions.count, hog.descriptor.blockRows,
      hog.descriptor.blockColumns, hog.descriptor.orientations, hog.norm, hog.epsilon, features)
  }
}
