public import SystemPackage

/// What happened to a watched folder since its news was last read.
///
/// News is a hint to look. What the folder holds is only ever known from listing it.
public struct FolderNews: Sendable, Equatable {
  /// Names that were moved or renamed into the folder: such a file is whole as it is.
  /// At most ``nameLimit`` of them; a name that is left out is still found by listing.
  public internal(set) var movedIn: Set<FilePath.Component> = []
  /// Whether a name came into being: a file that is about to be written, or another name (a hard link) of one that is whole.
  public internal(set) var hasNewNames = false
  /// Whether a file was closed after writing.
  public internal(set) var wasWritten = false
  /// How often the kernel's queue overflowed, so that events were lost.
  public internal(set) var overflowCount = 0
  /// Whether the folder is being watched; while it is not, files arrive without news.
  public internal(set) var state = State.unwatched
  /// Whether ``state`` was found since: a folder that is watched anew may hold what came without news.
  public internal(set) var isStateNew = false

  public enum State: Sendable, Equatable {
    /// Every arrival is reported.
    case watched
    /// There is no such folder now; it is watched again as soon as it is back.
    case missing
    /// The kernel refuses to watch; tried again every second.
    case refused(WatchRefused)
    /// Nobody has looked yet.
    case unwatched
  }

  /// Whether a file may have arrived; news of the watch alone tells of none.
  public var tellsOfFiles: Bool { hasNewNames || wasWritten || !movedIn.isEmpty }

  static let nameLimit = 4_096

  mutating func add(movedIn name: FilePath.Component) {
    if movedIn.count < Self.nameLimit { movedIn.insert(name) }
  }
}

/// The kernel's refusal to watch a folder.
public struct WatchRefused: Error, Sendable, Equatable, CustomStringConvertible {
  public let folder: FilePath
  public let reason: Errno

  public var description: String {
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
    return "cannot watch \(folder): \(remedy). Until then it is listed from time to time"
  }
}
