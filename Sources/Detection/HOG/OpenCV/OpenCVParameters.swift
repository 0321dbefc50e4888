#if canImport(Glibc)
  internal import Glibc
#endif

/// The parameters of `cv::HOGDescriptor` beyond the geometry it shares with skimage.
package struct OpenCVParameters: Hashable, Sendable {
  /// The distance of neighbouring blocks in pixels (`blockStride`), each at least 1.
  package let strideRows, strideColumns: Int
  /// The sigma of the Gaussian that weights pixels by their distance from a block's centre (`winSigma`), in pixels, above
  /// 0; nil: an eighth of the sum of a block's sides.
  package let windowSigma: Double?
  /// The limit to which features of the once normalised block are clipped (`L2HysThreshold`), above 0.
  package let clip: Double
  /// Whether opposite directions have separate bins (`signedGradient`).
  package let isSigned: Bool
  /// Whether a pixel's gradient is the longest of those of its blue, its green and its red, instead of that of its grey.
  package let usesColor: Bool

  package init(
    strideRows: Int, strideColumns: Int, windowSigma: Double? = nil, clip: Double = 0.2,
    isSigned: Bool = false, usesColor: Bool = false
  ) {
    precondition(strideRows > 0 && strideColumns > 0 && (windowSigma ?? 1) > 0 && clip > 0)
    self.strideRows = strideRows
    self.strideColumns = strideColumns
    self.windowSigma = windowSigma
    self.clip = clip
    self.isSigned = isSigned
    self.usesColor = usesColor
  }
}

extension GrayImage {
  /// The planes of which gradients are taken: the greys, or blue, green and red.
  func planes(_ parameters: OpenCVParameters) -> [[UInt8]] {
    parameters.usesColor && !colors.isEmpty ? colors : [pixels]
  }

  /// From this column on the last of equally long gradients counts, before it the first: OpenCV takes four pixels at a
  /// time, and those that are left over in another order of the colours.
  var lastPlaneFirst: Int { width / 4 * 4 }
}

/// How much the pixels of a block along one axis count for each of its cells: the Gaussian, which is a product of one
/// for each axis, times the share that falls to the cell between the centres of which a pixel lies.
struct BlockAxis {
  /// [cell][pixel]
  let weights: [[Double]]
  /// The pixels that count for each cell.
  let ranges: [Range<Int>]

  init(cells: Int, cellPixels: Int, sigma: Double) {
    let pixels = cells * cellPixels
    let weights = (0..<cells).map { cell in
      (0..<pixels).map { pixel in
        // OpenCV's Gaussian is centred on a pixel's edge, its cells on the middle between two.
        let fromCentre = Double(pixel) - Double(pixels) / 2
        let place = (Double(pixel) + 0.5) / Double(cellPixels) - 0.5
        let share = max(0, 1 - abs(place - Double(cell)))
        return exp(-fromCentre * fromCentre / (2 * sigma * sigma)) * share
      }
    }
    self.weights = weights
    ranges = weights.map { weights in
      let first = weights.firstIndex { $0 > 0 } ?? 0
      return first..<((weights.lastIndex { $0 > 0 } ?? -1) + 1)
    }
  }
}

extension HOGDescriptor {
  /// The weights of a block's rows and columns of pixels.
  func blockAxes(_ parameters: OpenCVParameters) -> (rows: BlockAxis, columns: BlockAxis) {
    let sigma = parameters.windowSigma ?? Double(blockPixelRows + blockPixelColumns) / 8
    return (
      BlockAxis(cells: blockRows, cellPixels: cellRows, sigma: sigma),
      BlockAxis(cells: blockColumns, cellPixels: cellColumns, sigma: sigma)
    )
  }
}
