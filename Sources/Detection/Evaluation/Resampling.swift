#if canImport(Glibc)
  internal import Glibc
#endif

/// Estimates a rate on other pictures of the same kinds: the held-out ones are resampled with replacement, as many as there
/// are, many times.
///
/// The same seed draws the same pictures for every detector, so that two are compared on the same draws.
/// - SeeAlso: Efron & Tibshirani, An Introduction to the Bootstrap, 1993.
struct Resampling: Sendable {
  static let count = 1000

  let seed: UInt64
  let threads: Int

  /// A statistic of each draw, in their order.
  /// - Parameter statistic: of how often each annotated picture and each other one was drawn; nil if it
  ///   is not defined.
  func statistics<Value: Sendable>(
    of scores: HeldOutScores, _ statistic: @Sendable (_ draw: Draw) -> Value?
  ) -> [Value] {
    concurrentMap(count: Self.count, threads: threads) { index in
      statistic(Draw(scores, seed: seed &+ UInt64(index) &* 0x2545_F491_4F6C_DD1D))
    }.compactMap(\.self)
  }

  /// How often each picture was drawn.
  struct Draw: Sendable {
    let annotated: [Int]
    /// Of the pictures in which false positives are counted.
    let falsePositivePictures: [Int]

    init(annotated: [Int], falsePositivePictures: [Int]) {
      (self.annotated, self.falsePositivePictures) = (annotated, falsePositivePictures)
    }

    init(_ scores: HeldOutScores, seed: UInt64) {
      var generator = SplitMix64(seed: seed)
      func draw(_ count: Int) -> [Int] {
        var times = [Int](repeating: 0, count: count)
        for _ in 0..<count { times[Int.random(in: 0..<count, using: &generator)] += 1 }
        return times
      }
      annotated = draw(scores.annotated.count)
      falsePositivePictures = scores.negatives.isEmpty ? annotated : draw(scores.negatives.count)
    }
  }
}

extension HeldOutScores {
  /// All detections, the highest score first, each with its picture: from these the log-average miss rate of a draw is
  /// computed without sorting again.
  struct Ranking: Sendable {
    struct Detection: Sendable {
      let score: Double
      /// Among the annotated pictures for a hit, otherwise among those in which false positives are counted.
      let picture: Int
      let isHit: Bool
    }

    let detections: [Detection]
    /// Of each annotated picture.
    let objectCounts: [Int]
    let imageCount: Int

    init(_ scores: HeldOutScores) {
      let hits = scores.annotated.enumerated().flatMap { index, picture in
        picture.objects.compactMap(\.self).map {
          Detection(score: $0, picture: index, isHit: true)
        }
      }
      let falsePositives = scores.falsePositivePictures.enumerated().flatMap { index, picture in
        picture.falsePositives.map { Detection(score: $0, picture: index, isHit: false) }
      }
      detections = (hits + falsePositives).sorted { $0.score > $1.score }
      objectCounts = scores.annotated.map(\.objects.count)
      imageCount = scores.falsePositivePictures.count
    }

    /// As `DetectionScores.logAverageMissRate` of the pictures drawn; nil if no object is.
    func logAverageMissRate(of draw: Resampling.Draw) -> Double? {
      let objects = zip(objectCounts, draw.annotated).reduce(0) { $0 + $1.0 * $1.1 }
      guard objects > 0 else { return nil }
      var average = LogAverage(objectCount: objects, imageCount: imageCount)
      var (found, falsePositives) = (0, 0)
      for (index, detection) in detections.enumerated() where !average.isComplete {
        if detection.isHit {
          found += draw.annotated[detection.picture]
        } else {
          falsePositives += draw.falsePositivePictures[detection.picture]
        }
        let isLastOfScore =
          index + 1 == detections.count || detections[index + 1].score < detection.score
        if isLastOfScore { average.add(found: found, falsePositives: falsePositives) }
      }
      return average.value
    }
  }
}

/// The geometric mean of the miss rates at nine numbers of false positives per image, from the steps of a curve.
struct LogAverage {
  private let objectCount, imageCount: Int
  private var logarithms: [Double] = []
  private var missRate = 1.0

  init(objectCount: Int, imageCount: Int) {
    (self.objectCount, self.imageCount) = (objectCount, imageCount)
  }

  static let limits = (0..<9).map { pow(10, -2 + Double($0) / 4) }

  /// Whether no later step changes it.
  var isComplete: Bool { logarithms.count == Self.limits.count }

  /// Takes the next step: with detections from some lower score on, this many objects are found and this many false positives
  /// counted.
  mutating func add(found: Int, falsePositives: Int) {
    let falsePositives = Double(falsePositives) / Double(imageCount)
    while !isComplete, falsePositives > Self.limits[logarithms.count] { close() }
    missRate = 1 - Double(found) / Double(objectCount)
  }

  private mutating func close() {
    logarithms.append(log(max(missRate, 0.5 / Double(objectCount))))
  }

  var value: Double {
    var whole = self
    while !whole.isComplete { whole.close() }
    return exp(whole.logarithms.reduce(0, +) / Double(Self.limits.count))
  }
}
