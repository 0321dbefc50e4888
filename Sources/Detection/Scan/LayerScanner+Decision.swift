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
    let blocks = model.blockWeights
    let largestSum = blocks.joined().reduce(0.0) { sum, block in
      sum + block.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let ofFeatures = largestSum * model.hog.featureError
    ofScreening = ofFeatures + screening.error
    // A block's products are added one by one, those of different blocks in double precision.
    ofScore = ofFeatures + largestSum * Double(model.hog.blockSize + 2) * 0x1p-24
  }
}

extension LinearSVM {
  /// The margin of the window whose upper left pixel is (x, y) of an image as the definition has it, in double
  /// precision throughout.
  func exactMargin(of image: GrayImage, x: Int = 0, y: Int = 0) -> Double {
    zip(weights, hog.exactFeatures(of: image, x: x, y: y)).reduce(bias) {
      $0 + Double($1.0) * $1.1
    }
  }

  /// The weights by the place of their block: [block row][block column][feature].
  var blockWeights: [[ArraySlice<Float>]] {
    (0..<hog.blocksDown).map { row in
      (0..<hog.blocksAcross).map { column in
        let first = hog.firstFeature(ofBlockRow: row, column: column)
        return weights[first..<(first + hog.blockSize)]
      }
    }
  }
}

extension HOGDescriptor {
  /// How far a feature in single precision may be from its exact value, as a fraction of its block's norm.
  var featureError: Double {
    switch definition {
    case .skimage: DenseHOG.featureError(cellPixels: cellRows * cellColumns)
    case .openCV: DenseOpenCVHOG.featureError
    }
  }
}
