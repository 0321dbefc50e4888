import Scheduling
import Systemd

// What systemd does with the daemon's process.

extension Simulation {
  func startProcess() {
    guard process == nil else { return }
    processCount += 1
    process = SimulatedProcess(id: processCount, now: now, limits: limits)
    checks.forgetProcess()
    note { $0.starts += 1 }
    disturb(for: .seconds(2))
    agenda.add(.deliver(.launched, process: processCount), at: now + .milliseconds(50))
    supervise(at: now + SimulatedProcess.watchdogInterval)
  }

  /// Ends the process and starts another after a while.
  func endProcess(isFault: Bool, downFor: Duration?) {
    if process == nil {
      // A person starts the service if systemd no longer does.
      if let downFor { agenda.add(.start(process: processCount), at: now + downFor) }
      return
    }
    disk.noteCrash(isFault: isFault)
    process = nil
    checks.reloadRequested = nil
    if let downFor {
      disturb(for: downFor + .seconds(2))
      agenda.add(.start(process: processCount), at: now + downFor)
    }
  }

  func supervise(at time: Duration) {
    guard let process else { return }
    process.supervision += 1
    agenda.add(.supervise(process: process.id, number: process.supervision), at: time)
  }

  func take(_ notification: ServiceNotification) {
    switch notification {
    case .ready: process?.isReady = true
    case .watchdog: process?.lastPing = now
    case .moreTime(let time):
      if process?.stopDeadline != nil { process?.stopDeadline = now + time }
    case .reloading, .stopping, .status: break
    }
  }

  /// Checks whether the process has missed one of its manager's deadlines.
  func supervise() throws(Violation) {
    guard let process else { return }
    if let deadline = process.stopDeadline {
      guard deadline <= now else {
        return supervise(at: deadline)
      }
      guard process.isStuck || isOn(.slow) else {
        throw violation("a stop takes longer than \(SimulatedProcess.stopTimeout)")
      }
      endProcess(isFault: false, downFor: process.downFor)
      return
    }
    if !process.isReady {
      if process.startDeadline <= now {
        throw violation("it is not ready, and what starts after it waits")
      }
      return supervise(at: process.startDeadline)
    }
    let deadline = process.lastPing + SimulatedProcess.watchdogInterval
    guard deadline <= now else { return supervise(at: deadline) }
    guard process.isStuck else { throw violation("the watchdog is starved while work progresses") }
    endProcess(isFault: true, downFor: .seconds(1))
  }
}
