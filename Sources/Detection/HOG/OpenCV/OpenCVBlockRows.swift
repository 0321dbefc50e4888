internal import CKernels

/// The memory for the blocks of one tile under OpenCV's definition, used for tile after tile.
@safe final class OpenCVBlockMemory {
  let hog: DenseOpenCVHOG
  let columnWeights: [Float]
  /// Three rows of pixels, a ring: [row][column of the stride][stride].
  let pixels: UnsafeMutablePointer<Float>
  let pixelPitch: Int
  /// As many rows of votes as a block has rows of pixels, a ring: [row][bin][column of the stride][stride].
  let votes: UnsafeMutablePointer<Float>
  let votePitch, voteRowSize: Int
  /// The votes of one row of blocks summed downwards, for one row of cells.
  let sums: UnsafeMutablePointer<Float>
  /// As many rows of blocks as a window has, a ring: [row][feature][block].
  let features: UnsafeMutablePointer<Float>
  let pitch: Int
  /// The last of these rows with its features rounded to 16 bits: [pair of features][block].
  let pairs: UnsafeMutablePointer<Int32>
  /// For each block column of a window, the blocks of the first window and those to its right.
  let blockColumns: UnsafeMutableBufferPointer<UnsafePointer<Int32>>

  /// - Parameter windows: the most columns of blocks that windows of a tile begin at.
  init(_ hog: DenseOpenCVHOG, columnWeights: [Float] = [], windows: Int) {
    let descriptor = hog.descriptor
    self.hog = hog
    self.columnWeights = columnWeights
    let blocks = windows + descriptor.blocksAcross - 1
    // Room for a vector that begins at the last block.
    pitch = paddedToLanes(blocks) + CK_LANES
    votePitch = paddedToLanes(
      paddedToLanes(blocks) + (descriptor.blockPixelColumns - 1) / descriptor.strideColumns)
    // A vector's width before the first pixel, for its left neighbour, and one after the last.
    pixelPitch = votePitch + 2 * CK_LANES
    voteRowSize = descriptor.orientations * descriptor.strideColumns * votePitch
    unsafe pixels = .zeros(3 * descriptor.strideColumns * pixelPitch)
    unsafe votes = .zeros(descriptor.blockPixelRows * voteRowSize)
    unsafe sums = .zeros(voteRowSize)
    unsafe features = .zeros(descriptor.blocksDown * descriptor.blockSize * pitch)
    unsafe pairs = .zeros(descriptor.blockPairs * pitch)
    unsafe blockColumns = .allocate(capacity: descriptor.blocksAcross)
    for column in 0..<descriptor.blocksAcross {
      unsafe blockColumns.initializeElement(at: column, to: UnsafePointer(pairs + column))
    }
  }

  deinit {
    unsafe pixels.deallocate()
    unsafe votes.deallocate()
    unsafe sums.deallocate()
    unsafe features.deallocate()
    unsafe pairs.deallocate()
    unsafe blockColumns.deallocate()
  }

  fileprivate func pixelRow(_ y: Int) -> UnsafeMutablePointer<Float> {
    unsafe pixels + (y % 3 * hog.descriptor.strideColumns * pixelPitch + CK_LANES)
  }

  fileprivate func voteRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe votes + row % hog.descriptor.blockPixelRows * voteRowSize
  }

  fileprivate func featureRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe features + row % hog.descriptor.blocksDown * hog.descriptor.blockSize * pitch
  }
}

/// Blocks as OpenCV defines them: one version of each, whichever window it lies in.
///
/// A block's histograms weigh its pixels by their place, and the weights are products of one for the row and one for
/// the column. So the votes of whole rows are added downwards first, for all columns at once, and then across.
struct OpenCVBlockRows: BlockRows {
  private let memory: OpenCVBlockMemory
  private let hog: HOGDescriptor
  private let image: GrayImage
  /// The first pixel of the first block.
  private let x, y: Int
  private let blockCount: Int
  /// How many rows of pixels have voted, from `y` on.
  private var votedRows = 0
  /// The next row of the image to be spread.
  private var nextPixelRow: Int

  init(of image: GrayImage, x: Int, y: Int, windowColumns: Int, in memory: OpenCVBlockMemory) {
    self.memory = memory
    hog = memory.hog.descriptor
    self.image = image
    (self.x, self.y) = (x, y)
    blockCount = windowColumns + hog.blocksAcross - 1
    nextPixelRow = max(y - 1, 0)
  }

  var runs: [Range<Int>] { [0..<hog.blocksDown] }
  var columns: UnsafeMutableBufferPointer<UnsafePointer<Int32>> { unsafe memory.blockColumns }
  var pitch: Int { memory.pitch }

  /// The groups of pixels, a stride wide each, that blocks lie on.
  private var strideCount: Int {
    blockCount + (hog.blockPixelColumns - 1) / hog.strideColumns
  }

  // MARK: Pixels to votes

  mutating func prepare(through row: Int) {
    while votedRows < row * hog.strideRows + hog.blockPixelRows { voteNext() }
  }

  private mutating func voteNext() {
    let row = y + votedRows
    while nextPixelRow <= min(row + 1, image.height - 1) { spreadNext() }
    // Beyond the picture's edge lies the row next to the edge once more, which leaves no gradient.
    let above = row > 0 ? row - 1 : min(1, image.height - 1)
    let below = row + 1 < image.height ? row + 1 : max(row - 1, 0)
    unsafe withUnsafePointer(to: memory.hog.bins) { bins in
      unsafe ck_votes(
        bins, memory.pixelRow(above), memory.pixelRow(row), memory.pixelRow(below),
        memory.pixelPitch, hog.strideColumns, strideCount, memory.voteRow(votedRows),
        memory.votePitch)
    }
    votedRows += 1
  }

  private mutating func spreadNext() {
    let stride = hog.strideColumns
    let count = min(strideCount * stride, image.width - x)
    let row = unsafe memory.pixelRow(nextPixelRow)
    unsafe image.pixels.withUnsafeBufferPointer { pixels in
      let first = unsafe pixels.baseAddress! + nextPixelRow * image.width
      unsafe row.withMemoryRebound(to: Int32.self, capacity: stride * memory.pixelPitch) { row in
        let values = memory.hog.values
        unsafe ck_spread(first + x, count, values, stride, row, memory.pixelPitch)
        // The neighbours of the first pixel and of the last: beyond the picture's edge the one next to it once more.
        let left = x > 0 ? x - 1 : min(1, image.width - 1)
        unsafe row[(stride - 1) * memory.pixelPitch - 1] = values[Int(first[left])]
        let end = x + count
        let right = end < image.width ? end : max(image.width - 2, 0)
        unsafe row[count % stride * memory.pixelPitch + count / stride] =
          values[Int(first[right])]
      }
    }
    nextPixelRow += 1
  }

  // MARK: Votes to blocks

  mutating func normalize(run: Int, row: Int) {
    let features = unsafe memory.featureRow(row)
    let (rows, columns) = (memory.hog.rows, memory.hog.columns)
    for cellRow in 0..<hog.blockRows {
      addRows(rows.weights[cellRow], rows.ranges[cellRow], ofBlockRow: row)
      for cellColumn in 0..<hog.blockColumns {
        let range = columns.ranges[cellColumn]
        let first = (cellColumn * hog.blockRows + cellRow) * hog.orientations
        unsafe ck_add_columns(
          memory.sums, hog.orientations, hog.strideColumns, memory.votePitch,
          columns.weights[cellColumn], range.lowerBound, range.upperBound, blockCount,
          features + first * memory.pitch, memory.pitch)
      }
    }
    unsafe withUnsafePointer(to: memory.hog.norm) { norm in
      unsafe ck_normalise(
        norm, features, hog.blockSize, memory.pitch, blockCount, memory.pairs, memory.pitch)
    }
  }

  private func addRows(_ weights: [Float], _ range: Range<Int>, ofBlockRow row: Int) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: range.count
    ) { votes in
      for (index, pixelRow) in range.enumerated() {
        unsafe votes.initializeElement(
          at: index, to: UnsafePointer(memory.voteRow(row * hog.strideRows + pixelRow)))
      }
      unsafe ck_add_rows(
        votes.baseAddress!, weights, range.count, memory.voteRowSize, memory.sums)
    }
  }

  // MARK: Blocks of single windows

  func score(
    _ windows: UnsafeBufferPointer<Int>, row: Int, into scores: UnsafeMutablePointer<Double>
  ) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: hog.blocksDown
    ) { rows in
      for index in 0..<windows.count {
        for blockRow in 0..<hog.blocksDown {
          unsafe rows.initializeElement(
            at: blockRow,
            to: UnsafePointer(memory.featureRow(row + blockRow) + windows[index]))
        }
        unsafe scores[index] = ck_block_margin(
          rows.baseAddress!, rows.count, hog.blocksAcross, hog.blockSize, memory.pitch,
          memory.columnWeights)
      }
    }
  }

  /// Writes the features of the window whose first block is at (row, column) to `features`, which has room for them.
  func writeFeatures(row: Int, column: Int, to features: UnsafeMutablePointer<Float>) {
    for blockRow in 0..<hog.blocksDown {
      let blocks = unsafe memory.featureRow(row + blockRow) + column
      for blockColumn in 0..<hog.blocksAcross {
        let first = hog.firstFeature(ofBlockRow: blockRow, column: blockColumn)
        for feature in 0..<hog.blockSize {
          unsafe features[first + feature] = blocks[feature * memory.pitch + blockColumn]
        }
      }
    }
  }
}
