package import SystemPackage

/// Tells of what happens to one folder.
///
/// The folder need not exist yet, and may vanish, be replaced or be mounted over: it is watched again
/// once a second has passed without events, and each change of ``FolderNews/State`` is news.
package final class FolderWatch: Sendable {
  package let folder: FilePath
  let tell: @Sendable (FolderNews) -> Void

  /// Starts to watch `folder` until ``cancel()``; the first news says whether that succeeded.
  /// - Parameter tell: called for each event, on the thread of all watches: it must not block, nor keep what grows.
  package init(_ folder: FilePath, tell: @escaping @Sendable (FolderNews) -> Void) {
    self.folder = folder
    self.tell = tell
    WatchThread.shared.add(self)
  }

  /// Ends the watch; what happens at the same moment may still be told.
  package func cancel() {
    WatchThread.shared.remove(self)
  }
}
