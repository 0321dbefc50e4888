internal import Durable
internal import Inotify
internal import Logging
internal import Mining
internal import Scheduling
internal import ServiceLifecycle
internal import Settings
internal import SystemPackage
internal import Systemd
internal import Training

/// Executes the scheduler's effects, and reports the results back.
///
/// **Invariant:** it decides nothing, and anything that may take long runs on a separate thread.
actor Runner: Service {
  private let settingsPath: FilePath
  private let clock: DaemonClock
  private let mailbox = Mailbox()
  private let signsOfLife: SignsOfLife
  private let miningQueue = BlockingQueue("misfired.mining")
  private let trainingQueue = BlockingQueue("misfired.training")
  private let reportQueue = BlockingQueue("misfired.report")
  private let cleanUpQueue = BlockingQueue("misfired.clean-up")
  private let decodingQueue = BlockingQueue("misfired.decoding")

  private var scheduler = Scheduler(
    limits: OperationalLimits(watchdogInterval: ServiceManager.watchdogInterval))
  private(set) var log: Logger
  private var session: Session?
  private var watches: [FolderWatch] = []
  private var alarm: DaemonClock.Instant
  /// How it ended; nil before that.
  private(set) var end: Effect.EndStatus?

  init(settingsPath: FilePath, log: Logger, clock: DaemonClock) {
    self.settingsPath = settingsPath
    self.log = log
    self.clock = clock
    signsOfLife = SignsOfLife(mailbox, clock: clock)
    alarm = clock.now()
  }

  /// Asks for a reload of the settings.
  nonisolated func reload() {
    mailbox.post(.reloadRequested)
  }

  /// Reports a wait for a lock; the waiting work resumes by itself.
  func tell(_ wait: FileLock.Wait) {
    log.log(LogMessage(wait))
  }

  func run() async {
    await withGracefulShutdownHandler {
      await work()
    } onGracefulShutdown: {
      self.mailbox.post(.stopRequested)
    }
  }

  private func work() async {
    mailbox.post(.launched)
    while end == nil {
      for event in await mailbox.events(until: alarm, clock: clock) {
        for effect in scheduler.handle(event, now: clock.now()) { execute(effect) }
      }
    }
    for watch in watches { watch.cancel() }
  }

  private func execute(_ effect: Effect) {
    switch effect {
    case .open(let isSealed): open(isSealed: isSealed)
    case .list(let queue):
      perform(.list, Event.listed) { [clock] in try $0.list(queue, clock: clock) }
    case .mine(let pictures):
      work(with: { [clock] in .mined($0.mine(pictures, clock: clock)) })
    case .remine(let limit):
      perform(.remine, Event.remined) { [clock] in try $0.remine(limit, clock: clock) }
    case .seal:
      perform(.seal, Event.sealed) { [mailbox] in
        try $0.seal { mailbox.post(.sealProgressed) }
      }
    case .adopt(let known): perform(.adopt, Event.adopted) { try $0.adopt(known: known) }
    case .record(let events): perform(.record, Event.recorded) { try $0.record(events) }
    case .recordIntake(let isStopped):
      perform(.record, Event.intakeRecorded) { try $0.recordIntake(isStopped: isStopped) }
    case .writeMetrics(let counters):
      perform(.metrics, Event.metricsWritten) { try $0.writeMetrics(counters) }
    case .train(let budget):
      perform(.train, Event.trained, on: trainingQueue) { try $0.train(budget) }
    case .writeReport:
      perform(.report, Event.reportWritten, on: reportQueue) { try $0.writeReport() }
    case .cleanUp:
      perform(.cleanUp, Event.cleanedUp, on: cleanUpQueue) { [clock] in
        try $0.cleanUp(clock: clock)
      }
    case .decodeSlow(let picture):
      let event: @Sendable (Result<Done, Failure>) -> Event = { .slowDecoded(picture, $0) }
      perform(.mine, event, on: decodingQueue) { try $0.decodeSlow(picture) }
    case .tell(let news): tell(news)
    case .noteTold:
      // On this thread, so that no later batch is mistaken for a reported one.
      miningQueue.start { [session] in session?.noteTold() }
    case .notify(let notification): ServiceManager.tell(notification)
    case .show(let status): ServiceManager.tell(.status(status.text))
    case .wake(let time): alarm = time
    case .end(let status):
      if status == .abandoning { session?.abandonTraining() }
      end = status
    }
  }

  private func tell(_ news: News) {
    for message in LogMessage.of(news, settingsPath: settingsPath, setup: session?.setup) {
      log.log(message)
    }
  }

  // MARK: Blocking calls

  /// Runs `body` on a separate thread and posts its result.
  private func perform<Value: Sendable>(
    _ activity: Activity, _ event: @escaping @Sendable (Result<Value, Failure>) -> Event,
    on queue: BlockingQueue? = nil, _ body: @escaping @Sendable (Session) throws -> Value
  ) {
    work(on: queue, with: { session in event(Result(activity) { try body(session) }) })
  }

  private func work(
    on queue: BlockingQueue? = nil, with body: @escaping @Sendable (Session) -> Event
  ) {
    guard let session else { preconditionFailure("work without a session") }
    (queue ?? miningQueue).start { [mailbox] in mailbox.post(body(session)) }
  }

  // MARK: Opening

  /// Reads the settings and opens their files in place of those that are open, which stay open if that fails.
  private func open(isSealed: Bool) {
    let old = session
    let activity = old == nil ? Activity.start : .reload
    Task {
      let (log, opened) = await miningQueue.run { [settingsPath, signsOfLife] in
        var log: Logger?
        let opened = Result(activity) {
          let setup = try Setup.load(settingsPath)
          if let old, !isSealed, setup.hog != old.setup.hog { return nil as (Session, Opening)? }
          log = try makeLogger(in: setup.files.log)
          // A ledger's lock cannot be taken twice, not even by the same process; and a training may be under way.
          let same = old.flatMap { $0.lock.path == setup.files.ledger ? $0 : nil }
          let lock = try same?.lock ?? StateLock(setup.files.ledger)
          let mark = try same?.trainingMark ?? TrainingMark(statePath: setup.files.ledger)
          let miner = try Miner(setup: setup, pictureScanned: signsOfLife.pictureScanned)
          let session = try Session(miner, lock: lock, trainingMark: mark)
          return (session, try session.opening())
        }
        return (log, opened)
      }
      // A start that fails says so in its own log; a reload in that of the old settings.
      if let log, old == nil || opened.isSuccess { self.log = log }
      switch opened {
      case .failure(let failure): mailbox.post(.opened(.failure(failure)))
      case .success(nil): mailbox.post(.sealNeeded)
      case .success(let (session, opening)?):
        self.session = session
        watch(session.setup)
        mailbox.post(.opened(.success(opening)))
      }
    }
  }

  private func watch(_ setup: Setup) {
    for watch in watches { watch.cancel() }
    let inbox = setup.folders.inbox
    watches = [
      FolderWatch(inbox) { [mailbox] news in
        mailbox.post(.inboxNews(InboxNews(news, networkFileSystem: remoteFileSystem(of: inbox))))
      },
      FolderWatch(setup.files.liveModel.removingLastComponent()) { [mailbox] _ in
        mailbox.post(.modelFolderChanged)
      },
    ]
  }
}

extension Result where Failure == Scheduling.Failure {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }

  /// The result of `body`, or why the activity failed.
  fileprivate init(_ activity: Activity, _ body: () throws -> Success) {
    do {
      self = .success(try body())
    } catch {
      self = .failure(Failure(error, during: activity))
    }
  }
}
