internal import Text

/// How many hard negatives are enough, and how many are too many, from measurements with some of them.
package struct EnoughAndTooMany: Sendable, Equatable {
  /// The measurements with this many hard negatives.
  package struct Measure: Sendable {
    package let count: Int
    package let logAverageMissRate: Double
    /// At the current threshold.
    package let missRate, falsePositivesPerImage: Double

    package init(
      count: Int, logAverageMissRate: Double, missRate: Double, falsePositivesPerImage: Double
    ) {
      self.count = count
      self.logAverageMissRate = logAverageMissRate
      self.missRate = missRate
      self.falsePositivesPerImage = falsePositivesPerImage
    }
  }

  /// The difference that is not significant.
  package struct Tolerance: Sendable {
    package let logAverageMissRate: Double
    /// The effect of one object and of one misfire on the rates at the threshold.
    package let missRate, falsePositivesPerImage: Double

    /// - Parameters:
    ///   - objects, pictures: how many were measured on.
    package init(logAverageMissRate: Double, objects: Int, pictures: Int) {
      self.logAverageMissRate = logAverageMissRate
      missRate = 1.001 / Double(max(1, objects))
      falsePositivesPerImage = 1.001 / Double(max(1, pictures))
    }
  }

  /// The count with the lowest log-average miss rate, or where thresholds are chosen for the same false
  /// positives, with the fewest misses there; the smallest of them. nil if none finds anything.
  package let best: Int?
  /// The smallest count that is as good as the best within the tolerance, at the threshold too: more gain
  /// nothing.
  package let enough: Int?
  /// The smallest count from which on every one is worse than the best by more than the tolerance;
  /// nil if none is.
  package let tooMany: Int?

  package var enoughInWords: String { enough?.grouped ?? "none of these finds anything" }
  package var bestInWords: String { best?.grouped ?? "none" }
  package var tooManyInWords: String { tooMany.map { "from \($0.grouped) on" } ?? "none of these" }

  /// - Parameters:
  ///   - measured: in ascending order of the counts.
  ///   - isAtTarget: whether each one's threshold was chosen for the same false positives per image.
  /// - Precondition: there is at least one.
  package init(measured: [Measure], tolerance: Tolerance, isAtTarget: Bool) {
    precondition(!measured.isEmpty, "nothing was measured")
    func order(_ measure: Measure) -> (Double, Double) {
      (isAtTarget ? measure.missRate : 0, measure.logAverageMissRate)
    }
    // One that finds nothing has no false positives either, and is useless.
    let best = measured.filter { $0.missRate < 1 }.min { order($0) < order($1) }
    self.best = best?.count
    guard let best else {
      (enough, tooMany) = (nil, nil)
      return
    }
    let isAsGood = measured.map { $0.isAsGood(as: best, within: tolerance) }
    enough = measured[isAsGood.firstIndex(of: true)!].count
    let lastGood = isAsGood.lastIndex(of: true)!
    tooMany = lastGood + 1 < measured.count ? measured[lastGood + 1].count : nil
  }
}

extension EnoughAndTooMany.Measure {
  fileprivate func isAsGood(as best: Self, within tolerance: EnoughAndTooMany.Tolerance) -> Bool {
    let misses = missRate - best.missRate
    let falsePositives = falsePositivesPerImage - best.falsePositivesPerImage
    let missesMore = misses > tolerance.missRate
    let hasMoreFalsePositives = falsePositives > tolerance.falsePositivesPerImage
    let isBought =
      misses < -tolerance.missRate || falsePositives < -tolerance.falsePositivesPerImage
    return missRate < 1
      && logAverageMissRate <= best.logAverageMissRate + tolerance.logAverageMissRate
      && !((missesMore || hasMoreFalsePositives) && !isBought)
  }
}
