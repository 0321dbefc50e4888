import CPeers
import Detection
import Foundation
import OpenCVDetector
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Detecting

/// A detector with OpenCV's features, a picture, and search settings.
private struct Search {
  let model: LinearSVM
  let picture: GrayImage
  let step: Int
  let scale: Double
  let padding: Int
  let threshold: Double

  init(seed: UInt64, padding: Int = 0) {
    var generator = SeededGenerator(seed: seed)
    let hog =
      seed % 3 == 0
      ? HOGDescriptor.people : HOGDescriptor.randomOpenCV(using: &generator)
    model = .random(hog, using: &generator)
    picture = .random(
      width: 2 * hog.window.width + .random(in: 0...90, using: &generator),
      height: 2 * hog.window.height + .random(in: 0...90, using: &generator), using: &generator)
    // OpenCV pads incorrectly if the greatest common divisor of step and stride is not a power of two.
    let strides = [hog.strideColumns, hog.strideRows]
    step = (2...9).filter { step in
      padding == 0 || strides.allSatisfy { [1, 2, 4, 8].contains(greatestDivisor(step, $0)) }
    }.randomElement(using: &generator)!
    scale = .random(in: 1.1...1.6, using: &generator)
    self.padding = padding
    // A third of all windows are found.
    let margins = PictureScanner(
      model: model, step: step, pyramidScale: scale, padding: padding, minimumMargin: -1e9
    ).scan(picture).hits.map(\.margin).sorted()
    threshold = margins[margins.count * 2 / 3]
  }

  func scan(threads: Int = 1) -> [ScanHit] {
    PictureScanner(
      model: model, step: step, pyramidScale: scale, padding: padding, minimumMargin: threshold
    ).scan(picture, threads: threads).hits
  }

  func write(to path: String, as format: OpenCVDetectorFile.Format) throws {
    let file = try OpenCVDetectorFile(
      model,
      OpenCVDetectorFile.Search(
        threshold: threshold, step: step, pyramidScale: scale, padding: padding), as: format)
    try Data(file.text).write(to: URL(filePath: path))
  }
}

private func greatestDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestDivisor(b, a % b)
}

@Suite struct `A detector for OpenCV` {
  @Test(arguments: UInt64(1)...8)
  func `finds the same windows with the same scores in C++`(seed: UInt64) throws {
    let search = Search(seed: seed, padding: seed % 2 == 0 ? 0 : 16)
    let found = try withTemporaryFolder { folder in
      let path = folder.appending("detector.xml").string
      try search.write(to: path, as: .xml)
      return search.windows(ofDetectorAt: path)
    }
    // Only the picture itself, because detectMultiScale uses other layers.
    let ours = search.scan().filter { $0.layer == 0 }
    #expect(!ours.isEmpty)
    for hit in ours {
      let score = found[WindowPlace(x: hit.box.x0, y: hit.box.y0)]
      #expect(abs((score ?? .nan) - hit.margin) <= 1e-4 || isOnThreshold(hit.margin, search))
    }
    for (place, score) in found where !isOnThreshold(score, search) {
      #expect(ours.contains { $0.box.x0 == place.x && $0.box.y0 == place.y }, "\(place) \(score)")
    }
  }

  /// Misfire's pyramid, made with OpenCV as docs/format.md shows.
  private static let search = """
    import cv2, json, sys, numpy as np

    def search(image, hog, threshold, step, scale, padding):
        step = (step, step)
        padding = tuple(-(-padding // s) * s for s in step)
        layer, number = image, 0
        while True:
            places, scores = hog.detect(layer, threshold, step, padding)
            s = image.shape[0] / layer.shape[0]
            for (x, y), score in zip(places, np.ravel(scores)):
                x0, y0 = int(np.floor(s * x)), int(np.floor(s * y))
                w, h = hog.winSize
                yield number, [x0, y0, int(x0 + s * w), int(y0 + s * h)], float(score)
            width = int(layer.shape[1] / scale)
            height = int(layer.shape[0] * (width / layer.shape[1]))
            if width < hog.winSize[0] or height < hog.winSize[1]:
                return
            layer, number = cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA), number + 1

    """

  private struct Found: Codable, Hashable {
    let layer: Int
    let box: [Int]
  }

  @Test(arguments: UInt64(1)...8)
  func `finds the same windows at every scale in Python`(seed: UInt64) throws {
    let search = Search(seed: seed, padding: seed % 2 == 0 ? 16 : 0)
    let printed = try withTemporaryFolder { folder in
      let path = folder.appending("detector.yml").string
      try search.write(to: path, as: .yaml)
      let picture = folder.appending("picture.raw").string
      try Data(search.picture.pixels).write(to: URL(filePath: picture))
      return try Python.run(
        Self.search + """
          file, picture, width = sys.argv[1:]
          image = np.fromfile(picture, np.uint8).reshape(-1, int(width))
          hog = cv2.HOGDescriptor()
          assert hog.load(file)
          node = cv2.FileStorage(file, cv2.FILE_STORAGE_READ)
          found = search(image, hog, node.getNode("hitThreshold").real(), int(node.getNode("windowStep").real()),
                         node.getNode("pyramidScale").real(), int(node.getNode("padding").real()))
          print(json.dumps([[layer, box, score] for layer, box, score in found]))
          """, [path, picture, String(search.picture.width)])
    }
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [[Any]])
    let found = Dictionary(
      uniqueKeysWithValues: rows.map { row in
        (Found(layer: row[0] as! Int, box: row[1] as! [Int]), row[2] as! Double)
      })
    let hits = search.scan(threads: 2)
    let ours = Dictionary(
      uniqueKeysWithValues: hits.map { hit in
        let box = [hit.box.x0, hit.box.y0, hit.box.x1, hit.box.y1]
        return (Found(layer: hit.layer, box: box), hit.margin)
      })
    #expect(Set(hits.map(\.layer)).count > 1)
    for (window, margin) in ours where !isOnThreshold(margin, search) {
      #expect(abs((found[window] ?? .nan) - margin) <= 1e-4, "\(window)")
    }
    for (window, score) in found where !isOnThreshold(score, search) {
      #expect(ours[window] != nil, "\(window) \(score)")
    }
  }

  /// Whether rounding decides if the window is found.
  private func isOnThreshold(_ margin: Double, _ search: Search) -> Bool {
    abs(margin - search.threshold) < 1e-4
  }
}

private struct WindowPlace: Hashable {
  let x, y: Int
}

extension Search {
  /// What the C++ library finds in the picture itself.
  fileprivate func windows(ofDetectorAt path: String) -> [WindowPlace: Double] {
    let detector = unsafe cpeers_load_detector(path)!
    defer { unsafe cpeers_free_detector(detector) }
    var places = [Int32](repeating: 0, count: 200_000)
    var scores = [Double](repeating: 0, count: 100_000)
    let padding = (self.padding + step - 1) / step * step
    let count = Int(
      unsafe cpeers_detect_layer(
        detector, picture.pixels, Int32(picture.width), Int32(picture.height), threshold,
        Int32(step), Int32(padding), &places, &scores, 100_000))
    return Dictionary(
      uniqueKeysWithValues: (0..<count).map { index in
        (
          WindowPlace(x: Int(places[2 * index]), y: Int(places[2 * index + 1])), scores[index]
        )
      })
  }
}
