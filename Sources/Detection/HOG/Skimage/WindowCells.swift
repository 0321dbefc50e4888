internal import CKernels

/// The cells of one window, its features except for the norms of its blocks.
///
/// Its memory is allocated once and reused for window after window.
@safe final class WindowCells {
  private let hog: DenseHOG
  /// [cell row][cell column][bin]
  private let cells: UnsafeMutablePointer<Float>
  /// What each cell adds to the norm of its blocks: [cell row][cell column].
  private let shares: UnsafeMutablePointer<Float>
  /// The window's pixels by their column within a cell: [row][cell column][cell].
  private let pixels: UnsafeMutablePointer<Int32>
  private let pixelPitch: Int

  init(_ hog: DenseHOG) {
    self.hog = hog
    let cellCount = hog.rows.cellCount * hog.columns.cellCount
    unsafe cells = .zeros(cellCount * hog.descriptor.orientations)
    unsafe shares = .zeros(cellCount + CK_LANES)
    // A vector's width before the first cell, for its left neighbour, and one after the last.
    pixelPitch = paddedToLanes(hog.columns.cellCount) + 2 * CK_LANES
    unsafe pixels = .zeros(
      hog.descriptor.window.height * hog.descriptor.cellColumns * pixelPitch)
  }

  deinit {
    unsafe cells.deallocate()
    unsafe shares.deallocate()
    unsafe pixels.deallocate()
  }

  /// Describes the window whose upper left corner is pixel (x, y) of `image`, from its pixels.
  func describe(_ image: GrayImage, x: Int, y: Int) {
    let hog = hog.descriptor
    for row in 0..<hog.window.height { spread(image, x: x, y: y + row, into: row) }
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Int32>.self, capacity: hog.cellRows + 2
    ) { rows in
      for cellRow in 0..<hog.cellsDown {
        for index in rows.indices {
          let row = Self.mirrored(cellRow * hog.cellRows + index - 1, within: hog.window.height)
          unsafe rows.initializeElement(at: index, to: UnsafePointer(pixelRow(row)))
        }
        let first = cellRow * hog.cellsAcross
        unsafe ck_window_cells(
          self.hog.table.directions, rows.baseAddress!, pixelPitch, hog.cellRows, hog.cellColumns,
          hog.cellsAcross, self.hog.norm, cells + first * hog.orientations, shares + first)
      }
    }
  }

  /// Extracts the window whose first cell is at (row, column) of `buffer`.
  func gather(row: Int, column: Int, from buffer: CellBuffer) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: hog.rows.cellCount
    ) { rows in
      unsafe buffer.point(rows, atWindowInRow: row, column: column)
      unsafe ck_gather_cells(
        rows.baseAddress!, rows.count, hog.columns.cellVersions, hog.columns.cellCount,
        buffer.versionSize, hog.descriptor.orientations, buffer.pitch, hog.norm, cells, shares)
    }
  }

  /// Writes the window's features to `features`, which has room for them.
  func writeFeatures(to features: UnsafeMutablePointer<Float>) {
    unsafe ck_window_features(
      cells, shares, hog.rows.cellCount, hog.columns.cellCount, hog.descriptor.blockRows,
      hog.descriptor.blockColumns, hog.descriptor.orientations, hog.norm, hog.epsilon, features)
  }

  private func spread(_ image: GrayImage, x: Int, y: Int, into row: Int) {
    let (width, cellColumns) = (hog.descriptor.window.width, hog.descriptor.cellColumns)
    let target = unsafe pixelRow(row)
    unsafe image.pixels.withUnsafeBufferPointer { pixels in
      let first = unsafe pixels.baseAddress! + (y * image.width + x)
      unsafe ck_spread(first, width, hog.table.values, cellColumns, target, pixelPitch)
      // The neighbours across the window's left and right edge: no gradient is taken there.
      unsafe target[(cellColumns - 1) * pixelPitch - 1] =
        hog.table.values[Int(first[Self.mirrored(-1, within: width)])]
      if hog.columns.endsWithCell {
        unsafe target[hog.columns.cellCount] =
          hog.table.values[Int(first[Self.mirrored(width, within: width)])]
      }
    }
  }

  private func pixelRow(_ row: Int) -> UnsafeMutablePointer<Int32> {
    unsafe pixels + row * hog.descriptor.cellColumns * pixelPitch + CK_LANES
  }

  /// The pixel that stands in for one just beyond an edge: the next but one.
  private static func mirrored(_ index: Int, within count: Int) -> Int {
    if index < 0 { return min(1, count - 1) }
    return index < count ? index : max(count - 2, 0)
  }
}
