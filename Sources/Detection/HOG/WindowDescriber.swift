internal import CKernels

/// Describes windows one at a time with the kernels of the scan: each feature is within 1e-6 of
/// `HOGDescriptor.features(of:)`, in a fiftieth of the time.
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
    cells = CellBuffer(hog, rowCount: rows, columnCount: columns)
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
    let window = hog.descriptor.window
    precondition(
      x >= 0 && y >= 0 && x + window.width <= image.width && y + window.height <= image.height,
      "a window at (\(x), \(y)) of \(image.size)")
    let rowCount = hog.rows.cellCount
    var rows = CellRows(of: image, x: x, y: y, columnCount: hog.columns.cellCount, in: cells)
    rows.describe(through: rowCount - 1)
    unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: rowCount) {
      rows in
      for row in 0..<rowCount {
        let version = hog.rows.version(ofCell: row) * cells.rowVersionSize
        unsafe rows.initializeElement(at: row, to: UnsafePointer(cells.row(row) + version))
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
