internal import Corpus
internal import Mining

/// Notices when most recently dropped pictures look like the object: somebody may have dropped the wrong folder.
///
/// No more pictures are then taken, so that there is one message instead of thousands, and the rest can be removed.
package struct DropWatch: Sendable {
  /// For the last pictures that could have taught something, whether each looks like the object.
  private var latest: [Bool] = []
  package private(set) var isStopped = false
  /// Whether pictures have waited since.
  private var hasHeldBack = false

  package init() {}

  var likeObjectCount: Int { latest.count(where: \.self) }

  /// Records the outcome of pictures.
  /// - Returns: whether to take no more from now on.
  mutating func note(_ reports: [PictureReport], _ limits: OperationalLimits) -> Bool {
    guard !isStopped else { return false }
    let telling = reports.filter { $0.fate == .mined || $0.looksLikeObject }
    latest = Array((latest + telling.map(\.looksLikeObject)).suffix(limits.watchedDrops))
    isStopped = latest.count == limits.watchedDrops && likeObjectCount * 2 > latest.count
    return isStopped
  }

  /// Records how many pictures wait.
  /// - Returns: whether those held back were removed, so that others may come.
  mutating func note(waiting count: Int) -> Bool {
    guard isStopped else { return false }
    if hasHeldBack && count == 0 {
      self = DropWatch()
      return true
    }
    hasHeldBack = hasHeldBack || count > 0
    return false
  }
}
