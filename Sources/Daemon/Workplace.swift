internal import Durable
internal import Inotify
internal import Mining
internal import Settings
internal import Synchronization
internal import SystemPackage

/// What hangs on one edition of the settings: the miner, and the inbox it works off.
///
/// Its methods block: call them on a thread of their own.
final class Workplace: Sendable {
  let settings: Settings
  let miner: Miner
  let lock: StateLock
  let inbox: Inbox

  /// What was found in the inbox, and is taken from it batch by batch.
  private struct Desk: ~Copyable {
    var settling: Settling
    var inHand: PicturesInHand
    var queue: ArraySlice<FolderEntry> = []
    var batchSize = BatchSize()
    var waitingCount = 0
    /// The files that the inbox held when it was last listed, less those that have gone since.
    var listedCount = 0
    var leftAlone: [FilePath: LeftAlone] = [:]
  }

  /// A file that could not be read, why, and when to try again.
  private struct LeftAlone {
    let entry: FolderEntry
    let reason: String
    var until: ContinuousClock.Instant
  }

  private let desk: Mutex<Desk>
  /// How many pictures an earlier process had in hand when it died of a fault.
  let faultedCount: Int

  /// The most pictures that are known by name at one time; the others wait on disk.
  private static let queueLimit = 4_096
  private static let unreadablePause = Duration.seconds(60)

  /// Makes the folders that are missing, and finishes what a crash interrupted.
  init(_ settings: Settings, lock: StateLock) throws {
    self.settings = settings
    self.lock = lock
    inbox = Inbox(folder: settings.hnInbox)
    let inHand = try PicturesInHand(statePath: settings.statePath)
    faultedCount = inHand.faultedCount
    desk = Mutex(
      Desk(
        settling: Settling(quietTime: .seconds(settings.hnSettleSeconds)), inHand: inHand))
    miner = try Miner(settings: settings)
    try miner.makeFolders()
    try miner.prepareDecoder()
  }

  /// What one look at the inbox gave.
  struct Look: Sendable {
    /// Whether nothing could be done as there is no model.
    var lacksModel = false
    var reports: [PictureReport] = []
    /// Pictures that were left alone for the reason that was reported of them before.
    var leftAgain: Set<FilePath> = []
    /// What was seen of the folder; nil where it was not listed.
    var listing: Listing?
    var waitingCount = 0
    /// Whether there is more to take at once.
    var isMore = false
    var nextLook: ContinuousClock.Instant?
    var isTrainingDue = false

    struct Listing: Sendable {
      /// Everything that can never be mined.
      let strangers: [FolderEntry]
      /// How many files were not there at the last listing.
      let newCount: Int
    }
  }

  func note(movedIn names: Set<FilePath.Component>) {
    desk.withLock { $0.settling.note(movedIn: names) }
  }

  /// Mines a batch of pictures; lists the inbox first where all that was found before is done.
  /// - Throws: what is wrong with the machine; nothing was moved that is not acknowledged then.
  func look() throws -> Look {
    try desk.withLock { desk in
      var look = Look()
      // Without a model the inbox may grow for weeks: it is not even listed.
      look.lacksModel = miner.detector == nil
      if look.lacksModel { return look }
      if desk.queue.isEmpty { try refill(&desk, &look) }
      let batch = desk.inHand.batch(of: desk.queue.prefix(desk.batchSize.count))
      if !batch.isEmpty {
        let start = ContinuousClock.now
        look.reports = try mine(batch, &desk)
        desk.batchSize.learn(count: batch.count, duration: start.duration(to: .now))
        desk.queue = desk.queue.dropFirst(batch.count)
        desk.waitingCount -= batch.count
        leaveAlone(batch, &desk, &look)
        if try miner.isSealDue() { try miner.seal() }
        // An empty queue says nothing of what came in meanwhile.
        look.isMore = true
        look.nextLook = nil
      }
      look.waitingCount = desk.waitingCount
      look.isTrainingDue = try miner.isTrainingDue()
      return look
    }
  }

  /// Looks at some kept pictures again, where the settings ask for it and it is not done yet.
  /// - Parameter remining: where the look has come to; nil where none is under way.
  /// - Returns: whether there is more to do, and what the look gave where it ended.
  func mineAgain(_ remining: inout Remining?) throws -> (isMore: Bool, report: Remining.Report?) {
    guard settings.hnRemine, let generation = miner.detector?.generation else {
      return (false, nil)
    }
    if remining?.generationNumber != generation {
      remining = nil
      guard try !miner.hasMinedAgain() else { return (false, nil) }
    }
    var look = try remining ?? Remining(miner)
    let isMore = try look.next(settings.threads * 4) != nil
    remining = isMore ? look : nil
    return (isMore, isMore ? nil : try look.finish())
  }

  private func mine(_ batch: ArraySlice<FolderEntry>, _ desk: inout Desk) throws
    -> [PictureReport]
  {
    let isGivenUp = batch.first.map { desk.inHand.isGivenUp($0) } ?? false
    let refusal =
      isGivenUp ? "misfired died twice while it mined this picture; the journal tells how" : nil
    return try desk.inHand.hold(batch) {
      try miner.mineInbox(Array(batch), refusal: refusal)
    }
  }

  private func refill(_ desk: inout Desk, _ look: inout Look) throws {
    let now = ContinuousClock.now
    let listing = try inbox.listing()
    if !desk.leftAlone.isEmpty {
      let there = Set(listing.files.map(\.path))
      desk.leftAlone = desk.leftAlone.filter { there.contains($0.key) }
    }
    let files = listing.files.filter { file in
      !(desk.leftAlone[file.path].map { $0.entry == file && $0.until > now } ?? false)
    }
    let (whole, nextLook) = desk.settling.pick(from: files, limit: Self.queueLimit, now: now)
    desk.queue = whole[...]
    desk.waitingCount = files.count
    look.listing = Look.Listing(
      strangers: listing.strangers, newCount: max(0, listing.files.count - desk.listedCount))
    desk.listedCount = listing.files.count
    look.nextLook = nextLook
  }

  private func leaveAlone(_ batch: ArraySlice<FolderEntry>, _ desk: inout Desk, _ look: inout Look)
  {
    desk.listedCount -= batch.count
    for report in look.reports {
      guard case .left(let reason) = report.outcome,
        let entry = batch.first(where: { $0.path == report.picture })
      else { continue }
      desk.listedCount += 1
      if desk.leftAlone[entry.path]?.reason == reason { look.leftAgain.insert(entry.path) }
      desk.leftAlone[entry.path] = LeftAlone(
        entry: entry, reason: reason, until: .now + Self.unreadablePause)
    }
  }
}

/// The right to work on one ledger, which one daemon at a time has.
final class StateLock: Sendable {
  let path: FilePath
  private let lock: FileLock

  init(_ settings: Settings) throws {
    path = settings.statePath
    try Durable.createFolder(path.removingLastComponent())
    do {
      lock = try FileLock(path.sibling(".misfired.lock"))
    } catch let held as FileLock.Held {
      throw SecondDaemon(statePath: path, processID: held.processID)
    }
  }
}

/// Another daemon works on the same ledger.
struct SecondDaemon: Error, CustomStringConvertible {
  let statePath: FilePath
  let processID: Int?

  var description: String {
    let other = processID.map { "process \($0)" } ?? "another process"
    return "misfired runs already on \(statePath), as \(other): "
      + "stop that one first, or give this one a state_path of its own"
  }
}
