internal import Detection
internal import Durable
internal import Inotify
internal import Logging
internal import Mining
internal import ServiceLifecycle
internal import Settings
internal import SystemPackage
internal import Systemd

/// The daemon at work: looks at the inbox, mines, retrains beside that, and goes on whatever happens.
///
/// **Invariant:** everything that blocks runs on `queue`, or on `trainingQueue` beside it.
actor MiningLoop: Service {
  private let settingsPath: FilePath
  private let doorbell = Doorbell()
  private let queue = BlockingQueue("misfired.mining")
  private let trainingQueue = BlockingQueue("misfired.training")

  private var log: Logger
  private var course = Course(pollInterval: .seconds(5), sealDelay: .seconds(10))
  private var status = StatusLine()
  private var troubles = Troubles()
  private var run = Run()
  private var metrics = Metrics()
  private var nextMetrics = ContinuousClock.now
  /// What of the metrics' missed events the ledger knows, and when to tell it of the others at the latest.
  private var recordedEvents = MissedEvents()
  private var nextRecord = ContinuousClock.now + recordInterval
  private var watches: [FolderWatch] = []
  /// Whether the kernel refuses to watch the inbox.
  private var isUnwatched = false
  /// The kind of network file system that the inbox is on.
  private var remote: String?
  private var remining: Remining?
  private var trainingResult: Result<TrainingReport, any Error>?
  private var nextTraining = ContinuousClock.now
  /// What the classifier's file was when its model was last taken up.
  private var classifierFile: FolderEntry?
  private var modelTrouble: String?
  private var trainingTrouble: String?
  private var metricsTrouble: String?

  init(settingsPath: FilePath, log: Logger) {
    self.settingsPath = settingsPath
    self.log = log
  }

  /// Whether a training was going on when the loop ended; it is safe to end the process under it.
  var isTraining: Bool { status.isTraining }

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
    ServiceManager.tell(.status(status.text))
    var workplace = try await open(Settings.load(settingsPath), lock: nil)
    try await start(workplace)
    ServiceManager.tell(.ready)
    while true {
      let wakes = doorbell.read()
      if wakes.isStopDue { break }
      if wakes.isReloadDue { workplace = await reload(workplace) }
      await finishTraining(at: workplace)
      await take(wakes, at: workplace)
      switch course.action(now: .now) {
      case .look: await look(at: workplace)
      case .seal: await seal(workplace)
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
  private func open(_ settings: Settings, lock: StateLock?) async throws -> Workplace {
    try await queue.run { try Workplace(settings, lock: lock ?? StateLock(settings)) }
  }

  private func start(_ workplace: Workplace) async throws {
    let settings = workplace.settings
    for watch in watches { watch.cancel() }
    let inboxWatch = FolderWatch(settings.hnInbox)
    let modelWatch = FolderWatch(settings.classifierPath.removingLastComponent())
    watches = [inboxWatch, modelWatch]
    let doorbell = doorbell
    Task { for await news in inboxWatch { doorbell.ring { $0.add(news) } } }
    Task { for await _ in modelWatch { doorbell.ring { $0.hasModelNews = true } } }

    course = Course(pollInterval: .seconds(5), sealDelay: .seconds(10))
    remote = nil
    adaptToFileSystem(of: settings.hnInbox)
    classifierFile = folderEntry(at: settings.classifierPath)
    status.retrainThreshold = settings.hnRetrainThreshold
    try await readCounts(of: workplace)
    status.work = .idle(mined: run.total)
    let model =
      workplace.miner.detector == nil
      ? "without a model" : "with \(status.generation.map { "generation \($0)" } ?? "a model")"
    if workplace.faultedCount > 0 { log.log(diedOver: workplace.faultedCount) }
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
      // A ledger's lock cannot be taken twice, not even by the same process.
      let lock = settings.statePath == workplace.lock.path ? workplace.lock : nil
      let new = try await open(settings, lock: lock)
      log = try makeLogger(settings)
      log.log(.reloaded, "took up the settings of \(settingsPath)")
      try await start(new)
      return new
    } catch {
      log.log(.reloadRefused, "keeps the settings it has: \(error)")
      return workplace
    }
  }

  private func readCounts(of workplace: Workplace) async throws {
    let counts = try await queue.run { try workplace.miner.status() }
    status.generation = counts.generation
    status.sinceTraining = counts.hardNegatives.sinceTraining
  }

  private func stop(_ workplace: Workplace) async {
    for watch in watches { watch.cancel() }
    await finishTraining(at: workplace)
    if !isTraining { await seal(workplace) }
    (nextRecord, nextMetrics) = (.now, .now)
    await recordMissedEvents(at: workplace)
    await writeMetrics(of: workplace)
    log.log(.stopped, "stopped after \(run.total.grouped) pictures")
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
      }
      classifierFile = file
      modelTrouble = nil
      course.take(.hasModel, now: .now)
    } catch {
      // Mining goes on with the model that it has, if it has one.
      let reason = "cannot take up the model \(path): \(error)"
      if modelTrouble != reason { log.log(.failing, "\(reason)") }
      modelTrouble = reason
    }
  }

  private func look(at workplace: Workplace) async {
    do {
      let look = try await queue.run { try workplace.look() }
      if look.lacksModel { return waitForModel(at: workplace) }
      if let listing = look.listing { take(listing) }
      let mined = look.reports.count { $0.outcome == .mined }
      metrics.add(look.reports)
      metrics.waiting = look.waitingCount
      run.add(look.reports.count, isMore: look.isMore)
      for report in look.reports where !look.leftAgain.contains(report.picture) {
        log.log(report, retrainThreshold: status.retrainThreshold)
        status.sinceTraining = report.sinceTraining
      }
      let failures = troubles.end()
      if failures > 0 {
        log.log(
          .recovered,
          "works again, after \(failures.grouped) \(failures == 1 ? "failure" : "failures")")
      }
      course.take(
        .looked(isMore: look.isMore, nextLook: look.nextLook, isChanged: mined > 0), now: .now)
      status.work =
        look.isMore
        ? .mining(
          done: run.done, of: run.done + look.waitingCount, picturesPerSecond: run.picturesPerSecond
        )
        : .idle(mined: run.total)
      if look.isMore { tellStatus() }
      if look.isTrainingDue { train(workplace) }
    } catch {
      fail(error)
    }
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
    guard new != MissedEvents(),
      new.overflows > 0 || new.foundByRescan > 0 || nextRecord <= .now
    else { return }
    nextRecord = .now + Self.recordInterval
    do {
      try await queue.run { try workplace.miner.record(new) }
      recordedEvents = metrics.missedEvents
    } catch {
      fail(error)
    }
  }

  private static let recordInterval = Duration.seconds(600)

  /// Uses a quiet moment to look at some kept pictures again.
  /// - Returns: whether there is more to do.
  private func mineAgain(at workplace: Workplace) async -> Bool {
    guard course.isIdle, !status.isTraining else { return false }
    do {
      let (next, isMore, report) = try await queue.run { [remining] in
        var remining = remining
        let (isMore, report) = try workplace.mineAgain(&remining)
        return (remining, isMore, report)
      }
      remining = next
      if let report {
        log.log(report)
        course.take(.looked(isMore: true, nextLook: nil, isChanged: true), now: .now)
      }
      return isMore
    } catch {
      fail(error)
      return false
    }
  }

  private func waitForModel(at workplace: Workplace) {
    if status.work != .waitingForModel {
      let conf = "--conf \(settingsPath)"
      log.log(
        .waitsForModel,
        """
        no model at \(workplace.settings.classifierPath): run `misfire extract \(conf)`, then \
        `misfire train \(conf)`; mining starts by itself then
        """)
    }
    status.work = .waitingForModel
    course.take(.lacksModel, now: .now)
  }

  private func seal(_ workplace: Workplace) async {
    do {
      try await queue.run { _ = try workplace.miner.seal() }
      course.take(.sealed, now: .now)
    } catch {
      fail(error)
    }
  }

  /// The machine fails: nothing was moved, and everything is tried again after a while.
  private func fail(_ error: any Error) {
    let reason = "\(error)"
    metrics.failures += 1
    if troubles.begin(reason) { log.log(.failing, "\(reason); tries again until it works") }
    status.work = .failing(reason)
    course.take(.failed, now: .now)
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
    var metrics = metrics
    do {
      metrics.status = try await queue.run { try workplace.miner.status() }
      let text = metrics.text
      try await queue.run { try Durable.write(text.utf8, to: path) }
      metricsTrouble = nil
    } catch {
      let reason = "cannot write the metrics: \(error)"
      if metricsTrouble != reason { log.log(.failing, "\(reason); mining goes on") }
      metricsTrouble = reason
    }
  }
}

// MARK: - Training

extension MiningLoop {
  /// Trains beside mining, unless that goes on already.
  private func train(_ workplace: Workplace) {
    guard !status.isTraining, nextTraining <= .now else { return }
    status.isTraining = true
    log.log(
      .trainingStarted,
      "training on \(status.sinceTraining.grouped) new hard negatives, while mining goes on")
    Task {
      do {
        let report = try await trainingQueue.run { try workplace.miner.train() }
        trainingResult = .success(report)
      } catch {
        trainingResult = .failure(error)
      }
      doorbell.ring { $0.hasModelNews = true }
    }
  }

  private func finishTraining(at workplace: Workplace) async {
    guard let result = trainingResult else { return }
    trainingResult = nil
    status.isTraining = false
    switch result {
    case .success(let report):
      trainingTrouble = nil
      log.log(report)
      if report.isAccepted { metrics.modelsPublished += 1 } else { metrics.modelsRefused += 1 }
      do { try await readCounts(of: workplace) } catch { fail(error) }
    case .failure(let error):
      nextTraining = .now + .seconds(60)
      let reason = "cannot train: \(error)"
      if trainingTrouble != reason { log.log(.failing, "\(reason); tries again every minute") }
      trainingTrouble = reason
    }
  }
}
