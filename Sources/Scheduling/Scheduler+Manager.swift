internal import Settings
internal import Systemd

// What the service manager is told: a status line, and signs of life.

extension Scheduler {
  /// Shows the status if it has changed: when there is nothing to do for now, after each batch, and during a pass over the
  /// mined pictures.
  mutating func showStatus(after event: Event, _ now: Instant) {
    if state.underway != nil, state.phase == .running {
      switch event {
      case .mined: break
      case .remined where state.isReminingDue: break
      default: return
      }
    }
    let status = statusLine(now)
    guard status != state.shown else { return }
    state.shown = status
    emit(.show(status))
  }

  func statusLine(_ now: Instant) -> StatusLine {
    var line = StatusLine()
    line.trouble = state.failures.foremost?.words
    line.rejectedReload = state.rejectedReload?.words
    line.unplacedCount = state.inbox.queue.unplacedCount
    line.isTraining = state.training.isRunning
    line.isTrainingPaused = state.training.isDue && isTrainingPaused(now)
    line.generation = state.model.generation
    line.sinceTraining = state.sinceTraining
    line.retrainThreshold = state.setup?.mining.retrainThreshold ?? 0
    line.work =
      switch state.phase {
      case .starting: line.trouble == nil ? .recovering : .waitingToBegin
      case .stopping, .ended: .stopping
      case .running:
        if !state.model.isLoaded {
          .waitingForModel
        } else if state.inbox.drops.isStopped {
          .intakeStopped(waiting: state.inbox.queue.waitingCount)
        } else if state.throughput.isMining {
          .mining(
            done: state.throughput.done,
            of: state.throughput.done + state.inbox.queue.waitingCount,
            picturesPerSecond: Int(state.throughput.picturesPerSecond(now: now)))
        } else if !state.inbox.hasBeenListed {
          .recovering
        } else if state.isReminingDue, !state.training.isRunning {
          .remining
        } else {
          .idle(mined: state.counters.mined)
        }
      }
    return line
  }

  /// Tells the manager that work progresses: after each piece of it, and while there is none. A piece that hangs sends
  /// nothing.
  mutating func pingManager(after event: Event) {
    if state.underway == nil || event.isProgress { emit(.notify(.watchdog)) }
  }
}

extension Event {
  /// Whether the mining thread has done something.
  fileprivate var isProgress: Bool {
    switch self {
    case .launched, .woke, .inboxNews, .modelFolderChanged, .reloadRequested, .stopRequested,
      .trained, .reportWritten, .cleanedUp, .slowDecoded:
      false
    case .opened, .sealNeeded, .listed, .pictureScanned, .mined, .remined, .sealProgressed,
      .sealed, .adopted,
      .recorded, .intakeRecorded, .metricsWritten:
      true
    }
  }
}
