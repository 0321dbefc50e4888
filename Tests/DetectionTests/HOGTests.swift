import Detection
import Foundation
import TestSupport
import Testing

/// skimage's description of windows: one list of features per window.
struct DescribedWindow: Codable {
  let orientations: Int
  let cell, block, size: [Int]
  let squareRoot: Bool
  let norm: String
  let pixels: [UInt8]

  init(_ hog: HOGDescriptor, _ window: GrayImage) {
    orientations = hog.orientations
    cell = [hog.cellRows, hog.cellColumns]
    block = [hog.blockRows, hog.blockColumns]
    size = [window.height, window.width]
    squareRoot = hog.squareRoot
    norm = hog.blockNorm.rawValue
    pixels = window.pixels
  }

  static func features(of windows: [DescribedWindow]) throws -> [[Double]] {
    try withTemporaryFolder { folder in
      let file = folder.appending("windows.json").string
      try JSONEncoder().encode(windows).write(to: URL(filePath: file))
      let printed = try Python.run(
        """
        import json, sys, numpy as np
        from skimage.feature import hog
        def describe(w):
            window = np.array(w["pixels"], np.uint8).reshape(w["size"])
            return hog(window, w["orientations"], w["cell"], w["block"], w["norm"],
                       transform_sqrt=w["squareRoot"]).tolist()
        print(json.dumps([describe(w) for w in json.load(open(sys.argv[1]))]))
        """, [file])
      return try JSONDecoder().decode([[Double]].self, from: Data(printed.utf8))
    }
  }
}

@Suite struct `HOG features` {
  @Test(arguments: UInt64(1)...4)
  func `are skimage's, whatever the settings`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let cases = (0..<60).map { _ in
      let hog = HOGDescriptor.random(using: &generator)
      return (
        hog,
        GrayImage.random(width: hog.window.width, height: hog.window.height, using: &generator)
      )
    }
    let expected = try DescribedWindow.features(of: cases.map { DescribedWindow($0, $1) })
    for ((hog, window), expected) in zip(cases, expected) {
      let features = hog.features(of: window)
      #expect(features.count == expected.count)
      let worst = zip(features, expected).map { abs(Double($0) - $1) }.max()!
      #expect(worst <= 1e-6, "\(worst) with \(hog)")
    }
  }

  @Test func `are skimage's for the lesson's window`() throws {
    var generator = SeededGenerator(seed: 5)
    let hog = HOGDescriptor.lesson
    let windows = (0..<8).map { _ in
      GrayImage.random(width: hog.window.width, height: hog.window.height, using: &generator)
    }
    let expected = try DescribedWindow.features(of: windows.map { DescribedWindow(hog, $0) })
    for (window, expected) in zip(windows, expected) {
      let features = hog.features(of: window)
      #expect(features.count == 5796)
      #expect(zip(features, expected).allSatisfy { abs(Double($0) - $1) <= 1e-6 })
    }
  }
}
