import TestSupport
import Testing

@testable import Detection

@Suite struct `Layer scanner` {
  @Test(arguments: UInt64(1)...6)
  func `scores every window as cutting it out and describing it does`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<25 {
      let hog = HOGDescriptor.randomOfEither(using: &generator)
      let layer = GrayImage.random(
        width: hog.window.width + .random(in: 0...60, using: &generator),
        height: hog.window.height + .random(in: 0...60, using: &generator),
        for: hog, using: &generator)
      let scanner = LayerScanner(
        model: .random(hog, using: &generator), step: .random(in: 1...9, using: &generator),
        minimumMargin: -.infinity)
      expectExactMargins(scanner, layer)
    }
  }

  @Test func `scores a wide layer in several tiles`() {
    var generator = SeededGenerator(seed: 7)
    let hog = HOGDescriptor(
      window: PixelSize(width: 8, height: 6), orientations: 3, cellRows: 2, cellColumns: 2,
      blockRows: 2, blockColumns: 2, squareRoot: true, blockNorm: .l1)
    let layer = GrayImage.random(width: 700, height: 300, using: &generator)
    let scanner = LayerScanner(
      model: .random(hog, using: &generator), step: 2, minimumMargin: -.infinity)
    #expect(scanner.tiles(ofLayer: layer.size).count == 6)
    expectExactMargins(scanner, layer)
  }

  /// The kernels sum a large cell in another order than the definition, and fine stripes round every sum the same
  /// way.
  @Test(arguments: [8, 28, 32, 40])
  func `knows how far off the sums of large cells may be`(cell: Int) {
    let hog = HOGDescriptor(
      window: PixelSize(width: cell, height: cell), orientations: 9, cellRows: cell,
      cellColumns: cell, blockRows: 1, blockColumns: 1, squareRoot: false, blockNorm: .l1)
    let size = 2 * cell
    for (a, b) in [(1, 1), (3, 5), (7, 90), (37, 101), (100, 27), (127, 128), (200, 55)] {
      let layer = GrayImage(
        width: size, height: size,
        pixels: (0..<(size * size)).map { index in
          UInt8(index % size / 2 % 2 * a + index / size / 2 % 2 * b)
        })
      for bin in 0..<9 {
        var weights = [Float](repeating: 0, count: 9)
        weights[bin] = 1
        let model = LinearSVM(hog: hog, weights: weights, bias: 0, sigmoid: Sigmoid(a: -1, b: 0))
        let scanner = LayerScanner(model: model, step: cell / 4, minimumMargin: -.infinity)
        for hit in hits(of: scanner, in: layer) {
          let error = abs(hit.margin - model.exactMargin(of: layer, x: hit.x, y: hit.y))
          #expect(error <= scanner.marginError.ofScore, "bin \(bin) of \(hit), \(a) and \(b)")
        }
      }
    }
  }

  private func hits(of scanner: LayerScanner, in layer: GrayImage) -> [LayerHit] {
    let workspace = ScanWorkspace(for: scanner)
    return scanner.tiles(ofLayer: layer.size).flatMap {
      scanner.scan($0, of: layer, using: workspace)
    }
  }

  /// Expects each window once, with its margin as close to the exact one as the scanner guarantees.
  private func expectExactMargins(_ scanner: LayerScanner, _ layer: GrayImage) {
    let (hog, step) = (scanner.model.hog, scanner.step)
    let hits = hits(of: scanner, in: layer)
    let grid = WindowGrid(layer: layer.size, window: hog.window, step: step)
    #expect(hits.count == grid.count && Set(hits.map { [$0.x, $0.y] }).count == grid.count)
    for hit in hits {
      let exact = scanner.model.exactMargin(of: layer, x: hit.x, y: hit.y)
      #expect(
        hit.x % step == 0 && hit.y % step == 0
          && abs(hit.margin - exact) <= scanner.marginError.ofScore / 4,
        "\(hit) is \(exact) with \(hog), error \(scanner.marginError)")
    }
  }
}
