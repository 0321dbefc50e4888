/// How much was done: since the start, and since there was last nothing to do.
package struct Throughput: Sendable {
  package private(set) var total = 0
  package private(set) var done = 0
  private var start: ContinuousClock.Instant?

  /// Whether there was something to mine at the last check.
  var isMining: Bool { start != nil }

  /// There are pictures to mine from now on.
  mutating func begin(now: ContinuousClock.Instant) {
    if start == nil { start = now }
  }

  mutating func add(_ count: Int) {
    total += count
    done += count
  }

  /// There is nothing to mine.
  mutating func rest() {
    (done, start) = (0, nil)
  }

  func picturesPerSecond(now: ContinuousClock.Instant) -> Double {
    guard let start else { return 0 }
    return Double(done) / max(start.duration(to: now) / .seconds(1), 0.001)
  }
}
