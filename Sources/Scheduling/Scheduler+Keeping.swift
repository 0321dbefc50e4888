internal import Mining
internal import Settings

// Storage: the rows in the HDF5 file, the missed events in the ledger, the metrics and the report.

extension Scheduler {
  // MARK: Sealing

  /// Has rows that were found now sealed when none has come for a while: not too often, and not too late, however steadily
  /// they come.
  mutating func scheduleSeal(_ now: Instant) {
    let since = state.sealing.since ?? now
    state.sealing.since = since
    // What failed, or waits for another process, has pauses of its own.
    let latest = state.failures.open[.seal] == nil ? since + limits.longestSealPause : now
    state.sealing.due = max(min(now + limits.sealDelay, latest), state.sealing.notBefore ?? now)
  }

  mutating func startSeal(_ now: Instant) -> Bool {
    let isTime = state.sealing.due.map { $0 <= now } ?? false
    guard state.sealing.isUrgent || isTime, mayTry(.seal, now) else { return false }
    start(.seal, .seal)
    return true
  }

  mutating func noteSealed(_ result: Result<Sealing, Failure>, _ now: Instant) {
    if case .success(.busy) = result {
      // Another process may write the file for hours; unsealed rows are safe in the ledger meanwhile.
      state.failures.postpone(.seal, now: now)
      let file = state.setup?.files.features
      noteNotSealed(
        Failure(
          .seal, .locked, file,
          words:
            "\(file.map { "\($0)" } ?? "") is being written by another process, and its rows must be sealed before the features change; reload again later"
        ),
        now)
      return
    }
    guard case .done(let byteCount) = take(result, of: .seal, now) else {
      // Also if nothing was due, as before new settings that could not be used: a failure must end some day.
      state.sealing.due = state.sealing.due ?? now
      if case .failure(let failure) = result { noteNotSealed(failure, now) }
      return
    }
    let pause = Duration.seconds(Double(byteCount) / limits.sealedBytesPerSecond)
    state.sealing = SealState()
    state.sealing.notBefore = now + min(pause, limits.longestSealPause)
    if byteCount > 0 { state.report.isDue = true }
    if byteCount > 0 || state.setup?.folders.keptMined != .all { state.cleanUp.due = now }
  }

  // MARK: Cleaning up

  /// Merges segments, and deletes pictures that need not be kept, in a quiet moment; pictures dropped meanwhile are mined
  /// beside that, as are mined ones again, which may take days.
  mutating func startCleanUp(_ now: Instant) {
    guard let due = state.cleanUp.due, due <= now, !state.cleanUp.isRunning,
      !state.training.isRunning, !state.inbox.isMiningDue,
      [nil, .remine].contains(state.underway), state.change.isNone, mayTry(.cleanUp, now)
    else { return }
    state.cleanUp = CleanUpState(isRunning: true)
    emit(.cleanUp)
  }

  mutating func noteCleanUp(_ result: Result<CleanUp, Failure>, _ now: Instant) {
    state.cleanUp.isRunning = false
    if case .success(.busy) = result {
      state.cleanUp.due = now
      state.failures.postpone(.cleanUp, now: now)
      return
    }
    switch take(result, of: .cleanUp, now) {
    case .done: break
    case .deleted(let count):
      tell(.deletedMined(count))
      state.cleanUp.due = now
    case .retired(let retired):
      note(retired)
      state.cleanUp.due = now
    case .keeping: state.cleanUp.due = state.cleanUp.due ?? now + limits.cleanUpInterval
    default: state.cleanUp.due = now
    }
  }

  // MARK: Missed events and metrics

  mutating func startTelling(_ now: Instant) -> Bool {
    if isRecordDue(now), mayTry(.record, now) {
      startRecord(now)
      return true
    }
    let isStopped = state.inbox.drops.isStopped
    if state.records.isIntakeStopped != isStopped, mayTry(.record, now) {
      start(.record, .recordIntake(isStopped: isStopped))
      return true
    }
    if let next = state.records.nextMetrics, next <= now, state.setup?.files.metrics != nil,
      mayTry(.metrics, now)
    {
      startMetrics(now)
      return true
    }
    return false
  }

  /// Whether the ledger needs an update: at once if it matters, otherwise from time to time.
  private func isRecordDue(_ now: Instant) -> Bool {
    let (all, known) = (state.counters.missedEvents, state.records.recorded)
    guard all != known else { return false }
    return all.overflows > known.overflows || all.foundByRescan > known.foundByRescan
      || state.records.nextRecord.map { $0 <= now } ?? true
  }

  mutating func startRecord(_ now: Instant) {
    state.records.nextRecord = now + limits.recordInterval
    start(.record, .record(state.counters.missedEvents - state.records.recorded))
  }

  mutating func noteRecorded(_ result: Result<MissedEvents, Failure>, _ now: Instant) {
    guard let recorded = take(result, of: .record, now) else {
      state.records.nextRecord = now
      return
    }
    state.records.recorded = state.records.recorded + recorded
  }

  mutating func noteIntakeRecorded(_ result: Result<Bool, Failure>, _ now: Instant) {
    if let isStopped = take(result, of: .record, now) { state.records.isIntakeStopped = isStopped }
  }

  mutating func startMetrics(_ now: Instant) {
    state.records.nextMetrics = now + limits.metricsInterval
    start(.metrics, .writeMetrics(state.counters))
  }

  mutating func noteMetricsWritten(_ result: Result<Done, Failure>, _ now: Instant) {
    _ = take(result, of: .metrics, now)
  }

  // MARK: The report

  mutating func startReport(_ now: Instant) {
    guard state.report.isDue, !state.report.isWriting, mayTry(.report, now) else { return }
    state.report.isDue = false
    guard state.setup?.files.report != nil else { return }
    state.report.isWriting = true
    emit(.writeReport)
  }

  mutating func noteReportWritten(_ result: Result<Done, Failure>, _ now: Instant) {
    state.report.isWriting = false
    // Settings loaded meanwhile may want none.
    guard state.setup?.files.report != nil else { return }
    if take(result, of: .report, now) == nil { state.report.isDue = true }
  }
}
