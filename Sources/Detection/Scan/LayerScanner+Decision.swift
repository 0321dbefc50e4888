/// The most by which margins computed with rounding can differ from the exact ones.
///
/// A block's features have a Euclidean norm of at most 1 whatever the block norm, so a block adds at
/// most its weights' norm to a margin.
struct MarginError {
  /// With 16-bit features and weights.
  let ofScreening: Double
  /// In single precision.
  let ofScore: Double

  init(_ model: LinearSVM, screening: ScreeningWeights) {
    let blockSize = model.hog.blockSize
    let largestSum = stride(from: 0, to: model.weights.count, by: blockSize).reduce(0.0) {
      sum, block in
      let squares = model.weights[block..<(block + blockSize)].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      return sum + squares.squareRoot()
    }
    let ofFeatures = largestSum * DenseHOG.featureError
    ofScreening = ofFeatures + screening.error
    // A block's products are added one by one, those of different blocks in double precision.
    ofScore = ofFeatures + largestSum * Double(blockSize + 2) * 0x1p-24
  }
}

extension LinearSVM {
  /// The margin of a window as the definition has it, in double precision throughout.
  func exactMargin(of window: GrayImage) -> Double {
    zip(weights, hog.exactFeatures(of: window)).reduce(bias) { $0 + Double($1.0) * $1.1 }
  }
}
