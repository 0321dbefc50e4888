internal import CKernels

/// The memory for the blocks of one tile under OpenCV's definition, used for tile after tile.
@safe final class OpenCVBlockMemory {
  let hog: DenseOpenCVHOG
  let lattice: BlockLattice
  let columnWeights: [Float]
  /// The size of the widest rows.
  let size: OpenCVBlockRowSize
  /// Three rows of pixels, a ring: [row][plane][column of pixels][column of the lattice].
  let pixels: UnsafeMutablePointer<Float>
  let pixelPitch: Int
  /// The distance between the planes of a row of pixels, and between rows.
  private let planePitch, rowPitch: Int
  /// The votes of one row of pixels: [column of pixels][bin][column of the lattice].
  let votes: UnsafeMutablePointer<Float>
  /// The votes of as many rows of pixels as a block has, summed across, a ring: [row][cell column][bin][block].
  let sums: UnsafeMutablePointer<Float>
  /// As many rows of blocks as a window spans, a ring: [row][feature][block].
  let features: UnsafeMutablePointer<Float>
  /// The last of these rows with its features rounded to 16 bits: [pair of features][block].
  let pairs: UnsafeMutablePointer<Int32>
  /// For each block column of a window, the blocks of the first window and those to its right.
  let blockColumns: UnsafeMutableBufferPointer<UnsafePointer<Int32>>

  /// - Parameters:
  ///   - lattice: where blocks lie; the strides of a window's blocks are multiples of its distances.
  ///   - windows: the most columns of blocks that windows of a tile begin at.
  init(
    _ hog: DenseOpenCVHOG, lattice: BlockLattice, columnWeights: [Float] = [], windows: Int
  ) {
    let descriptor = hog.descriptor
    self.hog = hog
    self.lattice = lattice
    self.columnWeights = columnWeights
    size = OpenCVBlockRowSize(descriptor, lattice, windowColumns: windows)
    // A vector's width before the first pixel, for its left neighbour, and one after the last.
    pixelPitch = size.pitch + 2 * CK_LANES
    planePitch = lattice.columns * pixelPitch
    rowPitch = hog.parameters.usesColor ? 3 * planePitch : planePitch
    unsafe pixels = .zeros(3 * rowPitch)
    // Reading the last row from any block on continues beyond it.
    unsafe votes = .zeros((lattice.columns * descriptor.orientations + 1) * size.pitch)
    unsafe sums = .zeros(descriptor.blockPixelRows * descriptor.blockColumns * size.cell)
    unsafe features = .zeros((lattice.rowSpan * descriptor.blockSize + 1) * size.pitch)
    unsafe pairs = .zeros((descriptor.blockPairs + 1) * size.pitch)
    unsafe blockColumns = .allocate(capacity: descriptor.blocksAcross)
    for column in 0..<descriptor.blocksAcross {
      unsafe blockColumns.initializeElement(
        at: column, to: UnsafePointer(pairs + column * lattice.columnSpacing))
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

  fileprivate func pixelRow(_ y: Int, plane: Int = 0) -> UnsafeMutablePointer<Float> {
    unsafe pixels + (y % 3 * rowPitch + plane * planePitch + CK_LANES)
  }
}

/// The room that a tile's rows of blocks take: no more than its width needs, so that narrow ones are done quickly.
struct OpenCVBlockRowSize: Sendable {
  let blocks: Int
  /// The columns of the lattice that blocks lie on.
  let columns: Int
  /// The same in whole vectors: the distance between rows of them.
  let pitch: Int
  /// One cell of each block: [bin][block].
  let cell: Int

  /// - Parameter windowColumns: the columns of blocks that windows begin at.
  init(_ hog: HOGDescriptor, _ lattice: BlockLattice, windowColumns: Int) {
    blocks = windowColumns + lattice.columnSpan - 1
    columns = blocks + (hog.blockPixelColumns - 1) / lattice.columns
    pitch = paddedToLanes(columns)
    cell = hog.orientations * pitch
  }
}

/// Blocks as OpenCV defines them: one version of each, whichever window it lies in.
///
/// A block's histograms weigh its pixels by their place, and the weights are products of one for the row and one for
/// the column. So the votes of each row of pixels are added across first, for all blocks that lie on it, and then down.
struct OpenCVBlockRows: BlockRows {
  private let memory: OpenCVBlockMemory
  private let hog: HOGDescriptor
  private let image: GrayImage
  private let planes: [[UInt8]]
  /// The first pixel of the first block.
  private let x, y: Int
  private let size: OpenCVBlockRowSize
  /// How many rows of pixels have voted, from `y` on.
  private var votedRows = 0
  /// The next row of the image to be spread.
  private var nextPixelRow: Int

  init(of image: GrayImage, x: Int, y: Int, windowColumns: Int, in memory: OpenCVBlockMemory) {
    self.memory = memory
    hog = memory.hog.descriptor
    self.image = image
    planes = image.planes(memory.hog.parameters)
    (self.x, self.y) = (x, y)
    size = OpenCVBlockRowSize(hog, memory.lattice, windowColumns: windowColumns)
    nextPixelRow = max(y - 1, 0)
  }

  var runs: [Range<Int>] { [0..<hog.blocksDown] }
  var columns: UnsafeMutableBufferPointer<UnsafePointer<Int32>> { unsafe memory.blockColumns }
  var pitch: Int { size.pitch }

  private func sumRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe memory.sums + row % hog.blockPixelRows * hog.blockColumns * size.cell
  }

  private func featureRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe memory.features + row % memory.lattice.rowSpan * hog.blockSize * size.pitch
  }

  // MARK: Pixels to votes

  mutating func prepare(through row: Int) {
    while votedRows < row * memory.lattice.rows + hog.blockPixelRows { voteNext() }
  }

  private mutating func voteNext() {
    let row = y + votedRows
    while nextPixelRow <= min(row + 1, image.height - 1) {
      for plane in planes.indices { spread(plane) }
      nextPixelRow += 1
    }
    // Beyond the picture's edge lies the row next to the edge again, which leaves no gradient.
    let above = row > 0 ? row - 1 : min(1, image.height - 1)
    let below = row + 1 < image.height ? row + 1 : max(row - 1, 0)
    unsafe withUnsafePointer(to: memory.hog.bins) { bins in
      unsafe ck_votes(
        bins, memory.pixelRow(above), memory.pixelRow(row), memory.pixelRow(below),
        memory.pixelPitch, memory.lattice.columns, planes.count, image.lastPlaneFirst - x,
        size.columns, memory.votes, size.pitch)
    }
    addAcross(to: votedRows)
    votedRows += 1
  }

  /// Spreads a plane of the next row of pixels.
  private func spread(_ plane: Int) {
    let columns = memory.lattice.columns
    let count = min(size.columns * columns, image.width - x)
    let row = unsafe memory.pixelRow(nextPixelRow, plane: plane)
    unsafe planes[plane].withUnsafeBufferPointer { pixels in
      let first = unsafe pixels.baseAddress! + nextPixelRow * image.width
      unsafe row.withMemoryRebound(to: Int32.self, capacity: columns * memory.pixelPitch) { row in
        let values = memory.hog.values
        unsafe ck_spread(first + x, count, values, columns, row, memory.pixelPitch)
        // The neighbours of the first pixel and of the last: beyond the picture's edge the one next to it again.
        let left = x > 0 ? x - 1 : min(1, image.width - 1)
        unsafe row[(columns - 1) * memory.pixelPitch - 1] = values[Int(first[left])]
        let end = x + count
        let right = end < image.width ? end : max(image.width - 2, 0)
        unsafe row[count % columns * memory.pixelPitch + count / columns] =
          values[Int(first[right])]
      }
    }
  }

  // MARK: Votes to blocks

  /// Adds up what the pixels of a row have voted for each column of cells.
  private func addAcross(to row: Int) {
    let columns = memory.lattice.columns
    unsafe add(memory.hog.columns, to: sumRow(row)) { pixel in
      unsafe memory.votes + (pixel % columns * size.cell + pixel / columns)
    }
  }

  mutating func normalize(run: Int, row: Int) {
    let features = unsafe featureRow(row)
    for cellColumn in 0..<hog.blockColumns {
      let cells = unsafe features + cellColumn * hog.blockRows * size.cell
      unsafe add(memory.hog.rows, to: cells) { pixel in
        unsafe sumRow(row * memory.lattice.rows + pixel) + cellColumn * size.cell
      }
    }
    unsafe withUnsafePointer(to: memory.hog.norm) { norm in
      unsafe ck_normalise(
        norm, features, hog.blockSize, size.pitch, size.blocks, memory.pairs, size.pitch)
    }
  }

  /// Adds all bins of a block's pixels along one axis to its cells along it.
  private func add(
    _ axis: DenseOpenCVHOG.Weights, to cells: UnsafeMutablePointer<Float>,
    _ values: (_ pixel: Int) -> UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafeTemporaryAllocation(
      of: UnsafePointer<Float>.self, capacity: axis.before.count
    ) { pixels in
      for pixel in pixels.indices {
        unsafe pixels.initializeElement(at: pixel, to: UnsafePointer(values(pixel)))
      }
      unsafe ck_add_cells(
        pixels.baseAddress!, axis.before, axis.after, axis.centres, axis.centres.count - 1,
        size.cell, cells, size.cell)
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
            to: UnsafePointer(
              featureRow(row + blockRow * memory.lattice.rowSpacing) + windows[index]))
        }
        unsafe scores[index] = ck_block_margin(
          rows.baseAddress!, rows.count, memory.lattice.columnSpan, hog.blockSize, size.pitch,
          memory.columnWeights)
      }
    }
  }

  /// Writes the features of the window whose first block is at (row, column) to `features`, which has room for them.
  func writeFeatures(row: Int, column: Int, to features: UnsafeMutablePointer<Float>) {
    for blockRow in 0..<hog.blocksDown {
      let blocks = unsafe featureRow(row + blockRow * memory.lattice.rowSpacing) + column
      for blockColumn in 0..<hog.blocksAcross {
        let first = hog.firstFeature(ofBlockRow: blockRow, column: blockColumn)
        let block = unsafe blocks + blockColumn * memory.lattice.columnSpacing
        for feature in 0..<hog.blockSize {
          unsafe features[first + feature] = block[feature * size.pitch]
        }
      }
    }
  }
}
