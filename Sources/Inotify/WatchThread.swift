internal import Foundation
internal import Synchronization

/// The only thread that calls libinotifytools, whose state is global.
///
/// It starts with the first watch and never ends. The library waits in whole seconds, so nothing waits for the thread
/// to stop.
final class WatchThread: Sendable {
  static let shared = WatchThread()

  private struct Requests {
    var watches: [FolderWatch] = []
    /// Counts changes to `watches`, so that the thread notices them without comparing arrays.
    var edition = 0
    var isRunning = false
  }

  private let requests = Mutex(Requests())

  func add(_ watch: FolderWatch) {
    let isFirst = requests.withLock { requests in
      requests.watches.append(watch)
      requests.edition += 1
      defer { requests.isRunning = true }
      return !requests.isRunning
    }
    guard isFirst else { return }
    let thread = Thread { [self] in run() }
    thread.name = "inotify"
    thread.start()
  }

  func remove(_ watch: FolderWatch) {
    requests.withLock { requests in
      requests.watches.removeAll { $0 === watch }
      requests.edition += 1
    }
  }

  private func run() -> Never {
    var session = WatchSession()
    while true {
      let (watches, edition) = requests.withLock { ($0.watches, $0.edition) }
      session.keep(watches, edition: edition)
      session.deliverEvents()
    }
  }
}
