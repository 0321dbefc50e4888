internal import Systemd

/// Decides everything the daemon does: an event in, effects out.
///
/// It reads no clock, opens no file and has no thread, so a simulated machine can drive it for years. Each event first
/// changes the state; then everything that the whole state makes due and possible is started. So nothing is lost because
/// the event that asked for it came at a bad moment.
package struct Scheduler: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package internal(set) var state: DaemonState
  let limits: OperationalLimits
  private var effects: [Effect] = []

  package init(limits: OperationalLimits) {
    self.limits = limits
    state = DaemonState(limits)
  }

  package mutating func handle(_ event: Event, now: Instant) -> [Effect] {
    guard state.phase != .ended else { return [] }
    note(event, now)
    startWhatIsDue(now)
    if state.phase != .ended {
      showStatus(after: event, now)
      pingManager(after: event)
      emit(.wake(at: nextWake(after: now)))
    }
    defer { effects.removeAll() }
    return effects
  }

  mutating func emit(_ effect: Effect) { effects.append(effect) }

  mutating func tell(_ news: News) { effects.append(.tell(news)) }

  /// Starts something on the mining thread.
  mutating func start(_ activity: Activity, _ effect: Effect) {
    precondition(state.underway == nil, "\(activity) while \(state.underway!) is under way")
    state.underway = activity
    effects.append(effect)
  }

  private mutating func note(_ event: Event, _ now: Instant) {
    switch event {
    case .launched, .woke, .pictureScanned: break
    case .inboxNews(let news): note(news, now)
    case .modelFolderChanged: noteModelFolderChanged(now)
    case .reloadRequested: state.isReloadRequested = true
    case .stopRequested: noteStopRequested()
    case .sealProgressed: emit(.notify(.moreTime(limits.longestSealedPart)))
    case .trained(let result): noteTrained(result, now)
    case .reportWritten(let result): noteReportWritten(result, now)
    case .cleanedUp(let result): noteCleanUp(result, now)
    case .slowDecoded(let picture, let result): noteSlowDecoded(picture, result, now)
    default:
      state.underway = nil
      noteOutcome(event, now)
    }
  }

  /// Records the result of the effect under way.
  private mutating func noteOutcome(_ event: Event, _ now: Instant) {
    switch event {
    case .opened(let result): noteOpened(result, now)
    case .sealNeeded: noteSealNeeded()
    case .listed(let result): noteListed(result, now)
    case .mined(let batch): noteMined(batch, now)
    case .remined(let result): noteRemined(result, now)
    case .sealed(let result): noteSealed(result, now)
    case .adopted(let result): noteAdopted(result, now)
    case .recorded(let result): noteRecorded(result, now)
    case .intakeRecorded(let result): noteIntakeRecorded(result, now)
    case .metricsWritten(let result): noteMetricsWritten(result, now)
    default: preconditionFailure("\(event) answers nothing that is under way")
    }
  }
}

// MARK: - What works and what does not

extension Scheduler {
  /// Records how an activity went: reports the first of the same failures, counts the others, and reports when they are
  /// over.
  /// - Returns: its value, if it worked.
  mutating func take<Value>(_ result: Result<Value, Failure>, of activity: Activity, _ now: Instant)
    -> Value?
  {
    switch result {
    case .success(let value):
      succeed(in: activity, now)
      return value
    case .failure(let failure):
      fail(failure, now)
      return nil
    }
  }

  mutating func succeed(in activity: Activity, _ now: Instant) {
    if let ended = state.failures.end(activity, now: now) { tell(.worksAgain(ended)) }
  }

  /// Records that there is nothing left to do of what may have failed.
  mutating func noteNotDue(_ activity: Activity, _ now: Instant) {
    if let ended = state.failures.end(activity, now: now) { tell(.noLongerDue(ended)) }
  }

  mutating func fail(_ failure: Failure, _ now: Instant) {
    state.counters.failures += 1
    // It outlived a reload to settings without a model, with which nothing tries it again.
    if [.mine, .train].contains(failure.activity), !state.model.isLoaded { return }
    if state.failures.add(failure, now: now) { tell(.failing(failure)) }
  }
}
