import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct `Intervals` {
  @Test func `of a rate are SciPy's exact ones`() throws {
    let cases = [(0, 1), (0, 18), (1, 18), (9, 18), (18, 18), (8, 61), (15, 61), (3, 1000)]
    let printed = try Python.run(
      """
      import json, sys
      from scipy.stats import binomtest
      for k, n in json.loads(sys.argv[1]):
          ci = binomtest(k, n).proportion_ci(0.95, "exact")
          print(ci.low, ci.high)
      """, [String(decoding: try JSONEncoder().encode(cases.map { [$0.0, $0.1] }), as: UTF8.self)])
    for ((successes, trials), line) in zip(cases, printed.split(separator: "\n")) {
      let expected = line.split(separator: " ").map { Double($0)! }
      let interval = Interval(successes: successes, of: trials)
      #expect(abs(interval.low - expected[0]) < 1e-9 && abs(interval.high - expected[1]) < 1e-9)
    }
  }

  /// A tenth of the pictures has a false positive: the intervals of 95 % of such sets should contain that rate, and
  /// likewise a miss rate of a third.
  @Test func `hold the true rate about as often as they say`() {
    var generator = SeededGenerator(seed: 1)
    var held = (falsePositives: 0, misses: 0, average: 0)
    for seed in UInt64(0)..<200 {
      let scores = HeldOutScores(
        annotated: (0..<30).map { _ in
          PictureScores(objects: [Int.random(in: 0..<3, using: &generator) > 0 ? 1 : nil])
        },
        negatives: (0..<100).map { _ in
          PictureScores(falsePositives: Int.random(in: 0..<10, using: &generator) == 0 ? [1] : [])
        })
      let missed = scores.total.counts(above: 0).missed
      if Interval(successes: missed, of: 30).contains(1.0 / 3) { held.misses += 1 }
      let interval = scores.falsePositivesInterval(above: 0, seed: seed, threads: 2)
      if interval.contains(0.1) { held.falsePositives += 1 }
    }
    #expect(held.misses >= 185)
    #expect((175...200).contains(held.falsePositives))
  }

  @Test func `are the same on any number of threads`() {
    let scores = HeldOutScores(
      annotated: (0..<9).map { PictureScores(objects: [$0 < 6 ? Double($0) : nil]) },
      negatives: (0..<11).map { PictureScores(falsePositives: $0 < 4 ? [Double($0) / 2] : []) })
    func intervals(_ threads: Int) -> [Interval?] {
      [
        scores.falsePositivesInterval(above: 0.4, seed: 3, threads: threads),
        scores.logAverageMissRateInterval(seed: 3, threads: threads),
      ]
    }
    #expect(intervals(1) == intervals(5))
    #expect(intervals(1)[1] != scores.logAverageMissRateInterval(seed: 4, threads: 1))
    // None in eleven pictures is no fault, but the true rate can still be above zero.
    let none = scores.falsePositivesInterval(above: 9, seed: 3, threads: 1)
    #expect(none.low == 0 && abs(none.high - 0.3353) < 1e-4)
  }

  @Test func `of a log-average miss rate hold the one that was measured`() {
    let scores = HeldOutScores(
      annotated: (0..<20).map { PictureScores(objects: [$0 < 15 ? Double($0) : nil]) },
      negatives: (0..<20).map { PictureScores(falsePositives: [Double($0) / 2]) })
    let ranking = HeldOutScores.Ranking(scores)
    let once = Resampling.Draw(
      annotated: [Int](repeating: 1, count: 20),
      falsePositivePictures: [Int](repeating: 1, count: 20))
    #expect(ranking.logAverageMissRate(of: once) == scores.total.logAverageMissRate())
    let interval = scores.logAverageMissRateInterval(seed: 1, threads: 2)!
    #expect(interval.contains(scores.total.logAverageMissRate()))
    #expect(interval.low < interval.high)
  }

  /// Each resample of such pictures is like the others.
  @Test(arguments: [0, 35])
  func `of a log-average miss rate are those of the misses where all or none is found`(missed: Int)
    throws
  {
    let scores = HeldOutScores(
      annotated: (0..<35).map { PictureScores(objects: [$0 < missed ? nil : 1]) },
      negatives: (0..<20).map { _ in PictureScores(falsePositives: [0]) })
    let interval = try #require(scores.logAverageMissRateInterval(seed: 1, threads: 2))
    #expect(interval == Interval(successes: missed, of: 35))
    #expect(interval.contains(scores.total.logAverageMissRate()))
  }
}

@Suite struct `Two detectors on the same pictures` {
  /// The first `count` of 20 objects are found, and each of the first `falsePositivePictures` of 20 pictures has one
  /// false positive.
  private func scores(finding count: Int, falsePositivePictures: Int = 0) -> HeldOutScores {
    HeldOutScores(
      annotated: (0..<20).map { PictureScores(objects: [$0 < count ? 1 : nil]) },
      negatives: (0..<20).map {
        PictureScores(falsePositives: $0 < falsePositivePictures ? [0.5] : [])
      })
  }

  private func comparison(_ new: HeldOutScores, _ old: HeldOutScores) -> PairedComparison {
    PairedComparison(new: new, above: 0, old: old, above: 0, seed: 1, threads: 2)
  }

  @Test func `are compared object by object`() {
    let fewer = comparison(scores(finding: 12), scores(finding: 18))
    #expect(fewer.lost == 6 && fewer.won == 0)
    #expect(abs(fewer.lossChance - 1.0 / 64) < 1e-12 && fewer.winChance == 1)
    let same = comparison(scores(finding: 12), scores(finding: 12))
    #expect(same.lost == 0 && same.lossChance == 1)
    #expect(same.logAverageMissRate == Interval(low: 0, high: 0))
  }

  @Test func `are compared picture by picture`() {
    let more = comparison(scores(finding: 12, falsePositivePictures: 10), scores(finding: 12))
    #expect(more.falsePositives.low > 0.2 && more.falsePositives.high < 0.8)
    // Both have false positives in the same pictures, so nothing differs, however few they are.
    let same = comparison(
      scores(finding: 12, falsePositivePictures: 10), scores(finding: 12, falsePositivePictures: 10)
    )
    #expect(same.falsePositives == Interval(low: 0, high: 0))
  }
}

@Suite struct `A threshold for so many false positives per image` {
  private func scores(_ falsePositives: [Double], hits: [Double] = [5, 4], pictures: Int = 10)
    -> DetectionScores
  {
    DetectionScores(
      hits: hits, falsePositives: falsePositives, objectCount: 3, imageCount: pictures)
  }

  @Test func `is the lowest with no more`() {
    let some = scores([3, 2, 1, 0])
    // 0.1 of 10 pictures is one: the threshold is between the second false positive and the first.
    #expect(some.threshold(atFalsePositivesPerImage: 0.1, least: -1) == 2.5)
    #expect(some.threshold(atFalsePositivesPerImage: 0.25, least: -1) == 1.5)
    #expect(some.counts(above: 2.5) == .init(missed: 1, falsePositives: 1))
    // Above the highest false positive, halfway to the next hit.
    #expect(some.threshold(atFalsePositivesPerImage: 0.05, least: -1) == 3.5)
  }

  @Test func `leaves out all falsePositives of the same score`() {
    let tied = scores([3, 2, 2, 2, 1])
    let threshold = tied.threshold(atFalsePositivesPerImage: 0.2, least: -1)
    #expect(threshold == 2.5 && tied.counts(above: threshold).falsePositives == 1)
  }

  @Test func `is the least that was looked at where so many falsePositives are not seen`() {
    #expect(scores([3]).threshold(atFalsePositivesPerImage: 0.1, least: -1) == -1)
    #expect(scores([]).threshold(atFalsePositivesPerImage: 0.1, least: -1) == -1)
  }

  @Test func `lies above the highest misfire where no detection is higher`() {
    let blind = scores([3], hits: [1])
    let threshold = blind.threshold(atFalsePositivesPerImage: 0, least: -1)
    #expect(threshold > 3 && threshold < 3.01)
    #expect(blind.counts(above: threshold) == .init(missed: 3, falsePositives: 0))
  }

  @Test(arguments: [10, 20, 30, 70]) func `counts whole falsePositives in binary fractions`(
    pictures: Int
  ) {
    let many = scores((0..<100).map(Double.init), pictures: pictures)
    for target in [0.1, 0.3, 0.7] {
      let threshold = many.threshold(atFalsePositivesPerImage: target, least: -1)
      #expect(
        many.counts(above: threshold).falsePositives == Int((target * Double(pictures)).rounded()))
    }
  }

  @Test(arguments: UInt64(1)...20) func `never has more, and is not too high`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let falsePositives = (0..<60).map { _ in Double(Int.random(in: 0...40, using: &generator)) }
    let some = scores(falsePositives, pictures: 25)
    for target in [0.04, 0.1, 0.5, 1, 2] {
      let threshold = some.threshold(atFalsePositivesPerImage: target, least: -1)
      let allowed = Int(target * 25 + 1e-9)
      #expect(some.counts(above: threshold).falsePositives <= allowed)
      let below = falsePositives.filter { $0 <= threshold }.max() ?? -1
      #expect(some.counts(above: below - 0.5).falsePositives > allowed)
    }
  }
}

@Suite struct `Reliability of probabilities` {
  @Test func `is perfect where the shares are the probabilities`() throws {
    let detections = [(0.25, 1), (0.75, 3)].flatMap { probability, objects in
      (0..<4).map { (probability: probability, isObject: $0 < objects) }
    }
    let reliability = try #require(Reliability(detections))
    #expect(reliability.expectedCalibrationError == 0)
    #expect(reliability.bins.map(\.detections) == [4, 4])
    #expect(reliability.bins.map(\.objectShare) == [0.25, 0.75])
  }

  @Test func `is off by the mean difference`() throws {
    let sure = [(probability: 1.0, isObject: true), (1.0, false), (0.0, false), (0.0, false)]
    let reliability = try #require(Reliability(sure))
    #expect(reliability.expectedCalibrationError == 0.25)
    #expect(Reliability([]) == nil)
  }
}
