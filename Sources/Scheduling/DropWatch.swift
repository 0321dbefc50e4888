internal import Corpus
internal import Mining

/// Notices when most of what was dropped lately looks like the object: somebody may have dropped the wrong folder.
///
/// It then takes nothing more, so that one message is said instead of thousands, and the rest can be taken out again.
package struct DropWatch: Sendable {
  /// Of the last pictures that could have taught something, whether each looks like the object.
  private var latest: [Bool] = []
  package private(set) var isStopped = false
  /// Whether pictures have waited since.
  private var hasHeldBack = false

  package init() {}

  var likeObjectCount: Int { latest.count(where: \.self) }

  /// Takes note of what became of pictures.
  /// - Returns: whether nothing more is to be taken from now on.
  mutating func note(_ reports: [PictureReport], _ limits: OperationalLimits) -> Bool {
    guard !isStopped else { return false }
    let telling = reports.filter { $0.fate == .mined || $0.looksLikeObject }
    latest = Array((latest + telling.map(\.looksLikeObject)).suffix(limits.watchedDrops))
    isStopped = latest.count == limits.watchedDrops && likeObjectCount * 2 > latest.count
    return isStopped
  }

  /// Takes note of how many pictures wait.
  /// - Returns: whether those that were held back were taken away, so that others may come.
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
