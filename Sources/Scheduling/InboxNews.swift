package import Inotify
package import SystemPackage

/// What the kernel reported about the inbox since it was last read.
package struct InboxNews: Sendable, Equatable {
  /// A file may have arrived.
  package var tellsOfFiles = false
  /// Names that were moved in; such files are complete.
  package var movedIn: Set<FilePath.Component> = []
  /// How often the kernel's queue overflowed.
  package var overflowCount = 0
  /// Whether the inbox is watched, if that was found out since.
  package var watch: Watch?

  package enum Watch: Sendable, Equatable {
    /// Every arrival is reported, except those from other machines if it is on a network file system.
    case watched(networkFileSystem: String?)
    case missing
    case refused(WatchRefused)
  }

  package init() {}

  /// Adds what was reported after this.
  package mutating func add(_ news: InboxNews) {
    tellsOfFiles = tellsOfFiles || news.tellsOfFiles
    movedIn.remember(news.movedIn)
    overflowCount += news.overflowCount
    watch = news.watch ?? watch
  }
}

extension Set<FilePath.Component> {
  /// Adds as many names of moved files as can be remembered.
  mutating func remember(_ names: Set<FilePath.Component>) {
    formUnion(names.prefix(Swift.max(0, OperationalLimits.movedInLimit - count)))
  }
}
