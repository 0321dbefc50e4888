package import Detection
package import Settings
internal import Text

/// The measures of a detector on pictures that it did not learn from.
///
/// Nil values could not be measured, because there is no object or no picture without one, or come from a release that did
/// not record them.
package struct EvaluationReport: Sendable, Codable, Equatable {
  /// The number of objects to find, and of pictures without one.
  package let objects, negatives: Int
  /// Misses against false positives per image, in one number, lower is better.
  package let logAverageMissRate: Double?
  /// The same if there is no picture without an object: false positives are then those beside the objects, so it is not
  /// comparable with a ``logAverageMissRate``.
  package let logAverageMissRateBesideObjects: Double?
  package let averagePrecision: Double?
  /// With detections above `threshold`: the fraction of the objects that is missed, and the false positives per image.
  package let missRate, falsePositivesPerImage: Double?
  /// The settings' `min_probability` at that time.
  package let minProbability: Double?
  /// The threshold at that time.
  package let threshold: Threshold?
  /// The objects that are missed above it, and the false positives.
  package let missed, falsePositives: Int?
  /// The confidence intervals of the rates; the log-average's is that of whichever was measured.
  package let missRateInterval, falsePositivesPerImageInterval,
    logAverageMissRateInterval: Interval?
  /// The lowest threshold with no more false positives than the current one, and what it misses.
  package let best: Point?
  /// Whether the probabilities of detections are right.
  package let reliability: Reliability?
  /// The steps of the curve: from each on, this much is missed.
  package let curve: [Point]

  package struct Point: Sendable, Codable, Equatable {
    package let margin: Double
    /// nil if an older release wrote it.
    package let probability: Double?
    package let missRate, falsePositivesPerImage: Double
  }
}

extension EvaluationReport {
  /// With fewer objects or pictures than this, no decision is possible.
  package static let leastHeldOut = 10

  /// Whether these numbers are possible in an evaluation.
  var isPossible: Bool {
    let points = (curve + [best].compactMap(\.self)).map {
      ($0.missRate, $0.falsePositivesPerImage)
    }
    let shares =
      [logAverage?.value, averagePrecision, missRate, threshold?.probability].compactMap(\.self)
      + points.map(\.0)
    let rates = [falsePositivesPerImage].compactMap(\.self) + points.map(\.1)
    return [objects, negatives, missed ?? 0, falsePositives ?? 0].allSatisfy((0...1 << 48).contains)
      // An earlier release could exceed 1 by a rounding error.
      && shares.allSatisfy((0...(1 + 1e-12)).contains) && rates.allSatisfy((0...1e12).contains)
  }

  /// Whether there are enough of both for a decision.
  package var isInformed: Bool { min(objects, negatives) >= Self.leastHeldOut }

  /// Whether it finds none of the objects above the threshold, and there are enough of them to tell.
  package var findsNothing: Bool { objects >= Self.leastHeldOut && missed == objects }

  /// - Parameters:
  ///   - threshold: the current one.
  ///   - plan: its seed and threads, for the intervals.
  package init(
    _ scores: HeldOutScores, calibratedBy sigmoid: Sigmoid, _ threshold: Threshold,
    _ choice: ThresholdChoice, _ plan: TrainingPlan
  ) {
    let total = scores.total
    objects = total.objectCount
    negatives = scores.negatives.count
    minProbability = choice.minProbability
    self.threshold = threshold
    averagePrecision = total.objectCount > 0 ? total.averagePrecision() : nil
    reliability = Reliability(scores.detections(calibratedBy: sigmoid))
    let counts = total.counts(above: threshold.margin)
    let (seed, threads) = (UInt64(plan.seed), plan.threads)
    let hasPictures = total.imageCount > 0
    falsePositives = hasPictures ? counts.falsePositives : nil
    falsePositivesPerImage =
      hasPictures ? Double(counts.falsePositives) / Double(total.imageCount) : nil
    falsePositivesPerImageInterval =
      hasPictures
      ? scores.falsePositivesInterval(above: threshold.margin, seed: seed, threads: threads) : nil
    guard total.isMeasurable else {
      (logAverageMissRate, logAverageMissRateBesideObjects) = (nil, nil)
      (missed, missRate, best, curve) = (nil, nil, nil, [])
      (missRateInterval, logAverageMissRateInterval) = (nil, nil)
      return
    }
    func point(above margin: Double) -> Point {
      let counts = total.counts(above: margin)
      return Point(
        margin: margin, probability: sigmoid.probability(of: margin),
        missRate: Double(counts.missed) / Double(total.objectCount),
        falsePositivesPerImage: Double(counts.falsePositives) / Double(total.imageCount))
    }
    let used = point(above: threshold.margin)
    (missed, missRate) = (counts.missed, used.missRate)
    let logAverage = total.logAverageMissRate()
    logAverageMissRate = negatives > 0 ? logAverage : nil
    logAverageMissRateBesideObjects = negatives > 0 ? nil : logAverage
    best = point(
      above: min(
        threshold.margin,
        total.threshold(
          atFalsePositivesPerImage: used.falsePositivesPerImage, least: LinearSVM.lowestMargin)))
    missRateInterval = Interval(successes: counts.missed, of: total.objectCount)
    logAverageMissRateInterval = scores.logAverageMissRateInterval(seed: seed, threads: threads)
    let points = total.missRateCurve()
    // The first point has an infinite score, which JSON cannot represent.
    curve = points.indices.dropFirst().filter { points[$0].missRate < points[$0 - 1].missRate }
      .map { index in
        Point(
          margin: points[index].score, probability: sigmoid.probability(of: points[index].score),
          missRate: points[index].missRate,
          falsePositivesPerImage: points[index].falsePositivesPerImage)
      }
  }
}

extension HeldOutScores {
  /// All detections, in pictures of both kinds.
  fileprivate func detections(calibratedBy sigmoid: Sigmoid) -> [(
    probability: Double, isObject: Bool
  )] {
    (annotated + negatives).flatMap { picture in
      picture.objects.compactMap(\.self).map { (sigmoid.probability(of: $0), true) }
        + picture.falsePositives.map { (sigmoid.probability(of: $0), false) }
    }
  }
}

// MARK: - In words

extension EvaluationReport {
  /// The measured log-average, and its name; nil if none could be measured.
  package var logAverage: (name: String, value: Double)? {
    logAverageMissRate.map { ("log-average miss rate", $0) }
      ?? logAverageMissRateBesideObjects.map { ("log-average beside objects", $0) }
  }

  /// "misses 1 of 18 objects and has 0.10 false positives per image above probability 0.194"; nil if it could
  /// not be measured.
  package var pointInWords: String? {
    guard let missed, let falsePositivesPerImage, let threshold else { return nil }
    return "misses \(missed.grouped) of \(objects.grouped) objects and has "
      + "\(falsePositivesPerImage.fixed(digits: 2)) false positives per image above "
      + "probability \(threshold.probability.fixed(digits: 3))"
  }

  /// "probability 0.700".
  package var thresholdInWords: String {
    let probability = threshold?.probability ?? minProbability
    return probability.map { "probability \($0.fixed(digits: 3))" } ?? "min_probability"
  }

  /// A better threshold at the same cost; nil if the current one is as good.
  package var betterThresholdInWords: String? {
    guard let best, let missRate, best.missRate < missRate, let probability = best.probability
    else { return nil }
    return "with as few false positives, probability \(probability.fixed(digits: 3)) would miss "
      + "\(Int((best.missRate * Double(objects)).rounded()).grouped)"
  }
}
