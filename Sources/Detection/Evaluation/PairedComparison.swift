#if canImport(Glibc)
  internal import Glibc
#endif

/// A new detector beside an older one, on the same held-out pictures.
package struct PairedComparison: Sendable, Equatable {
  /// The objects that only the older one finds, and those that only the new one finds, each at its threshold.
  package let lost, won: Int
  /// How many more objects the new one misses of all, as a rate, and how surely: the chance that so many are
  /// lost of those that one of both finds, were both alike.
  package let lossChance, winChance: Double
  /// By how much its false positives per image are more, at the thresholds.
  package let falsePositives: Interval
  /// By how much its log-average miss rate is more.
  package let logAverageMissRate: Interval?

  /// - Parameters:
  ///   - new, old: measured on the same pictures, in the same order.
  ///   - newThreshold, oldThreshold: detections above them count.
  ///   - seed: draws the pictures of the intervals.
  /// - Precondition: there is a picture that false positives are counted in.
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
  /// Where the false positives per image above a threshold may well lie. Where there is none, resampling says
  /// nothing: then up to what would give none in a fortieth of such sets.
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

  /// Where the log-average miss rate may well lie; nil where there is no object.
  package func logAverageMissRateInterval(seed: UInt64, threads: Int) -> Interval? {
    let ranking = Ranking(self)
    let rates = Resampling(seed: seed, threads: threads).statistics(of: self) {
      ranking.logAverageMissRate(of: $0)
    }
    return rates.isEmpty ? nil : Interval(ofResampled: rates)
  }
}
