internal import Settings
internal import Systemd

// Starting, and reloading the settings.

extension Scheduler {
  /// Reads the settings and opens the files they name, however often that has to be tried.
  mutating func startOpening(_ now: Instant) {
    guard state.stop == nil else {
      state.phase = .ended
      emit(.end(.done))
      return
    }
    if mayTry(.start, now) { open(isSealed: false) }
  }

  mutating func startChange(_ now: Instant) -> Bool {
    switch state.change {
    case .sealingBefore:
      open(isSealed: true)
      return true
    case .none where state.isReloadRequested:
      state.isReloadRequested = false
      emit(.notify(.reloading))
      open(isSealed: false)
      return true
    default:
      return false
    }
  }

  private mutating func open(isSealed: Bool) {
    state.change = .opening
    start(state.phase == .starting ? .start : .reload, .open(isSealed: isSealed))
  }

  /// Seals the rows of the old settings, which later would not fit the others in the file.
  mutating func noteSealNeeded() {
    guard state.phase == .running else { return }
    state.change = .sealingBefore
    start(.seal, .seal)
  }

  mutating func noteOpened(_ result: Result<Opening, Failure>, _ now: Instant) {
    switch result {
    case .failure(let failure): rejectSettings(failure, now)
    case .success(let opening) where state.stop != nil:
      succeed(in: .start, now)
      state.setup = opening.setup
      tellOfBefore(opening, now)
      state.phase = .stopping
    case .success(let opening): use(opening, now)
    }
  }

  /// The rows of the open settings cannot be sealed now, so these settings stay.
  mutating func noteNotSealed(_ failure: Failure, _ now: Instant) {
    if case .sealingBefore = state.change, state.phase == .running { rejectSettings(failure, now) }
  }

  private mutating func rejectSettings(_ failure: Failure, _ now: Instant) {
    switch state.phase {
    case .starting where failure.cause == .wrongSettings:
      state.phase = .ended
      tell(.cannotStart(failure))
      emit(.end(.wrongSettings))
    case .starting:
      fail(failure, now)
      state.change = .none
      // Nothing that is ordered after this service, and no boot, should wait for what a person may have to fix.
      emit(.notify(.ready))
    case .running, .stopping:
      state.change = .none
      state.rejectedReload = failure
      tell(.reloadRejected(failure))
      emit(.notify(.ready))
    case .ended:
      break
    }
  }

  /// Begins to work with the opened files.
  private mutating func use(_ opening: Opening, _ now: Instant) {
    let isStart = state.phase == .starting
    let wasOn = state.inbox.networkFileSystem
    let setup = opening.setup
    succeed(in: .start, now)
    if isStart {
      state.phase = .running
      (state.records.nextRecord, state.records.nextMetrics) = (now + limits.recordInterval, now)
    } else {
      tell(.reloaded)
      tryAgain(with: opening, now)
    }
    state.change = .none
    state.rejectedReload = nil
    state.setup = setup
    state.records.isIntakeStopped = nil
    state.inbox = InboxState(limits)
    state.inbox.queue = WorkQueue(quietTime: setup.folders.quietTime, limits: limits)
    state.inbox.networkFileSystem = wasOn
    adapt(to: opening.networkFileSystem)
    state.model = ModelState()
    state.model.isLoaded = opening.hasModel
    state.model.file = opening.modelFile
    state.model.unusable = opening.unusableModel
    state.model.isCheckDue = !opening.hasModel
    state.sealing = SealState()
    // A failure of sealing ends when that works, even if nothing is left to seal.
    if state.failures.contains(.seal) { state.sealing.due = now }
    state.cleanUp.due = now
    if opening.hasUnsealed { scheduleSeal(now) }
    state.isReminingDue = setup.mining.looksAgain
    state.throughput.rest()
    take(opening.counts, now)
    tellOfBefore(opening, now)
    tell(.started(hasModel: opening.hasModel, generation: opening.counts.generation))
    emit(.notify(.ready))
    state.report.isDue = true
  }

  /// Says what an earlier process did and could not say, how it ended, and what was repaired: it is known only now.
  private mutating func tellOfBefore(_ opening: Opening, _ now: Instant) {
    tellUntold(opening.untold)
    if opening.faultedCount > 0 { tell(.crashedBefore(pictureCount: opening.faultedCount)) }
    note(opening.trainingDeaths, now)
    if let generation = opening.restoredGeneration { tell(.modelRestored(generation: generation)) }
  }

  /// Tries with the new settings, at once, what failed with the old ones, and says what they no longer need: without a model,
  /// there is only one to wait for.
  private mutating func tryAgain(with opening: Opening, _ now: Instant) {
    state.failures.liftAll(now: now)
    let setup = opening.setup
    if setup.files.report == nil { noteNotDue(.report, now) }
    if setup.files.metrics == nil { noteNotDue(.metrics, now) }
    if !setup.mining.looksAgain { noteNotDue(.remine, now) }
    let modelWork: [Activity] = opening.hasModel ? [.adopt] : [.list, .mine, .remine, .train]
    for activity in modelWork { noteNotDue(activity, now) }
  }

  mutating func take(_ counts: WorkCounts, _ now: Instant) {
    if counts.generation != state.model.generation {
      state.model.generation = counts.generation
      state.isReminingDue = state.setup?.mining.looksAgain == true
    }
    state.sinceTraining = counts.sinceTraining
    if state.training.isNextCountStale {
      state.training.isNextCountStale = false
    } else {
      state.training.isDue = counts.isTrainingDue
      // Somebody may have trained by hand what the daemon could not.
      if !counts.isTrainingDue, !state.training.isRunning { noteNotDue(.train, now) }
    }
    if counts.isSealDue { state.sealing.isUrgent = true }
  }
}
