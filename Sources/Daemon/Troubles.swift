internal import Mining
internal import SystemPackage

/// What has been said already, so that it is said once.
struct Troubles {
  private var current: String?
  private var strangers: Set<FilePath> = []

  /// Returns whether this is another trouble than the one that is known.
  mutating func begin(_ reason: String) -> Bool {
    defer { current = reason }
    return current != reason
  }

  /// Returns whether there was trouble.
  mutating func end() -> Bool {
    defer { current = nil }
    return current != nil
  }

  /// Those that were not there the last time.
  mutating func newStrangers(_ entries: [FolderEntry]) -> [FolderEntry] {
    defer { strangers = Set(entries.map(\.path)) }
    return entries.filter { !strangers.contains($0.path) }
  }
}
