internal import Synchronization
public import SystemPackage

/// The news of one folder, coalesced: a slow reader finds one summary, never a growing queue.
///
/// The folder need not exist yet, and may vanish, be replaced or be mounted over: it is watched again
/// once a second has passed without events, and each change of ``FolderNews/State`` is news. There is one reader.
public final class FolderWatch: AsyncSequence, Sendable {
  public typealias Element = FolderNews

  public let folder: FilePath

  private let unread = Mutex(FolderNews())
  private let bell: AsyncStream<Void>
  private let ring: AsyncStream<Void>.Continuation

  /// Starts to watch `folder` until ``cancel()``; the first news says whether that succeeded.
  public init(_ folder: FilePath) {
    self.folder = folder
    (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    WatchThread.shared.add(self)
  }

  /// Ends the sequence: the reader gets nil.
  public func cancel() {
    WatchThread.shared.remove(self)
    ring.finish()
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(watch: self, bell: bell.makeAsyncIterator())
  }

  public struct Iterator: AsyncIteratorProtocol {
    let watch: FolderWatch
    var bell: AsyncStream<Void>.Iterator

    public mutating func next() async -> FolderNews? {
      await bell.next().map { watch.read() }
    }
  }

  /// Adds to the news and wakes the reader.
  func tell(_ change: (inout FolderNews) -> Void) {
    unread.withLock { change(&$0) }
    ring.yield()
  }

  private func read() -> FolderNews {
    unread.withLock { news in
      let read = news
      news = FolderNews()
      news.state = read.state
      return read
    }
  }
}
