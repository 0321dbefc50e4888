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
    /// The inbox when it was last found to lie apart from all other paths.
    var checkedInbox: FolderIdentity?
    /// Pictures that were told of when they were acknowledged, and could not be moved then.
    var told: Set<FilePath> = []
    /// The look at kept pictures that is under way.
    var remining: Remining?
    var reminingSize = BatchSize()
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
  /// The generation whose model was put back, as the live one was damaged.
  let restoredGeneration: Int?

  /// The most pictures that are known by name at one time; the others wait on disk.
  private static let queueLimit = 4_096
  private static let unreadablePause = Duration.seconds(60)

  /// Makes the folders that are missing, and finishes what a crash interrupted.
  init(_ settings: Settings, lock: StateLock) throws {
    self.settings = settings
    self.lock = lock
    inbox = Inbox(folder: settings.hnInbox)
    miner = try Miner(settings: settings)
    try miner.makeFolders()
    try miner.prepareDecoder()
    // Last, as what was put right and what an earlier process left is told once.
    restoredGeneration = try miner.recover()
    let inHand = try PicturesInHand(statePath: settings.statePath)
    faultedCount = inHand.faultedCount
    desk = Mutex(
      Desk(
        settling: Settling(quietTime: .seconds(settings.hnSettleSeconds)), inHand: inHand))
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
    /// Whether so much is unsealed that it should not wait for a quiet moment.
    var isSealDue = false
    var isTrainingDue = false
    /// What is wrong with the machine: the rest says how far the look came.
    var failure: (any Error)?

    struct Listing: Sendable {
      /// Everything that can never be mined.
      let strangers: [FolderEntry]
      /// How many files were not there at the last listing.
      let newCount: Int
    }
  }

  /// Takes note that files were moved into the inbox, unless it may be long until anybody asks.
  func note(movedIn names: Set<FilePath.Component>) {
    guard miner.detector != nil else { return }
    desk.withLock { $0.settling.note(movedIn: names) }
  }

  /// Mines a batch of pictures; lists the inbox first where all that was found before is done.
  /// - Returns: what it gave, also where the machine failed; nothing was moved that is not acknowledged.
  func look() -> Look {
    desk.withLock { desk in
      var look = Look()
      // Without a model the inbox may grow for weeks: it is not even listed.
      look.lacksModel = miner.detector == nil
      if look.lacksModel { return look }
      do { try work(&desk, &look) } catch { look.failure = error }
      return look
    }
  }

  private func work(_ desk: inout Desk, _ look: inout Look) throws {
    if desk.queue.isEmpty { try refill(&desk, &look) }
    let batch = desk.inHand.batch(of: desk.queue.prefix(desk.batchSize.count))
    if !batch.isEmpty {
      let start = ContinuousClock.now
      try mine(batch, &desk, &look)
      desk.batchSize.learn(count: batch.count, duration: start.duration(to: .now))
      desk.queue = desk.queue.dropFirst(batch.count)
      desk.waitingCount -= batch.count
      leaveAlone(batch, &desk, &look)
      look.isSealDue = try miner.isSealDue()
      // An empty queue says nothing of what came in meanwhile.
      look.isMore = true
      look.nextLook = nil
    }
    look.waitingCount = desk.waitingCount
    look.isTrainingDue = try miner.isTrainingDue()
  }

  /// Seals what was mined.
  /// - Parameter progress: hears of each part of the file that was written.
  /// - Returns: the bytes of the new file; 0 where there was nothing to seal.
  /// - Throws: `FileLock.Held` at once while another process writes the file, and what is wrong with the machine.
  func seal(progress: () -> Void) throws -> Int {
    guard try miner.seal(waiting: false, progress: progress) > 0 else { return 0 }
    return folderEntry(at: settings.featuresPath)?.byteCount ?? 0
  }

  /// What some kept pictures gave that were looked at again.
  struct SecondLook: Sendable {
    /// Whether there is more to look at.
    var isMore = false
    /// The picture that was passed over, as a process died over it twice.
    var givenUp: FilePath?
    /// What the look at all of them gave, where it ended.
    var report: Remining.Report?
  }

  /// Looks at some kept pictures again, where the settings ask for it and it is not done yet.
  func mineAgain() throws -> SecondLook {
    guard settings.hnRemine, let generation = miner.detector?.generation else {
      return SecondLook()
    }
    return try desk.withLock { desk in
      if desk.remining?.generationNumber != generation {
        desk.remining = nil
        guard try !miner.hasMinedAgain() else { return SecondLook() }
      }
      var remining = try desk.remining ?? Remining(miner)
      let batch = desk.inHand.batch(of: try remining.upcoming(desk.reminingSize.count))
      guard let first = batch.first else {
        let report = try remining.finish()
        desk.remining = nil
        return SecondLook(report: report)
      }
      defer { desk.remining = remining }
      if desk.inHand.isGivenUp(first) {
        remining.passOver()
        return SecondLook(isMore: true, givenUp: first.path)
      }
      let start = ContinuousClock.now
      try desk.inHand.hold(batch) { _ = try remining.mine(batch.count) }
      desk.reminingSize.learn(count: batch.count, duration: start.duration(to: .now))
      return SecondLook(isMore: true)
    }
  }

  private func mine(_ batch: ArraySlice<FolderEntry>, _ desk: inout Desk, _ look: inout Look)
    throws
  {
    let isGivenUp = batch.first.map { desk.inHand.isGivenUp($0) } ?? false
    let refusal =
      isGivenUp ? "misfired died twice while it mined this picture; the journal tells how" : nil
    var acknowledged: [PictureReport] = []
    do {
      let reports = try desk.inHand.hold(batch) {
        try miner.mineInbox(Array(batch), refusal: refusal) { acknowledged = $0 }
      }
      // The ledger knows those of an attempt that failed half-way; that they were mined has been told.
      look.reports = reports.filter { $0.outcome != .known || !desk.told.contains($0.picture) }
      desk.told = []
    } catch {
      look.reports = acknowledged.filter { $0.outcome == .mined || $0.outcome == .heldOut }
      desk.told.formUnion(look.reports.map(\.picture))
      throw error
    }
  }

  private func refill(_ desk: inout Desk, _ look: inout Look) throws {
    let now = ContinuousClock.now
    let listing = try inbox.listing()
    // A link may have been led elsewhere since, to somebody's pictures, which are not to be moved. This is looked at after
    // the listing, so that what was listed is what was looked at.
    let folder = FolderIdentity(of: settings.hnInbox)
    if folder == nil || folder != desk.checkedInbox {
      try settings.checkPaths()
      desk.checkedInbox = folder
    }
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
