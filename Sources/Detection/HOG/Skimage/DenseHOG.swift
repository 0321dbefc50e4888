internal import CKernels

/// A descriptor prepared for computing cells and blocks in single precision, many at a time.
struct DenseHOG: Sendable {
  let descriptor: HOGDescriptor
  let rows, columns: WindowAxis
  let table: GradientTable
  /// What keeps empty blocks from being divided by zero, in the table's unit and for sums over cells.
  let epsilon: Float
  let norm: ck_norm

  init(_ descriptor: HOGDescriptor) {
    self.descriptor = descriptor
    rows = WindowAxis(
      windowPixels: descriptor.window.height, cellPixels: descriptor.cellRows,
      blockCells: descriptor.blockRows)
    columns = WindowAxis(
      windowPixels: descriptor.window.width, cellPixels: descriptor.cellColumns,
      blockCells: descriptor.blockColumns)
    table = GradientTable(descriptor)
    epsilon = Float(
      HOGDescriptor.BlockNorm.epsilon * table.scale
        * Double(descriptor.cellRows * descriptor.cellColumns))
    norm = descriptor.blockNorm.kernel
  }

  /// How far, at most, a feature is from its exact value, as a fraction of its block's norm.
  ///
  /// Two sums of n numbers of one sign, each in single precision and in its own order, lie within 2n·2⁻²⁴ of each other, as
  /// a fraction of either. So do the cells of a block and its norm, by which they are divided. The rest is an allowance for
  /// gradients.
  static func featureError(cellPixels: Int) -> Double { 0x1p-19 + 4 * Double(cellPixels) * 0x1p-24 }
}

extension HOGDescriptor.BlockNorm {
  /// The norm as the kernels name it.
  var kernel: ck_norm {
    switch self {
    case .l1: CK_L1
    case .l1Sqrt: CK_L1_SQRT
    case .l2: CK_L2
    case .l2Hys: CK_L2_HYS
    }
  }
}
