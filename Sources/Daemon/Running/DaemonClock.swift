internal import Foundation

/// The time, and how to wait for it: of this machine, or of one that is simulated.
struct DaemonClock: Sendable {
  typealias Instant = ContinuousClock.Instant

  let now: @Sendable () -> Instant
  /// What the clock on the wall says, which somebody may set: for what is compared with the times of files.
  let date: @Sendable () -> Date
  let sleep: @Sendable (_ deadline: Instant) async throws -> Void

  /// Runs on while the machine sleeps, and knows nothing of time zones.
  static let continuous = DaemonClock(
    now: { .now }, date: { Date() }, sleep: { try await ContinuousClock().sleep(until: $0) })
}
