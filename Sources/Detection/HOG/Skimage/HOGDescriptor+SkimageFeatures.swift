#if canImport(Glibc)
  internal import Glibc
#endif

extension HOGDescriptor {
  /// Describes one window exactly as `skimage.feature.hog` does, in double precision, every rounding where skimage
  /// has it.
  /// - Parameter window: an image of the size `self.window`.
  func exactSkimageFeatures(of window: GrayImage) -> [Double] {
    let cells = cellHistograms(of: window)
    var features: [Double] = []
    features.reserveCapacity(featureCount)
    var block: [Double] = []
    for row in 0..<blocksDown {
      for column in 0..<blocksAcross {
        block.removeAll(keepingCapacity: true)
        for cellRow in row..<(row + blockRows) {
          let first = (cellRow * cellsAcross + column) * orientations
          block += cells[first..<(first + blockColumns * orientations)]
        }
        blockNorm.normalize(&block)
        features += block
      }
    }
    return features
  }

  /// One histogram per cell, row by row: the mean over its pixels of the gradient magnitudes in each bin. skimage sums a
  /// cell in single precision, and so does this.
  private func cellHistograms(of window: GrayImage) -> [Double] {
    let (width, height) = (window.width, window.height)
    let values = (0...255).map { squareRoot ? Double($0).squareRoot() : Double($0) }
    let boundaries = binBoundaries
    var sums = [Float](repeating: 0, count: cellsDown * cellsAcross * orientations)
    func value(_ x: Int, _ y: Int) -> Double { values[Int(window.pixels[y * width + x])] }

    for y in 0..<(cellsDown * cellRows) {
      for x in 0..<(cellsAcross * cellColumns) {
        let gx = x == 0 || x == width - 1 ? 0 : value(x + 1, y) - value(x - 1, y)
        let gy = y == 0 || y == height - 1 ? 0 : value(x, y + 1) - value(x, y - 1)
        guard let bin = bin(ofGradient: gx, gy, boundaries: boundaries) else { continue }
        let cell = (y / cellRows) * cellsAcross + x / cellColumns
        let sum = Double(sums[cell * orientations + bin]) + hypot(gx, gy)
        sums[cell * orientations + bin] = Float(sum)
      }
    }
    return sums.map { Double($0 / Float(cellRows * cellColumns)) }
  }
}

extension HOGDescriptor.BlockNorm {
  /// What keeps an empty block from being divided by zero.
  static let epsilon = 1e-5

  /// Divides the histograms of one block by this norm of them.
  func normalize(_ block: inout [Double]) {
    switch self {
    case .l1:
      divide(&block, by: block.reduce(0, +) + Self.epsilon)
    case .l1Sqrt:
      divide(&block, by: block.reduce(0, +) + Self.epsilon)
      block = block.map { $0.squareRoot() }
    case .l2:
      divide(&block, by: euclideanNorm(block))
    case .l2Hys:
      divide(&block, by: euclideanNorm(block))
      block = block.map { min($0, 0.2) }
      divide(&block, by: euclideanNorm(block))
    }
  }

  private func divide(_ block: inout [Double], by divisor: Double) {
    block = block.map { $0 / divisor }
  }

  private func euclideanNorm(_ block: [Double]) -> Double {
    (block.reduce(0) { $0 + $1 * $1 } + Self.epsilon * Self.epsilon).squareRoot()
  }
}
