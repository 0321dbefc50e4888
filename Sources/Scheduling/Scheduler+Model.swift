internal import Corpus
internal import Files
internal import Settings
internal import Training

// The model: switching to one that another process published, training the next, and mining the mined pictures with the
// live one.

extension Scheduler {
  // MARK: Adopting

  mutating func noteModelFolderChanged(_ now: Instant) {
    state.model.isCheckDue = true
    state.failures.lift(.adopt, now: now)
  }

  /// Records the current state of the classifier's file.
  mutating func note(modelFile file: FolderEntry?) {
    if let file, file != state.model.file { state.model.isCheckDue = true }
  }

  /// Checks the classifier's file; while there is no model, from time to time.
  mutating func startAdopting(_ now: Instant) -> Bool {
    if !state.model.isLoaded, state.inbox.nextListing.map({ $0 <= now }) ?? true {
      state.model.isCheckDue = true
    }
    // The training itself adopts its own model.
    guard state.model.isCheckDue, !state.training.isRunning, mayTry(.adopt, now) else {
      return false
    }
    state.model.isCheckDue = false
    if !state.model.isLoaded { state.inbox.nextListing = now + state.inbox.pollInterval }
    start(.adopt, .adopt(known: state.model.file))
    return true
  }

  mutating func noteAdopted(_ result: Result<Adoption, Failure>, _ now: Instant) {
    let adoption: Adoption
    switch result {
    case .failure(let failure):
      fail(failure, now)
      (state.model.goneSince, state.model.isCheckDue) = (nil, true)
      return
    case .success(let value): adoption = value
    }
    let isGone = adoption.file == nil && !adoption.isNew
    state.model.goneSince = isGone ? state.model.goneSince ?? now : nil
    if isBeingReplaced(now) {
      state.model.isCheckDue = true
      state.failures.postpone(.adopt, now: now)
      return
    }
    state.model.file = adoption.file
    state.model.unusable = adoption.unusableModel
    if adoption.isNew {
      succeed(in: .adopt, now)
      state.model.generation = adoption.generation
      state.isReminingDue = state.setup?.mining.looksAgain == true
      tell(.switchedModel(generation: adoption.generation))
      state.report.isDue = true
      state.model.isLoaded = true
      // Somebody may have trained by hand, so the next listing counts again what is due.
      state.training.isDue = false
      state.inbox.isListingDue = true
      return
    }
    noteNotDue(.adopt, now)
    if !state.model.isLoaded, !state.model.isWaitSaid {
      state.model.isWaitSaid = true
      tell(.waitsForModel(unusable: state.model.unusable))
    }
  }

  /// Whether an unusable model is gone, perhaps only for a moment: whoever replaces it moves it away first.
  private func isBeingReplaced(_ now: Instant) -> Bool {
    guard let since = state.model.goneSince, state.failures.contains(.adopt) else { return false }
    return now < since + limits.replacingTime
  }

  // MARK: Training

  mutating func startTraining(_ now: Instant) {
    guard state.training.isDue, !state.training.isRunning, state.change.isNone,
      state.model.isLoaded, mayTry(.train, now)
    else { return }
    guard !isTrainingPaused(now) else { return }
    state.training.isRunning = true
    let budget = trainingBudget
    if !state.failures.contains(.train) {
      tell(.trainingStarted(hardNegatives: state.sinceTraining, budget))
    }
    emit(.train(budget))
  }

  /// Whether a training waits because the process died in the one before.
  func isTrainingPaused(_ now: Instant) -> Bool {
    state.training.pauseEnd.map { now < $0 } ?? false
  }

  private var trainingBudget: TrainingBudget {
    guard let setup = state.setup else { preconditionFailure("a training without settings") }
    return TrainingBudget(of: setup.training.memory, deaths: state.training.deaths, limits)
  }

  /// Records how often processes died while training: after another death the next training waits, so that mining
  /// progresses.
  mutating func note(_ deaths: TrainingDeaths, _ now: Instant) {
    state.training.deaths = deaths.count
    let pause = limits.trainingPause(deaths: deaths.count)
    // The rest of it, where another process had begun to wait.
    state.training.pauseEnd = deaths.age.map { now + pause - $0 }
    if deaths.isNew { tell(.diedTraining(pause: pause, trainingBudget)) }
  }

  mutating func noteTrained(_ result: Result<Training, Failure>, _ now: Instant) {
    state.training.isRunning = false
    if let training = take(result, of: .train, now) {
      state.training.isDue = false
      state.training.isNextCountStale = state.underway != nil
      state.counters.add(training.report)
      tell(.trained(training.report))
      if let learning = training.learning.flatMap({ state.training.learningWatch.take($0) }) {
        tell(.learningStalls(learning))
      }
      note(training.retired)
      if let failure = training.failure { fail(failure, now) }
      state.report.isDue = true
      state.cleanUp.due = now
      // The listing counts again what has been found since the training began.
      state.inbox.isListingDue = true
    } else {
      state.counters.trainingsFailed += 1
    }
  }

  mutating func note(_ retired: FeatureFile.Retired?) {
    if let retired, retired.count > 0 { tell(.retired(retired)) }
    let isExcessive = (retired?.excess ?? 0) > 0
    if let retired, isExcessive, !state.training.isExcessSaid { tell(.allNeeded(retired)) }
    state.training.isExcessSaid = isExcessive
  }

  // MARK: Mining again

  /// Uses a quiet moment to mine some mined pictures again.
  mutating func startRemining(_ now: Instant) -> Bool {
    guard state.isReminingDue, state.model.isLoaded, !state.training.isRunning,
      !state.inbox.isMiningDue, mayTry(.list, now), mayTry(.remine, now)
    else { return false }
    start(.remine, .remine(limit: state.reminingSize.count))
    return true
  }

  mutating func noteRemined(_ result: Result<ReminingOutcome, Failure>, _ now: Instant) {
    guard let look = take(result, of: .remine, now) else { return }
    state.reminingSize.learn(count: look.count, duration: look.duration)
    state.isReminingDue = look.isMore
    if let picture = look.skipped { tell(.skipped(picture)) }
    // Another model may end the pass early. At its end also for what a step found that failed.
    if look.hardNegatives > 0 || look.report != nil { scheduleSeal(now) }
    if let report = look.report {
      tell(.remined(report))
      state.report.isDue = true
      // It may have found enough for a training.
      state.inbox.isListingDue = true
    }
  }
}
