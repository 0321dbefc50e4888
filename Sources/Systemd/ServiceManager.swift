internal import CSystemd
internal import Glibc

/// What a service tells the manager that started it.
///
/// - SeeAlso: sd_notify(3).
package enum ServiceNotification: Sendable, Equatable {
  /// The service does its work from now on.
  case ready
  /// The service takes up new settings; ends with ``ready``.
  case reloading
  /// The service is on its way out.
  case stopping
  /// The service works; has to come more often than ``ServiceManager/watchdogInterval``.
  case watchdog
  /// The service needs so much more time to start or to stop; counted from now.
  case moreTime(Duration)
  /// One line for `systemctl status`.
  case status(String)

  /// The assignments of sd_notify(3).
  var assignments: [String] {
    switch self {
    case .ready: ["READY=1"]
    case .reloading: ["RELOADING=1", "MONOTONIC_USEC=\(monotonicMicroseconds())"]
    case .stopping: ["STOPPING=1"]
    case .watchdog: ["WATCHDOG=1"]
    case .moreTime(let time): ["EXTEND_TIMEOUT_USEC=\(Int(time / .microseconds(1)))"]
    // A line break would start another assignment.
    case .status(let line):
      ["STATUS=" + line.split(whereSeparator: \.isNewline).joined(separator: " ")]
    }
  }
}

/// The service manager that started this process, if one did.
package enum ServiceManager {
  /// Tells the manager, in one message. Without a manager this does nothing.
  ///
  /// A manager that cannot be reached finds that out itself, by its time limits; so nothing is thrown.
  package static func tell(_ notifications: ServiceNotification...) {
    let message = notifications.flatMap(\.assignments).joined(separator: "\n")
    _ = unsafe sd_notify(0, message)
  }

  /// How long the manager waits for a sign of life before it restarts the service; nil without a watchdog.
  package static let watchdogInterval: Duration? = {
    var microseconds: UInt64 = 0
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(microseconds)
  }()
}

/// CLOCK_MONOTONIC, by which the manager tells a reload from an earlier one.
private func monotonicMicroseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
}
