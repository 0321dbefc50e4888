/// The blocks of a tile of windows, row by row from the top: all that the scan needs from a descriptor.
///
/// Row 0 is the first row of blocks of the tile's first row of windows, and windows begin at columns counted in blocks
/// from the tile's first.
protocol BlockRows {
  /// A window's rows of blocks, in runs of neighbours that have the same versions of their blocks.
  var runs: [Range<Int>] { get }

  /// For each block column of a window the blocks of the first window and those to its right, as `normalize` leaves them:
  /// [pair of features][block], the pairs `pitch` apart.
  var columns: UnsafeMutableBufferPointer<UnsafePointer<Int32>> { get }
  var pitch: Int { get }

  /// Prepares the cells of a row's blocks, and of all rows above.
  mutating func prepare(through row: Int)

  /// Makes the blocks of a row, in the version that they have in the rows of `run`.
  mutating func normalize(run: Int, row: Int)

  /// Scores windows of a row in single precision, without their bias, once `prepare` and `normalize` have been through
  /// all of its blocks.
  /// - Parameter windows: the columns of the windows.
  /// - Parameter scores: room for as many.
  func score(
    _ windows: UnsafeBufferPointer<Int>, row: Int, into scores: UnsafeMutablePointer<Double>)
}
