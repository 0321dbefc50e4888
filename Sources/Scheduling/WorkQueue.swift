internal import Corpus
package import Files
package import Inbox
internal import Mining
internal import SystemPackage

/// The files found in the inbox, taken from it batch by batch.
package struct WorkQueue: Sendable {
  package typealias Instant = ContinuousClock.Instant

  /// The result of one listing of the inbox.
  package struct Refill: Sendable {
    /// Entries that can never be mined and were not there at the last listing.
    package var newUnminable: [FolderEntry] = []
    /// How many files were not there at the last listing.
    package var newCount = 0
    /// When a file that is still being written will have been quiet for long enough.
    package var nextLook: Instant?
  }

  /// A file that could not be read, why, and when to try again.
  private struct LeftInPlace {
    let entry: FolderEntry
    let fate: PictureFate
    let until: Instant
  }

  private let limits: OperationalLimits
  private var settling: Settling
  /// Complete pictures, in the order in which they are mined.
  private var whole: ArraySlice<FolderEntry> = []
  private var batchSize = BatchSize()
  /// The files in the inbox that are neither mined nor left alone.
  package private(set) var waitingCount = 0
  /// The files in the inbox at the last listing, less those that have gone since.
  private var listedCount = 0
  private var leftInPlace: [FilePath: LeftInPlace] = [:]
  private var unminable: Set<FilePath> = []
  /// Slow pictures; they return to `whole` when they are decoded.
  private var slow: [FolderEntry] = []
  /// Files that cannot be used, and stay in the inbox because quarantine is full.
  private var unplaced: Set<FileIdentity> = []

  /// What distinguishes a file from all others before it is read; small, because there may be hundreds of thousands.
  private struct FileIdentity: Hashable {
    let inode: UInt64
    let modified: FileTime

    init(_ entry: FolderEntry) {
      inode = entry.inode
      modified = entry.modified
    }
  }
  /// Pictures that were reported when they were acknowledged, and could not be moved then.
  private var toldEarly: Set<FilePath> = []

  init(quietTime: Duration, limits: OperationalLimits) {
    settling = Settling(quietTime: quietTime)
    self.limits = limits
  }

  var isEmpty: Bool { whole.isEmpty }

  /// Whether there are no slow pictures either.
  package var isIdle: Bool { whole.isEmpty && slow.isEmpty }

  /// The next slow picture; nil if there is none.
  var nextSlow: FolderEntry? { slow.first }

  /// The picture to mine next; nil if there is none.
  var first: FolderEntry? { whole.first }

  /// Puts a slow picture that is decoded first. Not while a batch is mined: that has the first ones.
  /// - Returns: whether it is first now; it may be gone.
  mutating func putFirst(decoded picture: FolderEntry) -> Bool {
    if let index = slow.firstIndex(of: picture) {
      slow.remove(at: index)
      whole = [picture] + whole
    }
    return whole.first == picture
  }

  /// How many files wait in the inbox for room in quarantine.
  package var unplacedCount: Int { unplaced.count }

  /// Records that there is room in quarantine.
  package mutating func noteRoomInQuarantine() { unplaced = [] }

  /// The pictures to mine next.
  var batch: ArraySlice<FolderEntry> { whole.prefix(batchSize.count) }

  /// Records that files were moved into the inbox.
  mutating func note(movedIn names: Set<FilePath.Component>) {
    settling.note(movedIn: names)
  }

  /// Fills the queue from a listing of the inbox.
  package mutating func refill(from listing: Inbox.Listing, now: Instant, probe: FileProbe)
    -> Refill
  {
    if !leftInPlace.isEmpty {
      let there = Set(listing.files.map(\.path))
      leftInPlace = leftInPlace.filter { there.contains($0.key) }
    }
    if !unplaced.isEmpty { unplaced.formIntersection(listing.files.map { FileIdentity($0) }) }
    if !slow.isEmpty {
      let there = Set(listing.files.map { FileIdentity($0) })
      slow.removeAll { !there.contains(FileIdentity($0)) }
    }
    let slow = Set(slow.map { FileIdentity($0) })
    let files =
      leftInPlace.isEmpty && unplaced.isEmpty && slow.isEmpty
      ? listing.files
      : listing.files.filter { file in
        !(leftInPlace[file.path].map { $0.entry == file && $0.until > now } ?? false)
          && !unplaced.contains(FileIdentity(file)) && !slow.contains(FileIdentity(file))
      }
    var refill = Refill()
    let picked = settling.pick(from: files, limit: limits.queueLimit, now: now, probe: probe)
    whole = picked.whole[...]
    refill.nextLook = picked.nextLook
    refill.newCount = max(0, listing.files.count - listedCount)
    waitingCount = files.count + slow.count
    listedCount = listing.files.count
    if !toldEarly.isEmpty { toldEarly.formIntersection(listing.files.map(\.path)) }
    if !(listing.unminable.isEmpty && unminable.isEmpty) {
      refill.newUnminable = listing.unminable.filter { !unminable.contains($0.path) }
      unminable = Set(listing.unminable.map(\.path))
    }
    return refill
  }

  /// Removes the first pictures, which have been dealt with.
  /// - Returns: the reports worth logging: not those of pictures left alone for the same reason as before, nor those of
  ///   pictures reported by an attempt that failed half-way.
  mutating func finish(_ batch: MinedBatch, now: Instant) -> [PictureReport] {
    let pictures = whole.prefix(batch.taken)
    whole = whole.dropFirst(batch.taken)
    waitingCount -= batch.taken
    listedCount -= batch.taken
    batchSize.learn(count: batch.taken, duration: batch.duration)
    var again: Set<FilePath> = []
    for report in batch.reports where report.fate.isLeftInPlace {
      guard let entry = pictures.first(where: { $0.path == report.picture }) else { continue }
      listedCount += 1
      switch report.fate {
      case .slow:
        if slow.count < limits.slowLimit { slow.append(entry) }
        waitingCount += 1
        again.insert(entry.path)
      case .unplaced:
        unplaced.insert(FileIdentity(entry))
        again.insert(entry.path)
      default:
        if leftInPlace[entry.path]?.fate == report.fate { again.insert(entry.path) }
        leftInPlace[entry.path] = LeftInPlace(
          entry: entry, fate: report.fate, until: now + limits.unreadablePause)
      }
    }
    defer { toldEarly.subtract(pictures.map(\.path)) }
    return batch.reports.filter { !again.contains($0.picture) && isNews($0) }
  }

  /// Records pictures that are reported before they leave the inbox, because an attempt failed: they stay in the queue.
  /// - Returns: the reports worth logging: not those of pictures reported by an earlier attempt.
  @discardableResult
  mutating func noteToldEarly(_ reports: [PictureReport]) -> [PictureReport] {
    let news = reports.filter { isNews($0) }
    toldEarly.formUnion(reports.lazy.filter(\.fate.isNew).map(\.picture))
    return news
  }

  private func isNews(_ report: PictureReport) -> Bool {
    report.fate != .known || !toldEarly.contains(report.picture)
  }
}
