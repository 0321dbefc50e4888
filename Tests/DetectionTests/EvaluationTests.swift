import Detection
import Foundation
import TestSupport
import Testing

@Suite struct `Matching detections to objects` {
  private let object = Box(x0: 10, y0: 10, x1: 30, y1: 20)

  @Test func `measures overlap as intersection over union`() {
    #expect(object.intersectionOverUnion(with: object) == 1)
    let shifted = Box(x0: 20, y0: 10, x1: 40, y1: 20)
    #expect(object.intersectionOverUnion(with: shifted) == 100.0 / 300)
    #expect(object.intersectionOverUnion(with: Box(x0: 30, y0: 10, x1: 50, y1: 20)) == 0)
  }

  /// A file may have boxes of any size.
  @Test func `measures boxes larger than any picture`() {
    let all = Box(x0: -1 << 31, y0: -1 << 31, x1: 1 << 31, y1: 1 << 31)
    #expect(all.intersectionOverUnion(with: all) == 1)
    #expect(object.share(coveredBy: all) == 1)
    #expect(all.share(coveredBy: object) < 1e-15)
  }

  @Test func `gives an object to the most confident detection only`() {
    let near = Box(x0: 11, y0: 10, x1: 31, y1: 20)
    #expect(matchDetections([near, object], to: [object]) == [true, false])
  }

  @Test func `lets a detection take the object it overlaps most`() {
    let other = Box(x0: 14, y0: 10, x1: 34, y1: 20)
    let between = Box(x0: 13, y0: 10, x1: 33, y1: 20)
    #expect(matchDetections([between, object], to: [object, other]) == [true, true])
  }

  @Test func `does not count less than half`() {
    let quarter = Box(x0: 10, y0: 10, x1: 20, y1: 15)
    #expect(matchDetections([quarter], to: [object]) == [false])
    #expect(matchDetections([quarter], to: []) == [false])
  }
}

@Suite struct `Detection scores` {
  /// Four objects, three of which are found, and two false positives in ten pictures.
  private let scores = DetectionScores(
    hits: [3, 1, 2], falsePositives: [2.5, 1], objectCount: 4, imageCount: 10)

  @Test func `make a curve from no detection to all`() {
    let curve = scores.missRateCurve()
    #expect(curve.map(\.score) == [.infinity, 3, 2.5, 2, 1])
    #expect(curve.map(\.missRate) == [1, 0.75, 0.75, 0.5, 0.25])
    #expect(curve.map(\.falsePositivesPerImage) == [0, 0, 0.1, 0.1, 0.2])
  }

  @Test func `average the miss rate over nine numbers of false positives`() {
    // 0.01, 0.0178, 0.0316, 0.0562 take 0.75; 0.1 and 0.178 take 0.5; 0.316, 0.562 and 1 take 0.25.
    let expected = pow(pow(0.75, 4) * pow(0.5, 2) * pow(0.25, 3), 1.0 / 9)
    #expect(abs(scores.logAverageMissRate() - expected) < 1e-12)
  }

  @Test func `count half an object as missed where none is`() {
    let perfect = DetectionScores(
      hits: [2, 1], falsePositives: [0], objectCount: 2, imageCount: 10)
    #expect(abs(perfect.logAverageMissRate() - 0.25) < 1e-12)
    // From 0.1 false positives per image on, nothing is missed; below that, half is.
    let later = DetectionScores(hits: [2, 0], falsePositives: [1], objectCount: 2, imageCount: 10)
    #expect(abs(later.logAverageMissRate() - pow(pow(0.5, 4) * pow(0.25, 5), 1.0 / 9)) < 1e-12)
  }

  @Test func `miss everything where nothing is found`() {
    let nothing = DetectionScores(falsePositives: [1], objectCount: 2, imageCount: 2)
    #expect(nothing.logAverageMissRate() == 1)
    #expect(nothing.averagePrecision() == 0)
  }

  @Test(arguments: UInt64(1)...4)
  func `have scikit-learn's average precision`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let hits = (0..<30).map { _ in Double(Int.random(in: 0...40, using: &generator)) }
    let falsePositives = (0..<50).map { _ in Double(Int.random(in: 0...30, using: &generator)) }
    let scores = DetectionScores(
      hits: hits, falsePositives: falsePositives, objectCount: hits.count, imageCount: 5)
    let expected = try Python.run(
      """
      import json, sys
      from sklearn.metrics import average_precision_score
      hits, falsePositives = json.loads(sys.argv[1])
      print(average_precision_score([1] * len(hits) + [0] * len(falsePositives), hits + falsePositives))
      """, [String(decoding: try JSONEncoder().encode([hits, falsePositives]), as: UTF8.self)])
    #expect(abs(scores.averagePrecision() - Double(expected.dropLast())!) < 1e-12)
  }

  /// As a sum of 21 shares it used to be more than 1, and the detector's measures were taken for impossible.
  @Test func `have an average precision of 1 where all is found before anything else`() {
    for count in 1...400 {
      let perfect = DetectionScores(
        hits: (1...count).map(Double.init), falsePositives: [0], objectCount: count, imageCount: 9)
      #expect(perfect.averagePrecision() == 1)
    }
  }

  @Test func `lose what is never found from the average precision`() {
    let found = DetectionScores(hits: [1], objectCount: 1, imageCount: 1)
    let half = DetectionScores(hits: [1], objectCount: 2, imageCount: 1)
    #expect(found.averagePrecision() == 1)
    #expect(half.averagePrecision() == 0.5)
  }
}

@Suite struct `Enough and too many` {
  @Test func `are told from where the curve is flat and where it rises again`() {
    let measured = [(0, 0.9), (10, 0.5), (20, 0.405), (50, 0.4), (100, 0.41), (200, 0.45)]
    let told = EnoughAndTooMany(
      measured: measured.map { measure($0.0, $0.1) }, tolerance: tolerance, isAtTarget: false)
    #expect(told.best == 50 && told.enough == 20 && told.tooMany == 200)
  }

  @Test func `find nothing too many where the curve only falls`() {
    let told = EnoughAndTooMany(
      measured: [measure(0, 0.9), measure(10, 0.5)], tolerance: tolerance, isAtTarget: false)
    #expect(told.best == 10 && told.enough == 10 && told.tooMany == nil)
  }

  @Test func `are never told by a detector that finds nothing`() {
    let blind = measure(0, 0.2, missing: 1)
    let told = EnoughAndTooMany(
      measured: [blind, measure(10, 0.5)], tolerance: tolerance, isAtTarget: false)
    #expect(told.best == 10 && told.enough == 10)
    let nothing = EnoughAndTooMany(
      measured: [blind, measure(10, 1, missing: 1)], tolerance: tolerance, isAtTarget: false)
    #expect(nothing.best == nil && nothing.enough == nil && nothing.tooMany == nil)
    #expect(nothing.enoughInWords == "none of these finds anything")
  }

  @Test func `are told by the threshold as well as by the curve`() {
    // The curve is as good, but at the operating point it misses five objects more, without fewer false positives.
    let measured = [measure(0, 0.405, missing: 0.35), measure(10, 0.4, missing: 0.1)]
    let told = EnoughAndTooMany(measured: measured, tolerance: tolerance, isAtTarget: false)
    #expect(told.enough == 10)
    let cheaper = EnoughAndTooMany(
      measured: [
        measure(0, 0.405, missing: 0.35), measure(10, 0.4, missing: 0.1, falsePositivePictures: 1),
      ],
      tolerance: tolerance, isAtTarget: false)
    #expect(cheaper.enough == 0)
    // One object more is not significant.
    let alike = EnoughAndTooMany(
      measured: [measure(0, 0.405, missing: 0.15), measure(10, 0.4, missing: 0.1)],
      tolerance: tolerance, isAtTarget: false)
    #expect(alike.enough == 0)
  }

  @Test func `are told by misses where thresholds are chosen for the same false positives`() {
    let measured = [measure(0, 0.4, missing: 0.3), measure(10, 0.42, missing: 0.1)]
    func told(_ isAtTarget: Bool) -> Int? {
      EnoughAndTooMany(measured: measured, tolerance: tolerance, isAtTarget: isAtTarget).best
    }
    #expect(told(true) == 10 && told(false) == 0)
  }

  /// Of 20 objects and 10 pictures.
  private let tolerance = EnoughAndTooMany.Tolerance(
    logAverageMissRate: 0.01, objects: 20, pictures: 10)

  private func measure(
    _ count: Int, _ rate: Double, missing: Double = 0.1, falsePositivePictures: Double = 0
  ) -> EnoughAndTooMany.Measure {
    EnoughAndTooMany.Measure(
      count: count, logAverageMissRate: rate, missRate: missing,
      falsePositivesPerImage: falsePositivePictures)
  }
}

@Suite struct `Saturation of what was mined` {
  @Test func `is reached when new windows add almost no loss`() {
    let little = Saturation(objective: 10, newMargins: [-0.5, -2, 0], penalty: 0.1)
    #expect(abs(little.ratio - 1.015) < 1e-12)
    #expect(little.isReached)
    let much = Saturation(objective: 10, newMargins: [Double](repeating: 1, count: 3), penalty: 0.1)
    #expect(abs(much.ratio - 1.06) < 1e-12)
    #expect(!much.isReached)
  }
}
