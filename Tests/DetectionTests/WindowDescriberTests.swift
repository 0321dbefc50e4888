import TestSupport
import Testing

@testable import Detection

@Suite struct `Window describer` {
  @Test(arguments: UInt64(1)...6)
  func `is within 1e-6 of the exact features, whatever the settings`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let hog = HOGDescriptor.random(using: &generator)
      let image = GrayImage.random(
        width: hog.window.width + .random(in: 0...9, using: &generator),
        height: hog.window.height + .random(in: 0...9, using: &generator), using: &generator)
      let x = Int.random(in: 0...(image.width - hog.window.width), using: &generator)
      let y = Int.random(in: 0...(image.height - hog.window.height), using: &generator)
      let window = Box(x0: x, y0: y, x1: x + hog.window.width, y1: y + hog.window.height)
      let features = WindowDescriber(hog).features(of: image, x: x, y: y)
      let exact = hog.exactFeatures(of: image.cropped(to: window))
      let worst = zip(features, exact).map { abs(Double($0) - $1) }.max()!
      #expect(features.count == exact.count && worst <= 1e-6, "\(worst) with \(hog)")
    }
  }
}
