internal import CKernels

/// A descriptor with OpenCV's definition, prepared for computing blocks in single precision, many at a time.
struct DenseOpenCVHOG: Sendable {
  let descriptor: HOGDescriptor
  let parameters: OpenCVParameters
  /// The float of each of the 256 grey values, or of its square root, as the integer with its bits.
  let values: [Int32]
  let bins: ck_bins
  let norm: ck_block_norm
  let rows, columns: Weights

  /// `BlockAxis` in single precision, by pixel: see `ck_add_cells`.
  struct Weights: Sendable {
    let before, after: [Float]
    let centres: [Int]

    init(_ axis: BlockAxis) {
      let (cells, pixels) = (axis.weights.count, axis.weights[0].count)
      let centres = (0..<cells).map { ($0 * 2 + 1) * (pixels / cells) / 2 }
      func weight(of pixel: Int, forCell cell: Int) -> Float {
        (0..<cells).contains(cell) ? Float(axis.weights[cell][pixel]) : 0
      }
      let passed = (0..<pixels).map { pixel in centres.count { $0 <= pixel } }
      before = passed.enumerated().map { weight(of: $0, forCell: $1 - 1) }
      after = passed.enumerated().map { weight(of: $0, forCell: $1) }
      self.centres = centres + [pixels]
    }
  }

  init(_ descriptor: HOGDescriptor, _ parameters: OpenCVParameters) {
    self.descriptor = descriptor
    self.parameters = parameters
    values = (0...255).map { grey in
      let value = descriptor.squareRoot ? Float(grey).squareRoot() : Float(grey)
      return Int32(bitPattern: value.bitPattern)
    }
    let degreesABin = (parameters.isSigned ? 360 : 180) / Double(descriptor.orientations)
    let arc = HOGDescriptor.arcTangent.map { Float($0 / degreesABin) }
    bins = ck_bins(
      count: Int32(descriptor.orientations), is_signed: parameters.isSigned ? 1 : 0,
      arc_tangent: (arc[0], arc[1], arc[2], arc[3]))
    norm = ck_block_norm(
      first_epsilon: Float(OpenCVParameters.firstEpsilon(descriptor.blockSize)),
      second_epsilon: Float(OpenCVParameters.secondEpsilon), clip: Float(parameters.clip))
    let axes = descriptor.blockAxes(parameters)
    rows = Weights(axes.rows)
    columns = Weights(axes.columns)
  }

  /// How far, at most, a feature is from its exact value, as a fraction of its block's norm.
  static let featureError = 0x1p-15
}
