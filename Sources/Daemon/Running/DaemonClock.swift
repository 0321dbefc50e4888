internal import Foundation

/// The time, and how to wait for it: this machine's, or a simulated one's.
struct DaemonClock: Sendable {
  typealias Instant = ContinuousClock.Instant

  let now: @Sendable () -> Instant
  /// The wall clock, which somebody may set: for comparison with the times of files.
  let date: @Sendable () -> Date
  let sleep: @Sendable (_ deadline: Instant) async throws -> Void

  /// Keeps running while the machine sleeps, and has no time zones.
  static let continuous = DaemonClock(
    now: { .now }, date: { Date() }, sleep: { try await ContinuousClock().sleep(until: $0) })
}
