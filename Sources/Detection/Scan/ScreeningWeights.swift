internal import CKernels

/// A detector's weights in 16 bits: fast, and accurate enough to say which windows cannot be hits.
///
/// Most windows are far from the threshold, and multiplying 16-bit integers takes half the time of
/// floats. A feature in 0...1 becomes an integer in 0...`CK_UNIT`, and the weights of each row of a window's blocks are
/// multiplied by the row's own scale and rounded:
///
///     margin ≈ bias + Σ over rows of blocks (Σ feature₁₆ · weight₁₆) · unit
///
/// The inner sums are exact, because the scale is so small that no features can make one exceed 32 bits. Only the two
/// roundings are not, and `error` bounds their effect on a margin, from these weights. Windows that may lie above the
/// threshold by that bound are scored again in floats, so rounding never decides anything. If the bound were so wide that
/// all windows are (weights of very different sizes in one row), the result would still be the same, and the scan about
/// three times slower.
struct ScreeningWeights: Sendable {
  /// [block row][block column][pair of features]: two weights per number, the first in the lower half.
  let pairs: [Int32]
  /// The factor for the sums over one row of blocks.
  let units: [Float]
  /// The most by which a margin can differ from that of the same features in exact arithmetic.
  let error: Double

  init(_ model: LinearSVM) {
    let hog = model.hog
    let rows = model.blockWeights.map { blocks in
      Row(blocks: blocks.map { $0.map(Double.init) }, norm: hog.blockNorm)
    }
    pairs = rows.flatMap(\.pairs)
    units = rows.map { Float($0.unit) }
    // Each row of blocks is converted, scaled and added in single precision.
    let sum = rows.reduce(abs(model.bias)) { $0 + $1.reach }
    error = rows.reduce(0) { $0 + $1.error } + sum * Double(hog.blocksDown + 4) * 0x1p-24
  }

  /// The weights of one row of a window's blocks.
  private struct Row {
    let pairs: [Int32]
    /// The margin that a sum of 1 represents.
    let unit: Double
    /// The most that the row can add to a margin or take from it.
    let reach: Double
    /// The most by which rounding can change that.
    let error: Double

    /// How far a feature may be from its integer, in integers: half of one, and float's rounding.
    private static let featureRounding = 0.51

    init(blocks: [[Double]], norm: HOGDescriptor.BlockNorm) {
      // What a block can add to a sum for each `CK_UNIT`, its features rounded up as far as they go.
      func largestSum(_ weights: [Double]) -> Double {
        norm.reach(of: weights)
          + Self.featureRounding / Double(CK_UNIT) * weights.reduce(0) { $0 + abs($1) }
      }
      let largestWeight = blocks.joined().reduce(0) { max($0, abs($1)) }
      let sums = blocks.reduce(0) { $0 + largestSum($1) }
      // Rounding may make each weight half larger.
      let roundings = blocks.reduce(0) {
        $0 + largestSum([Double](repeating: 0.5, count: $1.count))
      }
      // Features may add up to a little more than 1 by the rounding of floats.
      let room = max(0, 0.999 * Double(Int32.max) / Double(CK_UNIT) - roundings)
      let scale = sums > 0 ? min(room / sums, Double(Int16.max) / largestWeight) : 0
      let rounded = blocks.map { $0.map { ($0 * scale).rounded() } }
      let unscale = scale > 0 ? 1 / scale : 0
      pairs = rounded.flatMap(Self.paired)
      unit = unscale / Double(CK_UNIT)
      reach = blocks.reduce(0) { $0 + norm.reach(of: $1) }
      error = zip(blocks, rounded).reduce(0) { error, block in
        let (exact, rounded) = (block.0, block.1.map { $0 * unscale })
        return error + norm.reach(of: zip(exact, rounded).map { $0 - $1 })
          + (largestSum(rounded) - norm.reach(of: rounded))
      }
    }

    private static func paired(_ weights: [Double]) -> [Int32] {
      stride(from: 0, to: weights.count, by: 2).map { first in
        let lower = Int32(weights[first]) & 0xffff
        return first + 1 < weights.count ? lower | Int32(weights[first + 1]) << 16 : lower
      }
    }
  }
}

extension HOGDescriptor.BlockNorm {
  /// The most that a block with these weights can add to a margin or take from it: an L1-normalised
  /// block's features add up to at most 1, the squares of all others' do.
  fileprivate func reach(of weights: [Double]) -> Double {
    self == .l1
      ? weights.reduce(0) { max($0, abs($1)) }
      : weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
