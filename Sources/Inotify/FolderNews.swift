package import SystemPackage

/// What happened to a watched folder.
///
/// News is a hint to look. What the folder holds is only ever known from listing it.
package enum FolderNews: Sendable, Equatable {
  /// A file was moved or renamed into the folder: it is whole as it is.
  case movedIn(FilePath.Component)
  /// A name came into being: a file that is about to be written, or another name (a hard link) of one that is whole.
  case created
  /// A file was closed after writing.
  case written
  /// The kernel's queue overflowed, so that events were lost.
  case overflowed
  /// Whether the folder is being watched, where that was found since: one that is watched again may hold what came
  /// without news.
  case watch(State)

  package enum State: Sendable, Equatable {
    /// Every arrival is reported.
    case watched
    /// There is no such folder now; it is watched again as soon as it is back.
    case missing
    /// The kernel refuses to watch; tried again every second.
    case refused(WatchRefused)
  }
}

/// The kernel's refusal to watch a folder.
package struct WatchRefused: Error, Sendable, Equatable, CustomStringConvertible {
  package let folder: FilePath
  package let reason: Errno

  /// One for tests and simulations.
  package static func example(folder: FilePath) -> WatchRefused {
    WatchRefused(folder: folder, reason: .noSpace)
  }

  package var description: String {
    let remedy =
      switch reason {
      case .noSpace:
        "the limit of inotify watches is reached; raise it: "
          + "sysctl fs.inotify.max_user_watches=1048576"
      case .tooManyOpenFiles:
        "the limit of inotify instances is reached; raise it: "
          + "sysctl fs.inotify.max_user_instances=1024"
      default: "\(reason)"
      }
    return "cannot watch \(folder): \(remedy). Until then misfired lists it from time to time"
  }
}
