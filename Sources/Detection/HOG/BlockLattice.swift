/// The positions of blocks that are made side by side: at regular rows and columns of pixels.
struct BlockLattice: Sendable {
  /// The distance of neighbouring positions in pixels.
  let rows, columns: Int
  /// How many positions lie from a window's block to the next.
  let rowSpacing, columnSpacing: Int
  /// The positions from a window's first block to its last, both counted.
  let rowSpan, columnSpan: Int

  /// - Parameter rows, columns: divisors of the distances of a window's blocks.
  private init(_ hog: HOGDescriptor, rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    (rowSpacing, columnSpacing) = (hog.strideRows / rows, hog.strideColumns / columns)
    rowSpan = (hog.blocksDown - 1) * rowSpacing + 1
    columnSpan = (hog.blocksAcross - 1) * columnSpacing + 1
  }

  /// The positions of one window's blocks, and of all windows' that lie whole strides from it.
  init(_ hog: HOGDescriptor) {
    self.init(hog, rows: hog.strideRows, columns: hog.strideColumns)
  }

  /// The positions of the blocks of all windows whose coordinates are multiples of `step`.
  init(_ hog: HOGDescriptor, step: Int) {
    self.init(
      hog, rows: greatestCommonDivisor(step, hog.strideRows),
      columns: greatestCommonDivisor(step, hog.strideColumns))
  }
}

func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
