/// The memory one thread scans tiles in, allocated once and used for tile after tile.
///
/// Its size depends only on the detector, not on the picture.
@safe package final class ScanWorkspace: @unchecked Sendable {  // one thread uses it at a time
  /// What blocks are made in.
  enum Blocks {
    case skimage(SkimageBlockMemory)
    case openCV(OpenCVBlockMemory)
  }

  let blocks: Blocks
  /// The margins of the rows of windows that contain a row of blocks, a ring: [row][window].
  let margins: UnsafeMutablePointer<Float>
  let marginPitch: Int
  /// The windows of one row that may be hits, by their first column of blocks, and their margins in single precision.
  let candidates: UnsafeMutablePointer<Int>
  let scores: UnsafeMutablePointer<Double>
  /// Describes windows for others.
  package let describer: WindowDescriber

  package init(for scanner: LayerScanner) {
    let windows = (scanner.tileColumns - 1) * scanner.columnPhases.strideCells + 1
    let weights = scanner.model.weightsByBlockColumn(on: scanner.lattice)
    switch scanner.dense {
    case .skimage(let dense):
      blocks = .skimage(
        SkimageBlockMemory(dense, columnWeights: weights, windows: windows))
    case .openCV(let dense):
      blocks = .openCV(
        OpenCVBlockMemory(
          dense, lattice: scanner.lattice, columnWeights: weights, windows: windows))
    }
    marginPitch = paddedToLanes(windows)
    unsafe margins = .zeros(scanner.lattice.rowSpan * marginPitch)
    unsafe candidates = .zeros(windows)
    unsafe scores = .zeros(windows)
    describer = WindowDescriber(scanner.dense)
  }

  deinit {
    unsafe margins.deallocate()
    unsafe candidates.deallocate()
    unsafe scores.deallocate()
  }
}
