internal import Mining
internal import SystemPackage

/// What has been said already, so that it is said once.
struct Troubles {
  private var reasons: Set<String> = []
  private var failures = 0
  private var strangers: Set<FilePath> = []

  /// Some reasons hold a number that changes; of so many different ones the log need not tell.
  private static let reasonLimit = 100

  /// Counts a failure.
  /// - Returns: whether its reason is to be said: whether there was none like it since the machine last worked.
  mutating func begin(_ reason: String) -> Bool {
    failures += 1
    return reasons.count < Self.reasonLimit && reasons.insert(reason).inserted
  }

  /// Takes note that the machine works.
  /// - Returns: how often it has failed since it last did.
  mutating func end() -> Int {
    defer { (reasons, failures) = ([], 0) }
    return failures
  }

  /// Those that were not there the last time.
  mutating func newStrangers(_ entries: [FolderEntry]) -> [FolderEntry] {
    defer { strangers = Set(entries.map(\.path)) }
    return entries.filter { !strangers.contains($0.path) }
  }
}
