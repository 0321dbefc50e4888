package import Inotify
package import SystemPackage

/// What the kernel told of the inbox since it was last asked.
package struct InboxNews: Sendable, Equatable {
  /// A file may have arrived.
  package var tellsOfFiles = false
  /// Names that were moved in: such files are whole as they are.
  package var movedIn: Set<FilePath.Component> = []
  /// How often the kernel's queue overflowed.
  package var overflowCount = 0
  /// Whether the inbox is watched, where that was found since.
  package var watch: Watch?

  package enum Watch: Sendable, Equatable {
    /// Every arrival is reported, but for those by other machines where it is on a network file system.
    case watched(networkFileSystem: String?)
    case missing
    case refused(WatchRefused)
  }

  package init() {}

  /// Takes note of what was told after this.
  package mutating func add(_ news: InboxNews) {
    tellsOfFiles = tellsOfFiles || news.tellsOfFiles
    movedIn.remember(news.movedIn)
    overflowCount += news.overflowCount
    watch = news.watch ?? watch
  }
}

extension Set<FilePath.Component> {
  /// Takes in as many more names of files moved in as are remembered.
  mutating func remember(_ names: Set<FilePath.Component>) {
    formUnion(names.prefix(Swift.max(0, OperationalLimits.movedInLimit - count)))
  }
}
