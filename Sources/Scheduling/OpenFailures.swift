/// The current failures: since when, how often each was tried, when it is tried again, and what has been reported.
package struct OpenFailures: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package struct Open: Sendable {
    package var count = 0
    package let since: Instant
    /// The last one; nil if the activity only waits for another process, which is not worth reporting.
    package var last: Failure?
    package var said: Set<Failure.Identity> = []
    package var pause: Duration
    package var pauseEnd: Instant
  }

  /// A failure that is over.
  package struct Ended: Sendable {
    package let last: Failure
    package let count: Int
    package let duration: Duration
  }

  package private(set) var open: [Activity: Open] = [:]
  private let limits: OperationalLimits

  init(_ limits: OperationalLimits) {
    self.limits = limits
  }

  /// Records a failure: the activity pauses for a while, twice as long after each failure.
  /// - Returns: whether to report it: whether no failure like it is open, of this activity or another. That mining stands
  ///   still is reported even if something beside it met the same full disk before.
  mutating func add(_ failure: Failure, now: Instant) -> Bool {
    let isKnown = open.contains { activity, other in
      other.said.contains(failure.identity)
        && (activity.stopsMining || !failure.activity.stopsMining)
    }
    // A wait for another process was no failure: it does not count in how long this one lasts.
    if !contains(failure.activity) { open[failure.activity] = nil }
    var entry = pausing(failure.activity, now: now)
    entry.count += 1
    entry.last = failure
    let isSaid = !isKnown && entry.said.count < limits.saidLimit
    if isSaid { entry.said.insert(failure.identity) }
    open[failure.activity] = entry
    return isSaid
  }

  /// Pauses an activity because another process is doing it: not a failure, and not worth reporting.
  mutating func postpone(_ activity: Activity, now: Instant) {
    open[activity] = pausing(activity, now: now)
  }

  private func pausing(_ activity: Activity, now: Instant) -> Open {
    var entry =
      open[activity] ?? Open(since: now, pause: limits.shortestPause / 2, pauseEnd: now)
    entry.pause = min(entry.pause * 2, limits.longestPause)
    entry.pauseEnd = now + entry.pause
    return entry
  }

  /// Records that an activity works.
  /// - Returns: what is over; nil if nothing was reported.
  mutating func end(_ activity: Activity, now: Instant) -> Ended? {
    guard !open.isEmpty, let entry = open.removeValue(forKey: activity), let last = entry.last,
      !entry.said.isEmpty
    else { return nil }
    return Ended(last: last, count: entry.count, duration: entry.since.duration(to: now))
  }

  /// Lets an activity be tried at once, because the cause of its failure has changed.
  mutating func lift(_ activity: Activity, now: Instant) {
    open[activity]?.pauseEnd = now
  }

  /// Lets every activity be tried at once.
  mutating func liftAll(now: Instant) {
    for activity in open.keys { lift(activity, now: now) }
  }

  /// Whether an activity has not failed, or failed long enough ago to be tried again.
  func mayTry(_ activity: Activity, now: Instant) -> Bool {
    guard !open.isEmpty, let entry = open[activity] else { return true }
    return entry.pauseEnd <= now
  }

  /// When the next activity may be tried again, after `now`.
  func nextTry(after now: Instant) -> Instant? {
    open.isEmpty ? nil : open.values.lazy.map(\.pauseEnd).filter { $0 > now }.min()
  }

  func contains(_ activity: Activity) -> Bool {
    open[activity]?.last != nil
  }

  /// The most important open failure; nil if there is none.
  var foremost: Failure? {
    open.isEmpty ? nil : Activity.allCases.lazy.compactMap { open[$0]?.last }.first
  }
}
