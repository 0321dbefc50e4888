internal import Settings
internal import Systemd

// Stopping.

extension Scheduler {
  mutating func noteStopRequested() {
    guard state.stop == nil else { return }
    state.stop = Stop()
    emit(.notify(.stopping))
    if state.phase == .running { state.phase = .stopping }
  }

  /// Finishes what belongs on disk, each step once; a running training is abandoned.
  mutating func goOnStopping(_ now: Instant) {
    while state.stop?.steps.isEmpty == false {
      switch state.stop!.steps.removeFirst() {
      case .seal where !state.training.isRunning: start(.seal, .seal)
      case .record where state.counters.missedEvents != state.records.recorded: startRecord(now)
      case .metrics where state.setup?.files.metrics != nil: startMetrics(now)
      default: continue
      }
      return
    }
    let patienceEnd = state.stop?.patienceEnd ?? now + limits.lastReportPatience
    if state.stop?.patienceEnd == nil {
      state.stop?.patienceEnd = patienceEnd
      state.report.isDue = state.setup?.files.report != nil
    }
    startReport(now)
    if state.report.isWriting && now < patienceEnd { return }
    state.phase = .ended
    tell(.stopped(pictureCount: state.throughput.total))
    let isBusy =
      state.training.isRunning || state.report.isWriting || state.cleanUp.isRunning
      || state.isDecodingSlow
    emit(.end(isBusy ? .abandoning : .done))
  }
}
