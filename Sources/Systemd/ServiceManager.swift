internal import CSystemd
internal import Glibc

/// What a service reports to the manager that started it.
///
/// - SeeAlso: sd_notify(3).
package enum ServiceNotification: Sendable, Equatable {
  /// The service has started and does its work.
  case ready
  /// The service is reloading its settings; ``ready`` ends this.
  case reloading
  /// The service is stopping.
  case stopping
  /// The service is making progress. It must report this more often than once per
  /// ``ServiceManager/watchdogInterval``.
  case watchdog
  /// The service needs this much more time to start or stop, counted from now.
  case moreTime(Duration)
  /// One line of text for `systemctl status`.
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

/// The service manager that started this process, if any.
package enum ServiceManager {
  /// Sends notifications in one message. Does nothing if no manager started the process.
  ///
  /// Throws nothing: a manager that cannot be reached notices through its own timeouts.
  package static func tell(_ notifications: ServiceNotification...) {
    let message = notifications.flatMap(\.assignments).joined(separator: "\n")
    _ = unsafe sd_notify(0, message)
  }

  /// How long the manager waits for ``ServiceNotification/watchdog`` before it restarts the service; nil if no
  /// watchdog is set.
  package static let watchdogInterval: Duration? = {
    var microseconds: UInt64 = 0
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(microseconds)
  }()
}

/// CLOCK_MONOTONIC in microseconds, which the manager uses to tell one reload from another.
private func monotonicMicroseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
}
