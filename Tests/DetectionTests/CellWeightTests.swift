import Testing

@testable import Detection

@Suite struct `A detector's weights by cells` {
  /// 2 × 3 blocks of 2 × 2 cells.
  private func descriptor(_ definition: HOGDescriptor.Definition) -> HOGDescriptor {
    HOGDescriptor(
      window: PixelSize(width: 32, height: 24), orientations: 9, cellRows: 8, cellColumns: 8,
      blockRows: 2, blockColumns: 2, squareRoot: false, definition: definition)
  }

  private static let openCV = HOGDescriptor.Definition.openCV(
    OpenCVParameters(strideRows: 8, strideColumns: 8, windowSigma: nil, clip: 0.2, isSigned: false))

  /// An edge in one cell counts for that cell alone, whichever of its blocks weigh it.
  @Test(arguments: [HOGDescriptor.Definition.skimage(.l2Hys), openCV])
  func `lie where the features come from`(_ definition: HOGDescriptor.Definition) {
    let hog = descriptor(definition)
    let cells = hog.cellWeights((0..<hog.featureCount).map { _ in 1 })
    #expect(cells.map(\.x) == Array(repeating: [0, 8, 16, 24], count: 3).flatMap(\.self))
    #expect(cells.map(\.y) == [0, 8, 16].flatMap { Array(repeating: $0, count: 4) })
    // As many as there are blocks with the cell.
    #expect(cells.map { $0.weights[0] } == [1, 2, 2, 1, 2, 4, 4, 2, 1, 2, 2, 1])

    // A picture with one edge, in the cell at (24, 0), the second in the first row of a block. No other cell is
    // affected.
    var pixels = Array(repeating: UInt8(0), count: 32 * 24)
    for y in 3..<6 { for x in 28..<30 { pixels[y * 32 + x] = 255 } }
    let features = hog.features(of: GrayImage(width: 32, height: 24, pixels: pixels))
    let lit = hog.cellWeights(features).filter { $0.weights.contains { $0 > 0.3 } }
    #expect(lit.map(\.x) == [24] && lit.map(\.y) == [0])
  }

  /// A bright upper half has a horizontal edge.
  @Test func `point along the edges`() {
    let hog = descriptor(.skimage(.l2Hys))
    let pixels = (0..<24).flatMap { y in Array(repeating: UInt8(y < 12 ? 255 : 0), count: 32) }
    let features = hog.features(of: GrayImage(width: 32, height: 24, pixels: pixels))
    let strongest = hog.cellWeights(features).flatMap { $0.weights.enumerated() }
      .max { $0.element < $1.element }!
    let turn = hog.edgeDirection(ofOrientation: strongest.offset)
    // To within half a bin, in either direction along the edge.
    let fromHorizontal = abs((turn / .pi).rounded() * .pi - turn)
    #expect(fromHorizontal <= .pi / 18 + 1e-9, "orientation \(strongest.offset)")
  }
}
