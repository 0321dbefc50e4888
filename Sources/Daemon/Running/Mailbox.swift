internal import Inotify
internal import Scheduling
internal import Synchronization

/// What has happened since the runner last asked. News and signs of life are coalesced, so that they never grow: a large
/// file has many parts, and the last one is as good as all. There are never more results than running effects.
struct PendingEvents: Sendable {
  private var isStopRequested = false
  private var isReloadRequested = false
  private var inboxNews = InboxNews()
  private var hasModelNews = false
  private var isTimeUp = false
  private var hasSealProgressed = false
  private var isPictureScanned = false
  private var outcomes: [Event] = []

  mutating func add(_ event: Event) {
    switch event {
    case .stopRequested: isStopRequested = true
    case .reloadRequested: isReloadRequested = true
    case .inboxNews(let news): inboxNews.add(news)
    case .modelFolderChanged: hasModelNews = true
    case .woke: isTimeUp = true
    case .sealProgressed: hasSealProgressed = true
    case .pictureScanned: isPictureScanned = true
    default: outcomes.append(event)
    }
  }

  /// Each as one event, the most urgent first.
  consuming func events() -> [Event] {
    var events: [Event] = []
    if isStopRequested { events.append(.stopRequested) }
    if isReloadRequested { events.append(.reloadRequested) }
    if inboxNews != InboxNews() { events.append(.inboxNews(inboxNews)) }
    if hasModelNews { events.append(.modelFolderChanged) }
    if hasSealProgressed { events.append(.sealProgressed) }
    if isPictureScanned { events.append(.pictureScanned) }
    events += outcomes
    return events.isEmpty && isTimeUp ? [.woke] : events
  }
}

extension InboxNews {
  /// What a watch reports.
  /// - Parameter networkFileSystem: the kind of file system that the inbox is on; nil if it is local.
  init(_ news: FolderNews, networkFileSystem: @autoclosure () -> String?) {
    self.init()
    switch news {
    case .movedIn(let name): (tellsOfFiles, movedIn) = (true, [name])
    case .created, .written: tellsOfFiles = true
    case .overflowed: overflowCount = 1
    case .watch(.watched): watch = .watched(networkFileSystem: networkFileSystem())
    case .watch(.missing): watch = .missing
    case .watch(.refused(let refusal)): watch = .refused(refusal)
    }
  }
}

/// Takes events from any thread, and hands them to the one reader.
final class Mailbox: Sendable {
  private let pending = Mutex(PendingEvents())
  private let bell: AsyncStream<Void>
  private let ring: AsyncStream<Void>.Continuation

  init() {
    (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func post(_ event: Event) {
    pending.withLock { $0.add(event) }
    ring.yield()
  }

  /// What has happened since this was last called; waits until something has, or until `deadline`.
  func events(until deadline: DaemonClock.Instant, clock: DaemonClock) async -> [Event] {
    let alarm = Task {
      try await clock.sleep(deadline)
      post(.woke)
    }
    defer { alarm.cancel() }
    var bells = bell.makeAsyncIterator()
    while true {
      let events = take()
      if !events.isEmpty { return events }
      if await bells.next() == nil { return [] }
    }
  }

  private func take() -> [Event] {
    pending.withLock { pending in
      let taken = pending
      pending = PendingEvents()
      return taken.events()
    }
  }
}

/// Posts that pictures are being scanned, but not each.
final class SignsOfLife: Sendable {
  private let mailbox: Mailbox
  private let clock: DaemonClock
  private let last: Mutex<DaemonClock.Instant>

  init(_ mailbox: Mailbox, clock: DaemonClock) {
    self.mailbox = mailbox
    self.clock = clock
    last = Mutex(clock.now())
  }

  func pictureScanned() {
    let now = clock.now()
    let isDue = last.withLock { last in
      guard last.duration(to: now) >= OperationalLimits.pictureInterval else { return false }
      last = now
      return true
    }
    if isDue { mailbox.post(.pictureScanned) }
  }
}
