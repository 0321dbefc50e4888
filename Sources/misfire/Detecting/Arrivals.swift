internal import Dispatch
internal import Files
internal import Foundation
internal import Inotify
internal import Mining
internal import Pictures
internal import Synchronization
internal import SystemPackage

/// The pictures that arrive in a folder, until SIGINT or SIGTERM, or until nobody reads the output.
struct Arrivals {
  private let folder: FilePath
  private let wakeUp = WakeUp()
  private let watch: FolderWatch
  private let signals: [any DispatchSourceSignal]
  /// As of the last listing.
  private var seen: [FilePath: FolderEntry]

  /// Watches a folder; files already in it do not count as arrivals.
  /// - Throws: if there is no such folder.
  init(in folder: FilePath) throws {
    self.folder = folder
    // Before the watch, so that nothing that comes once it is said to watch is taken for old.
    seen = Self.entries(of: try NamedPicture.arrived(in: folder))
    signals = [SIGINT, SIGTERM].map { [wakeUp] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { wakeUp.end() }
      source.resume()
      return source
    }
    watch = FolderWatch(folder) { [wakeUp] news in
      switch news {
      case .watch(.watched): note("misfire: watching \(folder)")
      case .watch(.missing): note("misfire: \(folder) is gone; waiting for it to come back")
      case .watch(.refused(let refusal)): note("misfire: \(refusal)")
      case .movedIn, .created, .written, .overflowed: break
      }
      wakeUp.wake()
    }
  }

  /// The pictures that have arrived or changed, once there are any; nil if this has ended.
  mutating func next() throws -> [FilePath]? {
    while !wakeUp.hasEnded && isOutputRead() {
      let pictures = try come()
      if !pictures.isEmpty { return pictures }
      wakeUp.wait()
    }
    watch.cancel()
    return nil
  }

  private mutating func come() throws -> [FilePath] {
    let pictures: [FilePath]
    do {
      pictures = try NamedPicture.arrived(in: folder)
    } catch let error as FolderUnreadable where error.reason == .noSuchFileOrDirectory {
      // It was there, and the watch says when it is again.
      return []
    }
    let entries = Self.entries(of: pictures)
    // Those that are gone are forgotten, so that the list does not grow forever.
    defer { seen = entries }
    return pictures.filter { entries[$0] != nil && entries[$0] != seen[$0] }
  }

  private static func entries(of pictures: [FilePath]) -> [FilePath: FolderEntry] {
    Dictionary(
      uniqueKeysWithValues: pictures.compactMap { path in folderEntry(at: path).map { (path, $0) } }
    )
  }
}

/// Wakes the one thread that waits, from any other.
private final class WakeUp: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let isOver = Atomic(false)

  /// No event reports what another machine writes over the network, so the folder is listed anyway.
  private static let longestWait = DispatchTimeInterval.seconds(5)

  var hasEnded: Bool { isOver.load(ordering: .acquiring) }

  func wake() { semaphore.signal() }

  func end() {
    isOver.store(true, ordering: .releasing)
    wake()
  }

  /// Waits for a sign; several that came meanwhile are one.
  func wait() {
    _ = semaphore.wait(timeout: .now() + Self.longestWait)
    while semaphore.wait(timeout: .now()) == .success {}
  }
}
