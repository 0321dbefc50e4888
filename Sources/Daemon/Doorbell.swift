internal import Inotify
internal import Synchronization
internal import SystemPackage

/// What has happened since the loop last asked; coalesced, so that it never grows.
struct Wakes: Sendable {
  /// Something may have arrived in the inbox.
  var hasInboxNews = false
  var movedIn: Set<FilePath.Component> = []
  var overflowCount = 0
  /// Whether the inbox is being watched, where that was found since.
  var inboxState: FolderNews.State?
  var isReloadDue = false
  /// Stays so once it is.
  var isStopDue = false

  mutating func add(_ news: FolderNews) {
    hasInboxNews = hasInboxNews || news.tellsOfFiles
    movedIn.formUnion(news.movedIn)
    overflowCount += news.overflowCount
    if news.isStateNew { inboxState = news.state }
  }
}

/// Rings from anywhere and wakes the loop.
final class Doorbell: Sendable {
  private let wakes = Mutex(Wakes())
  private let rings: AsyncStream<Void>
  private let ringer: AsyncStream<Void>.Continuation

  init() {
    (rings, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func ring(_ change: (inout Wakes) -> Void = { _ in }) {
    wakes.withLock { change(&$0) }
    ringer.yield()
  }

  /// What has happened since this was last called.
  func read() -> Wakes {
    wakes.withLock { wakes in
      defer {
        let isStopDue = wakes.isStopDue
        wakes = Wakes()
        wakes.isStopDue = isStopDue
      }
      return wakes
    }
  }

  /// Returns at the next ring or at `deadline`; at once if there was a ring since the last wait.
  func wait(until deadline: ContinuousClock.Instant) async {
    let alarm = Task {
      try await ContinuousClock().sleep(until: deadline)
      ringer.yield()
    }
    defer { alarm.cancel() }
    for await _ in rings { return }
  }
}
