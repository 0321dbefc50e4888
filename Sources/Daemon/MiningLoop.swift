internal import Detection
internal import Durable
internal import Foundation
internal import Inotify
internal import Logging
internal import Mining
internal import ServiceLifecycle
internal import Settings
internal import SystemPackage
internal import Systemd

/// The daemon at work: looks at the inbox, mines, retrains beside that, and goes on whatever happens.
///
/// **Invariant:** everything that may take long runs on `queue`, or beside it on `trainingQueue` or in `reporter`; looks at
/// single files and the settings are all that is done here.
actor MiningLoop: Service {
  private let settingsPath: FilePath
  private let doorbell = Doorbell()
  private let queue = BlockingQueue("misfired.mining")
  private let trainingQueue = BlockingQueue("misfired.training")
  private let reporter = Reporter()

  private(set) var log: Logger
  private var course = Course(pollInterval: .seconds(5), sealDelay: .seconds(10))
  private var status = StatusLine()
  private var troubles = Troubles()
  private var run = Run()
  private var metrics = Metrics()
  private var learningWatch = LearningWatch()
  private var nextMetrics = ContinuousClock.now
  /// What of the metrics' missed events the ledger knows, and when to tell it of the others at the latest.
  private var recordedEvents = MissedEvents()
  private var nextRecord = ContinuousClock.now + recordInterval
  private var watches: [FolderWatch] = []
  /// Whether the kernel refuses to watch the inbox.
  private var isUnwatched = false
  /// The kind of network file system that the inbox is on.
  private var remote: String?
  private var trainingResult: Result<TrainingReport, any Error>?
  /// What the classifier's file was when its model was last taken up.
  private var classifierFile: FolderEntry?
  private var modelTrouble: String?
  private var metricsFile = Paper("metrics")

  init(settingsPath: FilePath, log: Logger) {
    self.settingsPath = settingsPath
    self.log = log
  }

  /// Whether a training or a report was going on when the loop ended; it is safe to end the process under either.
  var isBusy: Bool {
    get async {
      let isReporting = await reporter.isWriting
      return isReporting || status.isTraining
    }
  }

  /// Asks for the settings to be read again.
  nonisolated func reload() {
    doorbell.ring { $0.isReloadDue = true }
  }

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await work()
    } onGracefulShutdown: {
      self.doorbell.ring { $0.isStopDue = true }
    }
  }

  /// How long the manager may go without a ping while there is nothing to do.
  private static let longestSilence = (ServiceManager.watchdogInterval ?? .seconds(120)) / 2

  private func work() async throws {
    guard var workplace = try await begin() else { return }
    ServiceManager.tell(.ready)
    while true {
      let wakes = doorbell.read()
      if wakes.isStopDue { break }
      if wakes.isReloadDue { workplace = await reload(workplace) }
      await finishTraining(at: workplace)
      await take(wakes, at: workplace)
      switch course.action(now: .now) {
      case .look: await look(at: workplace)
      case .seal: if await seal(workplace) { await writeReport(of: workplace) }
      case .wait(let deadline):
        if await mineAgain(at: workplace) { break }
        tellStatus()
        await doorbell.wait(until: min(deadline, .now + Self.longestSilence))
      }
      await recordMissedEvents(at: workplace)
      await writeMetrics(of: workplace)
      // The loop turns after every batch and every few seconds when idle; it hangs with its work.
      ServiceManager.tell(.watchdog)
    }
    ServiceManager.tell(.stopping, .status("stopping"))
    await stop(workplace)
  }
}

// MARK: - Coming and going

extension MiningLoop {
  /// Opens the workplace and begins, however often that has to be tried.
  /// - Returns: nil where it was told to stop before.
  /// - Throws: what no waiting mends: wrong settings, or another daemon.
  private func begin() async throws -> Workplace? {
    tellStatus()
    while true {
      let settings = try Settings.load(settingsPath)
      do {
        log = try makeLogger(settings)
        let (workplace, counts) = try await open(settings, lock: nil)
        succeed(in: .begin)
        start(workplace, counts)
        await writeReport(of: workplace)
        return workplace
      } catch  where error is SecondDaemon || error is SettingsError {
        throw error
      } catch {
        fail(.begin, "\(error)")
      }
      tellStatus()
      // Enough for the pause and the next attempt.
      ServiceManager.tell(.moreTime(Course.longestDelay * 2))
      await doorbell.wait(until: course.pause(of: .begin) ?? .now)
      if doorbell.read().isStopDue { return nil }
    }
  }

  /// Opens what the settings name; all that can fail of taking them up.
  private func open(_ settings: Settings, lock: StateLock?) async throws
    -> (workplace: Workplace, counts: MiningStatus)
  {
    try await queue.run {
      let workplace = try Workplace(settings, lock: lock ?? StateLock(settings))
      return (workplace, try workplace.miner.status())
    }
  }

  private func start(_ workplace: Workplace, _ counts: MiningStatus) {
    let settings = workplace.settings
    for watch in watches { watch.cancel() }
    let inboxWatch = FolderWatch(settings.hnInbox)
    let modelWatch = FolderWatch(settings.classifierPath.removingLastComponent())
    watches = [inboxWatch, modelWatch]
    let doorbell = doorbell
    Task { for await news in inboxWatch { doorbell.ring { $0.add(news) } } }
    Task { for await _ in modelWatch { doorbell.ring() } }

    course = Course(pollInterval: .seconds(5), sealDelay: .seconds(10))
    if counts.hardNegatives.unsealed > 0 {
      course.take(.looked(isMore: true, nextLook: nil, isChanged: true), now: .now)
    }
    troubles = Troubles()
    modelTrouble = nil
    status.trouble = nil
    remote = nil
    adaptToFileSystem(of: settings.hnInbox)
    // A damaged one is tried again: it may have been the disk.
    classifierFile =
      workplace.miner.unusableModel == nil ? folderEntry(at: settings.classifierPath) : nil
    status.retrainThreshold = settings.hnRetrainThreshold
    take(counts)
    status.work = .idle(mined: run.total)
    let model =
      workplace.miner.detector == nil
      ? "without a model" : "with \(status.generation.map { "generation \($0)" } ?? "a model")"
    if workplace.faultedCount > 0 { log.log(diedOver: workplace.faultedCount) }
    if let generation = workplace.restoredGeneration {
      log.log(restored: generation, settings.classifierPath)
    }
    log.log(.started, "watching \(settings.hnInbox) \(model)")
  }

  /// Lists the inbox more often where the kernel does not hear of everything, and says so.
  private func adaptToFileSystem(of inbox: FilePath) {
    let kind = remoteFileSystem(of: inbox)
    course.pollInterval = kind == nil ? .seconds(5) : .seconds(2)
    if let kind, kind != remote {
      log.log(
        .notWatched,
        """
        \(inbox) is on \(kind), which tells nothing of other machines' files: it is listed every 2 seconds
        """)
    }
    remote = kind
  }

  private func reload(_ workplace: Workplace) async -> Workplace {
    ServiceManager.tell(.reloading)
    defer { ServiceManager.tell(.ready) }
    do {
      let settings = try Settings.load(settingsPath)
      // Later they would not go with the others in the file.
      if settings.hog != workplace.settings.hog, await seal(workplace) {
        await writeReport(of: workplace)
      }
      // A ledger's lock cannot be taken twice, not even by the same process.
      let lock = settings.statePath == workplace.lock.path ? workplace.lock : nil
      let (new, counts) = try await open(settings, lock: lock)
      log = try makeLogger(settings)
      log.log(.reloaded, "took up the settings of \(settingsPath)")
      start(new, counts)
      await writeReport(of: new)
      return new
    } catch {
      log.log(.reloadRefused, "keeps the settings it has: \(error)")
      return workplace
    }
  }

  private func take(_ counts: MiningStatus) {
    status.generation = counts.generation
    status.sinceTraining = counts.hardNegatives.sinceTraining
  }

  private func writeReport(of workplace: Workplace) async {
    await reporter.write(of: workplace, log: log)
  }

  private func stop(_ workplace: Workplace) async {
    for watch in watches { watch.cancel() }
    await finishTraining(at: workplace)
    if !status.isTraining { await seal(workplace) }
    (nextRecord, nextMetrics) = (.now, .now)
    await recordMissedEvents(at: workplace)
    await writeMetrics(of: workplace)
    await writeReport(of: workplace)
    await reporter.finish(within: .seconds(10))
    log.log(.stopped, "stopped after \(run.total.counted("picture"))")
  }
}

// MARK: - Mining

extension MiningLoop {
  private func take(_ wakes: Wakes, at workplace: Workplace) async {
    let now = ContinuousClock.now
    workplace.note(movedIn: wakes.movedIn)
    if wakes.hasInboxNews { course.take(.news, now: now) }
    if wakes.overflowCount > 0 {
      metrics.missedEvents.overflows += wakes.overflowCount
      course.take(.eventsLost, now: now)
      log.log(.eventsLost, "the kernel's queue of events overflowed: listing the inbox instead")
    }
    switch wakes.inboxState {
    case .watched:
      if isUnwatched { log.log(.recovered, "watches \(workplace.settings.hnInbox) again") }
      isUnwatched = false
      adaptToFileSystem(of: workplace.settings.hnInbox)
      course.take(.inboxIsBack, now: now)
    case .refused(let error):
      isUnwatched = true
      log.log(.notWatched, "\(error)")
    case .missing, .unwatched, nil: break
    }
    await adoptModel(at: workplace)
  }

  /// Takes up a model that the command line published; a training's own is taken up by the training.
  private func adoptModel(at workplace: Workplace) async {
    let path = workplace.settings.classifierPath
    guard !status.isTraining, let file = folderEntry(at: path), file != classifierFile else {
      return
    }
    do {
      if try await queue.run({ try workplace.miner.adoptLiveModel() }) {
        status.generation = workplace.miner.detector?.generation
        log.log(
          .modelAdopted,
          "mines with \(status.generation.map { "generation \($0)" } ?? "the model") from now on",
          status.generation.map { ["generation": "\($0)"] } ?? [:])
        await writeReport(of: workplace)
      }
      classifierFile = file
      modelTrouble = nil
      course.take(.hasModel, now: .now)
    } catch {
      // Mining goes on with the model that it has, if it has one.
      let reason = "cannot take up the model: \(error)"
      if modelTrouble != reason { log.log(.failing, "\(reason)") }
      modelTrouble = reason
    }
  }

  private func look(at workplace: Workplace) async {
    let look = await queue.run { workplace.look() }
    if let listing = look.listing { take(listing) }
    metrics.add(look.reports)
    run.add(look.reports.count, isMore: look.isMore)
    for report in look.reports where !look.leftAgain.contains(report.picture) {
      log.log(report, retrainThreshold: status.retrainThreshold)
      status.sinceTraining = report.sinceTraining
    }
    if let failure = look.failure { return fail(.look, "\(failure)") }
    succeed(in: .look)
    if look.lacksModel { return waitForModel(at: workplace) }
    metrics.waiting = look.waitingCount
    let isChanged = look.reports.contains { $0.outcome == .mined }
    course.take(
      .looked(isMore: look.isMore, nextLook: look.nextLook, isChanged: isChanged), now: .now)
    status.work =
      look.isMore
      ? .mining(
        done: run.done, of: run.done + look.waitingCount, picturesPerSecond: run.picturesPerSecond)
      : .idle(mined: run.total)
    if look.isMore { tellStatus() }
    if look.isSealDue, course.mayTry(.seal, now: .now), await seal(workplace) {
      await writeReport(of: workplace)
    }
    if look.isTrainingDue { train(workplace) }
  }

  private func take(_ listing: Workplace.Look.Listing) {
    for entry in troubles.newStrangers(listing.strangers) { log.log(stranger: entry) }
    if course.isRescanning {
      metrics.missedEvents.rescans += 1
      metrics.missedEvents.foundByRescan += listing.newCount
      if listing.newCount > 0 { log.log(foundByRescan: listing.newCount, metrics.missedEvents) }
    }
    course.take(.listed, now: .now)
  }

  /// Tells the ledger what was found without being told: at once where it matters, from time to time where not, so that
  /// an idle machine's disk may sleep.
  private func recordMissedEvents(at workplace: Workplace) async {
    let new = metrics.missedEvents - recordedEvents
    guard new != MissedEvents(), course.mayTry(.record, now: .now),
      new.overflows > 0 || new.foundByRescan > 0 || nextRecord <= .now
    else { return }
    nextRecord = .now + Self.recordInterval
    do {
      try await queue.run { try workplace.miner.record(new) }
      recordedEvents = metrics.missedEvents
      succeed(in: .record)
    } catch {
      fail(.record, "\(error)")
    }
  }

  private static let recordInterval = Duration.seconds(600)

  /// Uses a quiet moment to look at some kept pictures again.
  /// - Returns: whether there is more to do.
  private func mineAgain(at workplace: Workplace) async -> Bool {
    guard course.isIdle, !status.isTraining, course.mayTry(.mineAgain, now: .now) else {
      return false
    }
    do {
      let look = try await queue.run { try workplace.mineAgain() }
      succeed(in: .mineAgain)
      if let picture = look.givenUp { log.log(passedOver: picture) }
      if let report = look.report {
        log.log(report)
        await writeReport(of: workplace)
        course.take(.looked(isMore: true, nextLook: nil, isChanged: true), now: .now)
      }
      return look.isMore
    } catch {
      fail(.mineAgain, "\(error)")
      return false
    }
  }

  private func waitForModel(at workplace: Workplace) {
    // What is wrong with a damaged one has been said.
    if status.work != .waitingForModel && modelTrouble == nil {
      let conf = "--conf \(settingsPath)"
      let reason =
        workplace.miner.unusableModel.map { "\($0)" }
          ?? """
          no model at \(workplace.settings.classifierPath): run `misfire extract \(conf)`, then \
          `misfire train \(conf)`, as the user \(NSUserName())
          """
      log.log(.waitsForModel, "\(reason); mining starts by itself then")
    }
    status.work = .waitingForModel
    course.take(.lacksModel, now: .now)
  }

  /// What a slow disk may need for one part of the file, and for the whole of it to get there in the end.
  private static let longestSealedPart = Duration.seconds(120)

  /// - Returns: whether there was anything to seal, and it is sealed.
  @discardableResult
  private func seal(_ workplace: Workplace) async -> Bool {
    do {
      let byteCount = try await queue.run {
        // A large file may take longer than the watchdog waits, or at the end than a stop may take.
        try workplace.seal { ServiceManager.tell(.watchdog, .moreTime(Self.longestSealedPart)) }
      }
      course.take(.sealed(byteCount: byteCount), now: .now)
      succeed(in: .seal)
      return byteCount > 0
    } catch is FileLock.Held {
      // Whoever writes the file may take hours; what is unsealed is safe in the ledger meanwhile.
      course.take(.failed(.seal), now: .now)
    } catch {
      fail(.seal, "\(error)")
    }
    return false
  }

  /// The machine did not let it do this: nothing was lost, and it is tried again after a while.
  private func fail(_ deed: Deed, _ reason: String) {
    metrics.failures += 1
    if troubles.begin(deed, reason) { log.log(.failing, "\(reason); tries again until it works") }
    status.trouble = troubles.foremost
    course.take(.failed(deed), now: .now)
  }

  private func succeed(in deed: Deed) {
    let failures = troubles.end(deed)
    if failures > 0 {
      log.log(
        .recovered,
        "works again, after \(failures.counted("failure"))")
    }
    status.trouble = troubles.foremost
    course.take(.worked(deed), now: .now)
  }

  private func tellStatus() {
    ServiceManager.tell(.status(status.text))
  }
}

// MARK: - Metrics

extension MiningLoop {
  private static let metricsInterval = Duration.seconds(15)

  private func writeMetrics(of workplace: Workplace) async {
    guard let path = workplace.settings.metricsPath, nextMetrics <= .now else { return }
    nextMetrics = .now + Self.metricsInterval
    metrics.evaluation = workplace.miner.detector?.evaluation
    let result = await queue.run { [metrics] in
      Result {
        var metrics = metrics
        metrics.status = try workplace.miner.status()
        try Durable.write(metrics.text.utf8, to: path, as: Metrics.file)
      }
    }
    metricsFile.take(result, log: log)
  }
}

// MARK: - Training

extension MiningLoop {
  /// Trains beside mining, unless that goes on already.
  private func train(_ workplace: Workplace) {
    guard !status.isTraining, course.mayTry(.train, now: .now) else { return }
    status.isTraining = true
    if !troubles.contains(.train) {
      log.log(
        .trainingStarted,
        "training on \(status.sinceTraining.counted("new hard negative")), while mining goes on")
    }
    Task {
      do {
        let report = try await trainingQueue.run { try workplace.miner.train() }
        trainingResult = .success(report)
      } catch {
        trainingResult = .failure(error)
      }
      doorbell.ring()
    }
  }

  private func finishTraining(at workplace: Workplace) async {
    guard let result = trainingResult else { return }
    trainingResult = nil
    status.isTraining = false
    switch result {
    case .success(let report):
      succeed(in: .train)
      log.log(report, workplace.settings.classifierPath)
      metrics.add(report)
      await writeReport(of: workplace)
      do {
        let counts = try await queue.run { try workplace.miner.status() }
        take(counts)
        if let learning = learningWatch.take(counts.learning) {
          log.log(.learningStalls, "\(learning.inWords)", ["state": "\(learning.state.rawValue)"])
        }
      } catch {
        fail(.look, "\(error)")
      }
    case .failure(let error):
      metrics.trainingsFailed += 1
      fail(.train, "cannot train: \(error)")
    }
  }
}
