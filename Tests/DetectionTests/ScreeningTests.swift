import CKernels
import TestSupport
import Testing

@testable import Detection

@Suite struct `Screening` {
  @Test(arguments: UInt64(1)...6)
  func `misses no margin by more than it says, and never leaves 32 bits`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let hog = HOGDescriptor.randomOfEither(using: &generator)
      let model = LinearSVM.uneven(hog, using: &generator)
      let screening = ScreeningWeights(model)
      let image = GrayImage.random(
        width: hog.window.width, height: hog.window.height,
        for: hog, using: &generator)
      let features = hog.exactFeatures(of: image)
      let margin = screening.margin(of: features, model)
      let exact = model.exactMargin(of: image)
      #expect(abs(margin - exact) <= screening.error, "\(margin), not \(exact): \(hog)")
      // The worst case for L1-normalised blocks: everything in the bin with the largest weight.
      let worst = screening.margin(of: model.worstFeatures, model)
      let expected = zip(model.weights, model.worstFeatures).reduce(model.bias) {
        $0 + Double($1.0) * $1.1
      }
      #expect(abs(worst - expected) <= screening.error, "\(worst), not \(expected): \(hog)")
    }
  }

  @Test func `tells most windows of a detector of cars from its threshold`() {
    var generator = SeededGenerator(seed: 1)
    // Margins of detectors like this one vary by some tenths for each 5 that the blocks can add.
    let model = LinearSVM.random(.lesson, using: &generator)
    let reach = Double(model.hog.blocksDown * model.hog.blocksAcross)
    #expect(ScreeningWeights(model).error < 1e-3 * reach)
  }

  @Test(arguments: UInt64(1)...6)
  func `loses no window that lies just above the threshold`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      let hog = HOGDescriptor.randomOfEither(using: &generator)
      let layer = GrayImage.random(
        width: hog.window.width + .random(in: 0...40, using: &generator),
        height: hog.window.height + .random(in: 0...40, using: &generator),
        for: hog, using: &generator)
      let model = LinearSVM.uneven(hog, using: &generator)
      let step = Int.random(in: 1...9, using: &generator)
      let margins = model.exactMargins(of: layer, step: step)
      let minimum = margins.values.sorted()[margins.count / 2].nextDown
      let scanner = LayerScanner(model: model, step: step, minimumMargin: minimum)
      let workspace = ScanWorkspace(for: scanner)
      let hits = scanner.tiles(ofLayer: layer.size).flatMap {
        scanner.scan($0, of: layer, using: workspace)
      }
      let expected = margins.filter { $0.value > minimum }.keys
      #expect(Set(hits.map { WindowCorner(x: $0.x, y: $0.y) }) == Set(expected), "\(hog)")
    }
  }
}

extension ScreeningWeights {
  /// The margin as the kernels compute it, with the features rounded to integers.
  fileprivate func margin(of features: [Double], _ model: LinearSVM) -> Double {
    let (hog, unit) = (model.hog, Double(CK_UNIT))
    var margin = model.bias
    for row in 0..<hog.blocksDown {
      var sum: Int32 = 0
      for column in 0..<hog.blocksAcross {
        let block = row * hog.blocksAcross + column
        let first = hog.firstFeature(ofBlockRow: row, column: column)
        for k in 0..<hog.blockSize {
          let pair = pairs[block * hog.blockPairs + k / 2]
          let weight = k % 2 == 0 ? Int32(Int16(truncatingIfNeeded: pair)) : pair >> 16
          sum += Int32((features[first + k] * unit).rounded()) * weight
        }
      }
      margin += Double(sum) * Double(units[row])
    }
    return margin
  }
}

extension LinearSVM {
  /// Weights, some of which are much larger than others.
  fileprivate static func uneven(
    _ hog: HOGDescriptor, using generator: inout SeededGenerator
  ) -> LinearSVM {
    let model = LinearSVM.random(hog, using: &generator)
    let largest = Float([1, 1e3, 1e6].randomElement(using: &generator)!)
    return LinearSVM(
      hog: hog,
      weights: model.weights.map {
        Int.random(in: 0..<50, using: &generator) == 0 ? $0 * largest : $0
      }, bias: model.bias, sigmoid: model.sigmoid)
  }

  /// For each block, 1 at its largest weight and 0 elsewhere.
  fileprivate var worstFeatures: [Double] {
    stride(from: 0, to: weights.count, by: hog.blockSize).flatMap { first in
      let block = weights[first..<(first + hog.blockSize)]
      let largest = block.indices.max { abs(block[$0]) < abs(block[$1]) }!
      return block.indices.map { $0 == largest ? 1.0 : 0 }
    }
  }

  /// The margins of all windows of a layer, cut out and described one by one.
  fileprivate func exactMargins(of layer: GrayImage, step: Int) -> [WindowCorner: Double] {
    let grid = WindowGrid(layer: layer.size, window: hog.window, step: step)
    return Dictionary(
      uniqueKeysWithValues: (0..<grid.count).map { index in
        let (x, y) = (index % grid.across * step, index / grid.across * step)
        return (WindowCorner(x: x, y: y), exactMargin(of: layer, x: x, y: y))
      })
  }
}
