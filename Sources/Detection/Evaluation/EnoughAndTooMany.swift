/// How many hard negatives are enough, and how many too many, by what was measured with some.
public struct EnoughAndTooMany: Sendable, Equatable {
  /// The count with the lowest log-average miss rate; the smallest of them.
  public let best: Int
  /// The smallest count that is as good as the best within the tolerance: more gain nothing.
  public let enough: Int
  /// The smallest count from which on every one is worse than the best by more than the tolerance;
  /// nil where none is.
  public let tooMany: Int?

  public var tooManyInWords: String { tooMany.map { "from \($0.grouped) on" } ?? "none of these" }

  /// - Parameters:
  ///   - measured: counts of hard negatives in ascending order, each with its log-average miss rate.
  ///   - tolerance: what difference means nothing.
  /// - Precondition: there is at least one.
  public init(measured: [(count: Int, logAverageMissRate: Double)], tolerance: Double) {
    precondition(!measured.isEmpty, "nothing was measured")
    let best = measured.min { $0.logAverageMissRate < $1.logAverageMissRate }!
    let isAsGood = measured.map { $0.logAverageMissRate <= best.logAverageMissRate + tolerance }
    self.best = best.count
    enough = measured[isAsGood.firstIndex(of: true)!].count
    let lastGood = isAsGood.lastIndex(of: true)!
    tooMany = lastGood + 1 < measured.count ? measured[lastGood + 1].count : nil
  }
}
