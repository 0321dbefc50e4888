/// How much was done: since the start, and since there was last nothing to do.
struct Run {
  private(set) var total = 0
  private(set) var done = 0
  private var start: ContinuousClock.Instant?

  mutating func add(_ count: Int, isMore: Bool) {
    total += count
    if isMore {
      if start == nil { start = .now }
      done += count
    } else {
      done = 0
      start = nil
    }
  }

  var picturesPerSecond: Double {
    guard let start else { return 0 }
    return Double(done) / max(start.duration(to: .now) / .seconds(1), 0.001)
  }
}
