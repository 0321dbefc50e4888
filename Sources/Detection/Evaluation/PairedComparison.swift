#if canImport(Glibc)
  internal import Glibc
#endif

/// A new detector compared with an older one, on the same held-out pictures.
package struct PairedComparison: Sendable, Equatable {
  /// The objects that only the older one finds, and those that only the new one finds, each at its threshold.
  package let lost, won: Int
  /// How many more of all objects the new one misses, as a rate, and how certain that is: the probability that, of the
  /// objects that only one finds, this many are lost if both are alike.
  package let lossChance, winChance: Double
  /// How many more false positives per image it has, at the thresholds.
  package let falsePositives: Interval
  /// How much higher its log-average miss rate is.
  package let logAverageMissRate: Interval?

  /// - Parameters:
  ///   - new, old: measured on the same pictures, in the same order.
  ///   - newThreshold, oldThreshold: detections above them count.
  ///   - seed: draws the pictures of the intervals.
  /// - Precondition: there is a picture in which false positives are counted.
  package init(
    new: HeldOutScores, above newThreshold: Double, old: HeldOutScores,
    above oldThreshold: Double, seed: UInt64, threads: Int
  ) {
    precondition(
      new.annotated.map(\.objects.count) == old.annotated.map(\.objects.count)
        && new.negatives.count == old.negatives.count, "they were measured on different pictures")
    let objects = zip(new.annotated.flatMap(\.objects), old.annotated.flatMap(\.objects)).map {
      (new: $0.map { $0 > newThreshold } ?? false, old: $1.map { $0 > oldThreshold } ?? false)
    }
    lost = objects.count { $0.old && !$0.new }
    won = objects.count { $0.new && !$0.old }
    lossChance = binomialTail(atLeast: lost, of: lost + won, 0.5)
    winChance = binomialTail(atLeast: won, of: lost + won, 0.5)

    let more = zip(new.falsePositivePictures, old.falsePositivePictures).map {
      $0.falsePositiveCount(above: newThreshold) - $1.falsePositiveCount(above: oldThreshold)
    }
    let resampling = Resampling(seed: seed, threads: threads)
    falsePositives = Interval(
      ofResampled: resampling.statistics(of: new) { draw in
        Double(zip(more, draw.falsePositivePictures).reduce(0) { $0 + $1.0 * $1.1 })
          / Double(more.count)
      })
    let rankings = (new: HeldOutScores.Ranking(new), old: HeldOutScores.Ranking(old))
    let differences = resampling.statistics(of: new) { draw -> Double? in
      guard let new = rankings.new.logAverageMissRate(of: draw),
        let old = rankings.old.logAverageMissRate(of: draw)
      else { return nil }
      return new - old
    }
    logAverageMissRate = differences.isEmpty ? nil : Interval(ofResampled: differences)
  }
}

extension HeldOutScores {
  /// The interval of the false positives per image above a threshold. If there are none, resampling says nothing; the upper
  /// bound is then the rate that gives none in a fortieth of such sets.
  package func falsePositivesInterval(above threshold: Double, seed: UInt64, threads: Int)
    -> Interval
  {
    let counts = falsePositivePictures.map { $0.falsePositiveCount(above: threshold) }
    guard counts.contains(where: { $0 > 0 }) else {
      return Interval(low: 0, high: -log(Interval.tail) / Double(max(1, counts.count)))
    }
    return Interval(
      ofResampled: Resampling(seed: seed, threads: threads).statistics(of: self) { draw in
        Double(zip(counts, draw.falsePositivePictures).reduce(0) { $0 + $1.0 * $1.1 })
          / Double(counts.count)
      })
  }

  /// The interval of the log-average miss rate; nil if there is no object. If all resamples have the same, as where no object is
  /// ever missed, they say nothing; the interval is then that of as many misses.
  package func logAverageMissRateInterval(seed: UInt64, threads: Int) -> Interval? {
    let ranking = Ranking(self)
    let rates = Resampling(seed: seed, threads: threads).statistics(of: self) {
      ranking.logAverageMissRate(of: $0)
    }
    guard let lowest = rates.min(), let highest = rates.max() else { return nil }
    let objects = total.objectCount
    return lowest < highest
      ? Interval(ofResampled: rates)
      : Interval(successes: Int(lowest * Double(objects)), of: objects)
  }
}
