import Detection
import TestSupport
import Testing

@testable import Detecting
@testable import Mining

@Suite struct `Heat maps` {
  @Test(arguments: UInt64(1)...4)
  func `give the best margin of all windows centred at each place`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let model = LinearSVM.random(.lesson, using: &generator)
    let image = GrayImage.random(width: 143, height: 61, using: &generator)
    let (step, scale) = (Int.random(in: 2...6, using: &generator), 1.2)
    let scanner = PictureScanner(
      model: model, step: step, pyramidScale: scale, minimumMargin: -.greatestFiniteMagnitude)
    let pyramid = Pyramid(image: image.size, scale: scale, window: model.hog.window)
    let hits = scanner.scan(image).hits
    let map = scanner.heat(of: image, threads: 1)
    #expect(scanner.heat(of: image, threads: 3) == map)
    #expect(map.margins.max() == hits.map { Float($0.margin) }.max())

    for (index, margin) in map.margins.enumerated() {
      let (x, y) = (index % image.width, index / image.width)
      let here = hits.filter { hit in
        let half = Double(step) * pyramid.scale(ofLayer: hit.layer) / 2
        let (centerX, centerY) = (
          Double(hit.box.x0 + hit.box.x1) / 2, Double(hit.box.y0 + hit.box.y1) / 2
        )
        return Double(x + 1) > centerX - half && Double(x) < centerX + half
          && Double(y + 1) > centerY - half && Double(y) < centerY + half
      }
      guard margin == here.map({ Float($0.margin) }).max() ?? -.infinity else {
        Issue.record("(\(x), \(y)): \(margin)")
        return
      }
    }
    // Windows of 96×32 have their centres 48 and 16 pixels from the edges, with no gap between them.
    let (rows, columns) = (16..<(46 - step), 48..<(96 - step))
    let inner = rows.flatMap { y in columns.map { map.margins[y * image.width + $0] } }
    #expect(inner.allSatisfy { $0 > -.infinity })
    #expect(map.margins[0] == -.infinity && map.levels[0] == nil)
  }

  @Test func `are drawn between the margins of both support vectors`() {
    var map = HeatMap(of: PixelSize(width: 4, height: 1))
    for (x, margin) in [(0, Float(-7)), (1, 0), (2, 3)] {
      map.add(Box(x0: x, y0: 0, x1: x + 1, y1: 1), margin: margin, step: 1)
    }
    #expect(map.levels == [0, 128, 255, nil])
  }
}
