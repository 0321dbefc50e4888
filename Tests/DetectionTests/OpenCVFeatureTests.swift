import CPeers
import Foundation
import TestSupport
import Testing

@testable import Detection

/// A window of a picture for OpenCV to describe.
private struct OpenCVWindow: Codable {
  let window, block, stride, cell, size, place: [Int]
  let bins: Int
  let sigma, clip: Double
  let gamma, signed: Bool
  /// Each pixel's blue, green and red, or its grey.
  let pixels: [UInt8]

  init(_ hog: HOGDescriptor, _ image: GrayImage, x: Int, y: Int) {
    guard case .openCV(let parameters) = hog.definition else { fatalError("\(hog)") }
    window = [hog.window.width, hog.window.height]
    block = [hog.blockPixelColumns, hog.blockPixelRows]
    stride = [hog.strideColumns, hog.strideRows]
    cell = [hog.cellColumns, hog.cellRows]
    let isColored = parameters.usesColor && !image.colors.isEmpty
    size = [image.height, image.width] + (isColored ? [3] : [])
    place = [x, y]
    bins = hog.orientations
    sigma = parameters.windowSigma ?? -1
    clip = parameters.clip
    (gamma, signed) = (hog.squareRoot, parameters.isSigned)
    pixels =
      isColored
      ? image.pixels.indices.flatMap { index in image.colors.map { $0[index] } }
      : image.pixels
  }

  /// The features that a current opencv-python computes.
  static func features(of windows: [OpenCVWindow]) throws -> [[Double]] {
    try withTemporaryFolder { folder in
      let file = folder.appending("windows.json").string
      try JSONEncoder().encode(windows).write(to: URL(filePath: file))
      let printed = try Python.run(
        """
        import json, sys, cv2, numpy as np
        def describe(w):
            image = np.array(w["pixels"], np.uint8).reshape(w["size"])
            hog = cv2.HOGDescriptor(w["window"], w["block"], w["stride"], w["cell"], w["bins"], 1, w["sigma"], 0,
                                    w["clip"], w["gamma"], 64, w["signed"])
            return hog.compute(image, locations=[w["place"]]).ravel().tolist()
        print(json.dumps([describe(w) for w in json.load(open(sys.argv[1]))]))
        """, [file])
      return try JSONDecoder().decode([[Double]].self, from: Data(printed.utf8))
    }
  }

  /// The features that the installed C++ library computes.
  var featuresInCPlusPlus: [Double] {
    let hog = cpeers_hog(
      window_width: Int32(window[0]), window_height: Int32(window[1]), cell_width: Int32(cell[0]),
      cell_height: Int32(cell[1]), block_cells_across: Int32(block[0] / cell[0]),
      block_cells_down: Int32(block[1] / cell[1]), stride_across: Int32(stride[0]),
      stride_down: Int32(stride[1]), bins: Int32(bins), window_sigma: sigma, clip: clip,
      gamma_correction: gamma ? 1 : 0, signed_gradients: signed ? 1 : 0)
    let blocks = (window[0] - block[0]) / stride[0] + 1
    let count =
      blocks * ((window[1] - block[1]) / stride[1] + 1) * (block[0] / cell[0])
      * (block[1] / cell[1]) * bins
    return unsafe withUnsafePointer(to: hog) { hog in
      let weights = [Float](repeating: 0, count: count + 1)
      let detector = unsafe cpeers_make_detector(hog, weights, Int32(count + 1))!
      defer { unsafe cpeers_free_detector(detector) }
      var features = [Float](repeating: 0, count: count)
      unsafe cpeers_describe(
        detector, pixels, Int32(size[1]), Int32(size[0]), Int32(size.count), Int32(place[0]),
        Int32(place[1]), &features)
      return features.map(Double.init)
    }
  }
}

@Suite struct `OpenCV's features` {
  private typealias Case = (hog: HOGDescriptor, image: GrayImage, x: Int, y: Int)

  private func cases(count: Int, seed: UInt64, clip: Double = 0.2) -> [Case] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let hog =
        index % 10 == 0
        ? HOGDescriptor.people : .randomOpenCV(clip: clip, using: &generator)
      let image = GrayImage.random(
        width: hog.window.width + .random(in: 0...9, using: &generator),
        height: hog.window.height + .random(in: 0...9, using: &generator),
        for: hog, using: &generator)
      return (
        hog, image, .random(in: 0...(image.width - hog.window.width), using: &generator),
        .random(in: 0...(image.height - hog.window.height), using: &generator)
      )
    }
  }

  private func expect(_ expected: [Double], _ of: Case) {
    let features = of.hog.features(of: of.image, x: of.x, y: of.y)
    #expect(features.count == expected.count)
    let worst = zip(features, expected).map { abs(Double($0) - $1) }.max()!
    #expect(worst <= 1e-5, "\(worst) with \(of.hog)")
  }

  @Test(arguments: UInt64(1)...4)
  func `are those of opencv-python, whatever the settings`(seed: UInt64) throws {
    let cases = cases(count: 60, seed: seed)
    let windows = cases.map { OpenCVWindow($0.hog, $0.image, x: $0.x, y: $0.y) }
    for (expected, case_) in zip(try OpenCVWindow.features(of: windows), cases) {
      expect(expected, case_)
    }
  }

  /// In a process of its own, because OpenCV keeps the first threshold that a process uses.
  @Test(arguments: [0.1, 0.35])
  func `are cut at the threshold that is asked for`(clip: Double) throws {
    let cases = cases(count: 20, seed: 9, clip: clip).filter { $0.hog != .people }
    let windows = cases.map { OpenCVWindow($0.hog, $0.image, x: $0.x, y: $0.y) }
    for (expected, case_) in zip(try OpenCVWindow.features(of: windows), cases) {
      expect(expected, case_)
    }
  }

  @Test(arguments: UInt64(5)...8)
  func `are those of the library in C++, whatever the settings`(seed: UInt64) {
    for case_ in cases(count: 60, seed: seed) {
      expect(
        OpenCVWindow(case_.hog, case_.image, x: case_.x, y: case_.y).featuresInCPlusPlus, case_)
    }
  }
}
