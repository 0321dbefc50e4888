import Detection
import Mining
import Raster
import TestSupport
import Testing

@testable import Detecting

@Suite struct `Picture scanner` {
  @Test(arguments: UInt64(1)...4)
  func `finds the lesson's windows and describes them alike, whatever the settings`(
    seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let scans = (0..<8).map { _ in RandomScan(using: &generator) }
    let expected = try LessonMining.hits(of: scans.map(\.lesson))
    for (scan, expected) in zip(scans, expected) {
      try scan.expect(expected)
    }
  }

  @Test(.enabled(if: RealScenes.exist))
  func `finds the lesson's windows in real scenes`() throws {
    var generator = SeededGenerator(seed: 30)
    let model = LinearSVM.random(.lesson, using: &generator)
    let scans = try RealScenes.pieces(count: 32, width: 130, height: 56).map {
      RandomScan(model: model, image: $0, step: 4, scale: 1.5, probability: 0.97)
    }
    let expected = try LessonMining.hits(of: scans.map(\.lesson))
    #expect(expected.reduce(0) { $0 + $1.count } > 32)
    for (scan, expected) in zip(scans, expected) {
      try scan.expect(expected)
    }
  }

  @Test(arguments: [2, 5])
  func `gives the same bytes on several threads`(threads: Int) {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<5 {
      let (image, scanner) = (RandomScan(using: &generator)).pictureAndScanner
      let alone = scanner.scan(image)
      #expect(scanner.scan(image, threads: threads) == alone)
      let boxes = alone.hits.map(\.box)
      #expect(
        scanner.features(of: boxes, in: image, threads: threads)
          == scanner.features(of: boxes, in: image))
    }
  }

  @Test(arguments: [1, 2, 5])
  func `gives the same bytes whatever it scanned before`(threads: Int) {
    var generator = SeededGenerator(seed: 11)
    let models = [
      LinearSVM.random(.lesson, using: &generator),
      .random(.random(using: &generator), using: &generator),
      .random(.randomOpenCV(using: &generator), using: &generator),
    ]
    for model in models {
      let scanner = { PictureScanner(model: model, step: 4, pyramidScale: 1.3, minimumMargin: 2) }
      let window = model.hog.window
      let pictures = [(1, 3), (17, 9), (38, 22)].map { width, height in
        GrayImage.random(
          width: window.width + width, height: window.height + height, for: model.hog,
          using: &generator)
      }
      let alone = pictures.map { Scanned($0, by: scanner(), threads: 1) }
      for order in pictures.indices.orders {
        let used = scanner()
        for index in order {
          let scanned = Scanned(pictures[index], by: used, threads: threads)
          #expect(scanned == alone[index], "picture \(index) in the order \(order)")
        }
      }
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `looks beyond the edge as far as it is told`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let hog = HOGDescriptor.randomOfEither(using: &generator)
    let model = LinearSVM.random(hog, using: &generator)
    let image = GrayImage.random(
      width: hog.window.width + 30, height: hog.window.height + 20,
      for: hog, using: &generator)
    let padded = image.padded(by: 36, hog.border)
    func scan(_ image: GrayImage, padding: Int) -> [ScanHit] {
      PictureScanner(
        model: model, step: 6, pyramidScale: 100, padding: padding, minimumMargin: -1_000
      ).scan(image).hits
    }
    // A padding of 13 is rounded up to three steps, 18.
    let ours = scan(image, padding: 13).map { ($0.box, $0.margin) }
    let expected = scan(padded, padding: 0).map { hit in
      let box = hit.box
      return (Box(x0: box.x0 - 36, y0: box.y0 - 36, x1: box.x1 - 36, y1: box.y1 - 36), hit.margin)
    }.filter { box, _ in
      box.x0 >= -18 && box.y0 >= -18 && box.x1 <= image.width + 18 && box.y1 <= image.height + 18
    }
    #expect(ours.map(\.0) == expected.map(\.0) && !ours.isEmpty)
    for (ours, expected) in zip(ours, expected) { #expect(abs(ours.1 - expected.1) <= 1e-4) }
    #expect(
      PictureScanner(
        model: model, step: 6, pyramidScale: 100, padding: 13, minimumMargin: 1_000
      ).scan(image).windows == ours.count)
  }

  @Test func `finds in an enlarged layer what is smaller than the window`() {
    var generator = SeededGenerator(seed: 3)
    let model = LinearSVM.random(.people, using: &generator)
    let image = GrayImage.random(width: 50, height: 90, using: &generator)
    let scan = PictureScanner(
      model: model, step: 4, pyramidScale: 1.2, upsample: 2, minimumMargin: -1_000
    ).scan(image)
    #expect(Set(scan.hits.map(\.layer)) == [-2, -3, -4])
    let enlarged = Raster.enlarge(image, to: PixelSize(width: 100, height: 180))
    let alone = PictureScanner(
      model: model, step: 4, pyramidScale: 100, minimumMargin: -1_000
    ).scan(enlarged)
    #expect(scan.hits.filter { $0.layer == -4 }.map(\.margin) == alone.hits.map(\.margin))
  }

  @Test func `sees nothing in a picture smaller than the window`() {
    var generator = SeededGenerator(seed: 1)
    let scanner = PictureScanner(
      model: .random(.lesson, using: &generator), step: 4, pyramidScale: 1.5,
      minimumMargin: -.infinity)
    let scan = scanner.scan(
      GrayImage(width: 95, height: 200, pixels: .init(repeating: 7, count: 19000)))
    #expect(scan.windows == 0 && scan.hits.isEmpty)
    #expect(scanner.features(of: [], in: GrayImage(width: 1, height: 1, pixels: [0])) == [])
  }
}

/// A scanner's results for a picture, bit for bit.
private struct Scanned: Equatable {
  let boxes: [Box]
  let margins: [UInt64]
  let features: [Float]

  init(_ picture: GrayImage, by scanner: PictureScanner, threads: Int) {
    let hits = scanner.scan(picture, threads: threads).hits
    boxes = hits.map(\.box)
    margins = hits.map(\.margin.bitPattern)
    features = scanner.features(of: boxes, in: picture, threads: threads)
  }
}

extension Collection {
  /// All orders of its elements.
  fileprivate var orders: [[Element]] {
    guard !isEmpty else { return [[]] }
    return indices.flatMap { first in
      (Array(self[..<first]) + self[index(after: first)...]).orders.map { [self[first]] + $0 }
    }
  }
}

/// A small picture, a detector and a geometry that skimage accepts.
private struct RandomScan {
  let model: LinearSVM
  let image: GrayImage
  let step: Int
  let scale: Double
  let probability: Double

  init(model: LinearSVM, image: GrayImage, step: Int, scale: Double, probability: Double) {
    self.model = model
    self.image = image
    self.step = step
    self.scale = scale
    self.probability = probability
  }

  init(using generator: inout SeededGenerator) {
    let hog = HOGDescriptor.random(using: &generator)
    model = .random(hog, using: &generator)
    image = .random(
      width: hog.window.width + .random(in: 0...40, using: &generator),
      height: hog.window.height + .random(in: 0...40, using: &generator),
      for: hog, using: &generator)
    step = .random(in: 2...9, using: &generator)
    scale = .random(in: 1.1...2, using: &generator)
    probability = 0.51
  }

  var lesson: LessonMining {
    LessonMining(of: image, model: model, step: step, scale: scale, probability: probability)
  }

  var pictureAndScanner: (GrayImage, PictureScanner) {
    (
      image,
      PictureScanner(
        model: model, step: step, pyramidScale: scale,
        minimumMargin: model.sigmoid.margin(at: probability))
    )
  }

  /// Expects exactly the lesson's windows, with features within 1e-5 of the lesson's.
  func expect(_ expected: [LessonMining.Hit]) throws {
    let (image, scanner) = pictureAndScanner
    let hits = scanner.scan(image).hits
    func order(_ a: [Int], _ b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }
    let found = hits.map { [$0.box.x0, $0.box.y0, $0.box.x1, $0.box.y1] }
    try #require(found.sorted(by: order) == expected.map(\.box).sorted(by: order), "\(model.hog)")
    let features = scanner.features(of: hits.map(\.box), in: image)
    let byBox = Dictionary(zip(found, hits.indices)) { first, _ in first }
    for hit in expected {
      let row = byBox[hit.box]! * model.hog.featureCount
      let mine = features[row..<(row + model.hog.featureCount)]
      let worst = zip(mine, hit.features).map { abs(Double($0) - $1) }.max()!
      #expect(worst <= 1e-5, "\(worst) with \(model.hog)")
    }
  }
}
