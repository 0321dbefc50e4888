internal import Mining
internal import SystemPackage

/// What has been said already, so that it is said once.
struct Troubles {
  private struct Trouble {
    /// Those that were said.
    var reasons: Set<String> = []
    var last = ""
    var failures = 0
  }

  private var open: [Deed: Trouble] = [:]
  private var strangers: Set<FilePath> = []

  /// Some reasons hold a number that changes; of so many different ones the log need not tell.
  private static let reasonLimit = 100

  /// Counts a failure.
  /// - Returns: whether its reason is to be said: whether there was none like it since this last worked, nor one of
  ///   something else that goes on.
  mutating func begin(_ deed: Deed, _ reason: String) -> Bool {
    let isKnown = open.values.contains { $0.reasons.contains(reason) }
    var trouble = open[deed] ?? Trouble()
    trouble.failures += 1
    trouble.last = reason
    let isSaid = !isKnown && trouble.reasons.count < Self.reasonLimit
    if isSaid { trouble.reasons.insert(reason) }
    open[deed] = trouble
    return isSaid
  }

  /// Takes note that the machine lets it do this.
  /// - Returns: how often it has failed since it last did; 0 also where nothing was said of that.
  mutating func end(_ deed: Deed) -> Int {
    guard let trouble = open.removeValue(forKey: deed), !trouble.reasons.isEmpty else { return 0 }
    return trouble.failures
  }

  func contains(_ deed: Deed) -> Bool { open[deed] != nil }

  /// Why what matters most fails now; nil where nothing does.
  var foremost: String? {
    Deed.allCases.lazy.compactMap { open[$0]?.last }.first
  }

  /// Those that were not there the last time.
  mutating func newStrangers(_ entries: [FolderEntry]) -> [FolderEntry] {
    defer { strangers = Set(entries.map(\.path)) }
    return entries.filter { !strangers.contains($0.path) }
  }
}
