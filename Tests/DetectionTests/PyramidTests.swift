import Detection
import Foundation
import TestSupport
import Testing

@Suite struct `Image pyramid` {
  @Test(arguments: UInt64(1)...3)
  func `has the lesson's layers and boxes`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let cases = (0..<10).map { _ in
      Case(
        image: [
          .random(in: 20...200, using: &generator), .random(in: 20...200, using: &generator),
        ],
        scale: .random(in: 1.05...2.5, using: &generator),
        window: [.random(in: 5...60, using: &generator), .random(in: 5...60, using: &generator)],
        step: .random(in: 3...9, using: &generator))
    }
    let printed = try Python.run(
      """
      import json, sys, numpy as np
      from lesson import windows
      print(json.dumps([[box for box, _ in windows(np.zeros(c["image"][::-1], np.uint8), c["step"],
                                                   c["scale"], tuple(c["window"]))]
                        for c in json.loads(sys.argv[1])]))
      """, [String(decoding: try JSONEncoder().encode(cases), as: UTF8.self)])
    let expected = try JSONDecoder().decode([[[Int]]].self, from: Data(printed.utf8))
    for (geometry, expected) in zip(cases, expected) {
      #expect(geometry.boxes == expected, "\(geometry)")
    }
  }

  @Test func `of a picture smaller than the window is the picture itself, without windows`() {
    let (small, window) = (PixelSize(width: 30, height: 90), PixelSize(width: 96, height: 32))
    #expect(Pyramid(image: small, scale: 1.5, window: window).layers == [small])
    #expect(WindowGrid(layer: small, window: window, step: 4).count == 0)
  }

  @Test func `begins above the picture's own size on request`() {
    let (image, window) = (PixelSize(width: 90, height: 40), PixelSize(width: 96, height: 32))
    let pyramid = Pyramid(image: image, scale: 1.25, window: window, upsample: 2)
    #expect(
      pyramid.enlarged
        == [(112, 50), (140, 62), (175, 78), (180, 80)].map {
          PixelSize(width: $0.0, height: $0.1)
        })
    #expect(pyramid.layers == Pyramid(image: image, scale: 1.25, window: window).layers)
    #expect(pyramid.box(x: 8, y: -4, layer: -4) == Box(x0: 4, y0: -2, x1: 52, y1: 14))
    #expect(Pyramid(image: image, scale: 1.25, window: window).enlarged == [])
  }
}

/// A picture's geometry, sizes as [width, height].
private struct Case: Codable {
  let image: [Int]
  let scale: Double
  let window: [Int]
  let step: Int

  var boxes: [[Int]] {
    let window = PixelSize(width: self.window[0], height: self.window[1])
    let pyramid = Pyramid(
      image: PixelSize(width: image[0], height: image[1]), scale: scale, window: window)
    return pyramid.layers.enumerated().flatMap { index, layer in
      let grid = WindowGrid(layer: layer, window: window, step: step)
      return (0..<grid.count).map { place in
        let box = pyramid.box(
          x: place % grid.across * step, y: place / grid.across * step, layer: index)
        return [box.x0, box.y0, box.x1, box.y1]
      }
    }
  }
}
