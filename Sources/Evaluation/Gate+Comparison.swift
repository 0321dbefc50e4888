internal import Detection
internal import Text

extension Gate {
  /// A new model compared with an earlier one, on the same pictures.
  ///
  /// It is worse if the held-out pictures show, at 95 %:
  /// - at the threshold: it misses more objects without fewer false positives, or the reverse; with a target, which says how
  ///   many false positives are accepted, it misses more objects;
  /// - on the whole curve: its log-average miss rate is higher by more than the tolerance.
  struct Comparison {
    private let new, old: Contender
    private let tolerance: Double
    private let paired: PairedComparison
    private let missed: (new: Int, old: Int)
    private let falsePositives: (new: Int, old: Int)
    private let isAtTarget: Bool

    init(_ new: Contender, _ old: Contender, _ rules: Rules) {
      self.new = new
      self.old = old
      tolerance = rules.tolerance
      // With a target, each is judged at the threshold that it would have on these pictures.
      func threshold(_ contender: Contender) -> Double {
        rules.targetFPPI.map {
          contender.scores.total.threshold(
            atFalsePositivesPerImage: $0, least: LinearSVM.lowestMargin)
        } ?? contender.report.threshold!.margin
      }
      isAtTarget = rules.targetFPPI != nil
      let thresholds = (new: threshold(new), old: threshold(old))
      paired = PairedComparison(
        new: new.scores, above: thresholds.new, old: old.scores, above: thresholds.old,
        seed: rules.seed, threads: rules.threads)
      let counts = (
        new: new.scores.total.counts(above: thresholds.new),
        old: old.scores.total.counts(above: thresholds.old)
      )
      missed = (counts.new.missed, counts.old.missed)
      falsePositives = (counts.new.falsePositives, counts.old.falsePositives)
    }

    private static let chance = 0.05

    private var oldMissRate: Interval { Interval(successes: missed.old, of: old.report.objects) }

    private var missesMore: Bool {
      missed.new > missed.old
        && (paired.lossChance <= Self.chance
          || Double(missed.new) / Double(new.report.objects) > oldMissRate.high)
    }

    private var missesFewer: Bool { missed.new < missed.old && paired.winChance <= Self.chance }

    private var hasMoreFalsePositives: Bool { paired.falsePositives.low > 0 }

    private var hasFewerFalsePositives: Bool { paired.falsePositives.high < 0 }

    /// How it is worse, with the numbers; nil if it is not, as far as these pictures show.
    var objection: String? {
      if missesMore && (isAtTarget || !hasFewerFalsePositives) {
        return "it misses \(missed.new.grouped) of \(new.report.objects.grouped) objects"
          + "\(atTarget), \(old.name) \(missed.old.grouped) (\(oldMissRate.inWords)), "
          + "\(paired.lost.grouped) lost and \(paired.won.grouped) won"
          + (isAtTarget ? "" : advice)
      }
      if hasMoreFalsePositives && !missesFewer && !isAtTarget {
        return "it has \(falsePositives.new.grouped) false positives in "
          + "\(new.scores.falsePositivePictures.count.grouped) pictures, \(old.name) "
          + "\(falsePositives.old.grouped) (\(paired.falsePositives.inWords) more per image)\(advice)"
      }
      if let newRate = new.report.logAverageMissRate, let oldRate = old.report.logAverageMissRate,
        newRate > oldRate + tolerance, let difference = paired.logAverageMissRate,
        difference.low > 0
      {
        return "its log-average miss rate is \(newRate.fixed(digits: 4)), that of \(old.name) "
          + "\(oldRate.fixed(digits: 4)): worse by more than \(tolerance) (\(difference.inWords))"
      }
      return nil
    }

    private var atTarget: String {
      isAtTarget ? " at the false positives per image of target_fppi" : ""
    }

    /// A fixed threshold for every model makes some of them worse.
    private var advice: String {
      new.report.betterThresholdInWords == nil || isAtTarget
        ? "" : "; set target_fppi to let each model have its own threshold"
    }
  }
}
