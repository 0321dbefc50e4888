package import SystemPackage

/// Reports what happens in one folder.
///
/// The folder need not exist yet, and can vanish, be replaced or be mounted over: it is watched again once a second
/// has passed without events. Each change of ``FolderNews/State`` is reported.
package final class FolderWatch: Sendable {
  package let folder: FilePath
  let tell: @Sendable (FolderNews) -> Void

  /// Starts watching `folder` until ``cancel()``. The first news says whether that succeeded.
  /// - Parameter tell: called for each event on the thread that serves all watches. It must not block or accumulate
  ///   data without bound.
  package init(_ folder: FilePath, tell: @escaping @Sendable (FolderNews) -> Void) {
    self.folder = folder
    self.tell = tell
    WatchThread.shared.add(self)
  }

  /// Ends the watch. An event that occurs at the same moment may still be reported.
  package func cancel() {
    WatchThread.shared.remove(self)
  }
}
