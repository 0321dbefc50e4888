/// Describes windows as OpenCV does, with the gradients of the whole image.
final class OpenCVDescriber {
  private let hog: HOGDescriptor
  private let blocks, sharedBlocks: OpenCVBlockMemory

  init(_ dense: DenseOpenCVHOG) {
    hog = dense.descriptor
    let lattice = BlockLattice(hog)
    blocks = OpenCVBlockMemory(dense, lattice: lattice, windows: 1)
    sharedBlocks = OpenCVBlockMemory(dense, lattice: lattice, windows: WindowCorner.groupColumns)
  }

  /// Describes windows of one group, each block once: see `WindowDescriber`.
  func describe(
    _ image: GrayImage, _ corners: [WindowCorner], into room: (Int) -> UnsafeMutablePointer<Float>
  ) {
    let left = corners.reduce(Int.max) { min($0, $1.x) }
    let right = corners.reduce(0) { max($0, $1.x) }
    var strip: (top: Int, nextRow: Int, blocks: OpenCVBlockRows)?
    for (index, corner) in corners.enumerated() {
      // Begin again below blocks that no window uses.
      if strip.map({ corner.y >= $0.top + $0.nextRow * hog.strideRows }) ?? true {
        let blocks = OpenCVBlockRows(
          of: image, x: left, y: corner.y,
          windowColumns: (right - left) / hog.strideColumns + 1,
          in: corners.count == 1 ? blocks : sharedBlocks)
        strip = (top: corner.y, nextRow: 0, blocks: blocks)
      }
      let row = (corner.y - strip!.top) / hog.strideRows
      while strip!.nextRow < row + hog.blocksDown {
        strip!.blocks.prepare(through: strip!.nextRow)
        strip!.blocks.normalize(run: 0, row: strip!.nextRow)
        strip!.nextRow += 1
      }
      unsafe strip!.blocks.writeFeatures(
        row: row, column: (corner.x - left) / hog.strideColumns, to: room(index))
    }
  }
}
