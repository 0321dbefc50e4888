package import SystemPackage

/// What happened to a watched folder.
///
/// News is a hint to look. Only a listing says what the folder holds.
package enum FolderNews: Sendable, Equatable {
  /// A file was moved or renamed into the folder, so it is complete.
  case movedIn(FilePath.Component)
  /// A name was created: of a file that is about to be written, or a hard link to a complete one.
  case created
  /// A file was closed after writing.
  case written
  /// The kernel's queue overflowed, and events were lost.
  case overflowed
  /// Whether the folder is being watched has been determined anew. If it is watched again, files can have arrived
  /// without news.
  case watch(State)

  package enum State: Sendable, Equatable {
    /// Every arrival is reported.
    case watched
    /// The folder does not exist; it is watched again once it is back.
    case missing
    /// The kernel refused the watch, which is tried again every second.
    case refused(WatchRefused)
  }
}

/// The kernel's refusal to watch a folder.
package struct WatchRefused: Error, Sendable, Equatable, CustomStringConvertible {
  package let folder: FilePath
  package let reason: Errno

  /// An example for tests and simulations.
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
