#if canImport(Glibc)
  internal import Glibc
#endif

extension HOGDescriptor {
  /// The polynomial by which OpenCV finds the angle of a direction in the first eighth of a turn from its tangent, in
  /// degrees: coefficients of its 1st, 3rd, 5th and 7th power.
  static let arcTangent = [
    0.9997878412794807, -0.3258083974640975, 0.1555786518463281, -0.04432655554792128,
  ].map { $0 * 180 / .pi }

  /// Describes a window of a picture as `cv::HOGDescriptor::compute` does, in double precision.
  func exactOpenCVFeatures(
    of image: GrayImage, x: Int, y: Int, _ parameters: OpenCVParameters
  ) -> [Double] {
    let votes = gradientVotes(of: image, x: x, y: y, parameters)
    let axes = blockAxes(parameters)
    var features: [Double] = []
    features.reserveCapacity(featureCount)
    for column in 0..<blocksAcross {
      for row in 0..<blocksDown {
        var block = [Double](repeating: 0, count: blockSize)
        for (cellColumn, across) in axes.columns.weights.enumerated() {
          for (cellRow, down) in axes.rows.weights.enumerated() {
            let first = (cellColumn * blockRows + cellRow) * orientations
            for i in axes.rows.ranges[cellRow] {
              for j in axes.columns.ranges[cellColumn] {
                let vote = votes[
                  (row * strideRows + i) * window.width + column * strideColumns + j]
                let weight = down[i] * across[j]
                block[first + vote.bin] += vote.lower * weight
                block[first + (vote.bin + 1) % orientations] += vote.upper * weight
              }
            }
          }
        }
        parameters.normalize(&block)
        features += block
      }
    }
    return features
  }

  /// What a pixel's gradient adds to its bin and to the next.
  private struct Vote {
    let bin: Int
    let lower, upper: Double
  }

  /// The votes of a window's pixels, row by row.
  private func gradientVotes(of image: GrayImage, x: Int, y: Int, _ parameters: OpenCVParameters)
    -> [Vote]
  {
    let values = (0...255).map { squareRoot ? Float($0).squareRoot() : Float($0) }
    let planes = image.planes(parameters)
    // Beyond the picture's edge lies the pixel next to the edge again.
    func mirrored(_ index: Int, _ count: Int) -> Int {
      index < 0 ? min(1, count - 1) : index < count ? index : max(count - 2, 0)
    }
    return (0..<(window.width * window.height)).map { index in
      let (x, y) = (x + index % window.width, y + index / window.width)
      let (left, right) = (mirrored(x - 1, image.width), mirrored(x + 1, image.width))
      let (above, below) = (mirrored(y - 1, image.height), mirrored(y + 1, image.height))
      let gradients = planes.map { plane in
        func value(_ x: Int, _ y: Int) -> Float { values[Int(plane[y * image.width + x])] }
        return (x: value(right, y) - value(left, y), y: value(x, below) - value(x, above))
      }
      let longest = gradients.dropFirst().reduce(gradients[0]) { longest, next in
        let difference =
          next.x * next.x + next.y * next.y
          - (longest.x * longest.x + longest.y * longest.y)
        return difference > 0 || difference == 0 && x >= image.lastPlaneFirst ? next : longest
      }
      return vote(ofGradient: longest.x, longest.y, isSigned: parameters.isSigned)
    }
  }

  private func vote(ofGradient gx: Float, _ gy: Float, isSigned: Bool) -> Vote {
    let (across, down) = (Double(abs(gx)), Double(abs(gy)))
    let tangent = min(across, down) / (max(across, down) + Double(Float(Double.ulpOfOne)))
    let square = tangent * tangent
    var degrees = Self.arcTangent.reversed().reduce(0) { $0 * square + $1 } * tangent
    if across < down { degrees = 90 - degrees }
    if gx < 0 { degrees = 180 - degrees }
    if gy < 0 { degrees = 360 - degrees }
    let place = degrees * Double(orientations) / (isSigned ? 360 : 180) - 0.5
    let below = place.rounded(.down)
    let magnitude = (across * across + down * down).squareRoot()
    return Vote(
      bin: (Int(below) + orientations) % orientations,
      lower: magnitude * (1 - (place - below)), upper: magnitude * (place - below))
  }
}

extension OpenCVParameters {
  /// What keeps an empty block of `count` features from being divided by zero, the first and the second time.
  static func firstEpsilon(_ count: Int) -> Double { 0.1 * Double(count) }
  static let secondEpsilon = 1e-3

  /// Normalises the histograms of one block, clips them and normalises again.
  func normalize(_ block: inout [Double]) {
    func norm(_ block: [Double]) -> Double {
      block.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let first = norm(block) + Self.firstEpsilon(block.count)
    block = block.map { min($0 / first, clip) }
    let second = norm(block) + Self.secondEpsilon
    block = block.map { $0 / second }
  }
}
