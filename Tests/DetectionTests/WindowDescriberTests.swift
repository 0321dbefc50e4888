import TestSupport
import Testing

@testable import Detection

@Suite struct `Window describer` {
  @Test(arguments: UInt64(1)...6)
  func `is near the exact features, whatever the settings`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let hog = HOGDescriptor.randomOfEither(using: &generator)
      let image = GrayImage.random(
        width: hog.window.width + .random(in: 0...9, using: &generator),
        height: hog.window.height + .random(in: 0...9, using: &generator),
        for: hog, using: &generator)
      let x = Int.random(in: 0...(image.width - hog.window.width), using: &generator)
      let y = Int.random(in: 0...(image.height - hog.window.height), using: &generator)
      let features = WindowDescriber(hog).features(of: image, x: x, y: y)
      let exact = hog.exactFeatures(of: image, x: x, y: y)
      let worst = zip(features, exact).map { abs(Double($0) - $1) }.max()!
      let allowed = if case .skimage = hog.definition { 1e-6 } else { 1e-5 }
      #expect(features.count == exact.count && worst <= allowed, "\(worst) with \(hog)")
    }
  }
}
