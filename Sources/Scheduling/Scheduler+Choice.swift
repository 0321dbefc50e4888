internal import Settings

// Looks at the whole state: what is due, and may be done now?

extension Scheduler {
  mutating func startWhatIsDue(_ now: Instant) {
    switch state.phase {
    case .ended: break
    case .starting: if state.underway == nil { startOpening(now) }
    case .running:
      if state.underway == nil { startNext(now) }
      startTraining(now)
      startReport(now)
      startCleanUp(now)
      startDecodingSlow(now)
    case .stopping:
      if state.underway == nil { goOnStopping(now) }
    }
  }

  /// Starts the first activity, in this order, that is due and did not fail just now.
  private mutating func startNext(_ now: Instant) {
    _ =
      startChange(now) || startAdopting(now) || startTelling(now) || startSeal(now)
      || startMining(now) || startListing(now) || startRemining(now)
  }

  func mayTry(_ activity: Activity, _ now: Instant) -> Bool {
    state.failures.mayTry(activity, now: now)
  }

  /// When something that is not due now will be due.
  func nextWake(after now: Instant) -> Instant {
    var wake = now + limits.longestSilence
    func consider(_ instant: Instant?) {
      if let instant, instant > now, instant < wake { wake = instant }
    }
    consider(state.failures.nextTry(after: now))
    consider(state.stop?.patienceEnd)
    guard state.phase == .running else { return wake }
    consider(state.inbox.nextListing)
    consider(state.sealing.due)
    consider(state.cleanUp.due)
    consider(state.training.pauseEnd)
    if state.setup?.files.metrics != nil { consider(state.records.nextMetrics) }
    if state.counters.missedEvents != state.records.recorded {
      consider(state.records.nextRecord)
    }
    return wake
  }
}
