/// The most by which margins computed in single precision can differ from the exact ones.
///
/// A block's features have a Euclidean norm of at most 1 whatever the block norm, so a block adds at
/// most its weights' norm to a margin.
struct MarginError {
  /// By the features' own rounding.
  let ofFeatures: Double
  /// By that and by summing one row of blocks product by product.
  let ofSum: Double

  init(_ model: LinearSVM) {
    let blockSize = model.hog.blockSize
    let largestSum = stride(from: 0, to: model.weights.count, by: blockSize).reduce(0.0) {
      sum, block in
      let squares = model.weights[block..<(block + blockSize)].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      return sum + squares.squareRoot()
    }
    let roundings = model.hog.blocksAcross * blockSize + model.hog.blocksDown
    ofFeatures = largestSum * DenseHOG.featureError
    ofSum = ofFeatures + largestSum * Double(roundings) * 0x1p-24 + abs(model.bias) * 0x1p-22
  }
}

extension LayerScanner {
  /// The candidate's margin, as exact as its side of the threshold needs.
  func decidedMargin(
    of candidate: LayerHit, in layer: GrayImage, using describer: WindowDescriber
  ) -> Double {
    guard abs(candidate.margin - minimumMargin) <= marginError.ofSum else {
      return candidate.margin
    }
    let margin = model.margin(of: describer.features(of: layer, x: candidate.x, y: candidate.y))
    guard abs(margin - minimumMargin) <= marginError.ofFeatures else { return margin }
    let (window, x, y) = (model.hog.window, candidate.x, candidate.y)
    return model.exactMargin(
      of: layer.cropped(to: Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)))
  }
}

extension LinearSVM {
  /// The margin of a window as the definition has it, in double precision throughout.
  func exactMargin(of window: GrayImage) -> Double {
    zip(weights, hog.exactFeatures(of: window)).reduce(bias) { $0 + Double($1.0) * $1.1 }
  }
}
