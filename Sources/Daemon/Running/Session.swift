internal import Corpus
internal import Detecting
internal import Durable
internal import Files
internal import Inbox
internal import Inotify
internal import Mining
internal import Report
internal import Scheduling
internal import Settings
internal import Synchronization
internal import SystemPackage
internal import Training

/// Everything that depends on one version of the settings: the miner, and the inbox it works through.
///
/// Its methods block, each serves one effect, and it decides nothing.
final class Session: Sendable {
  let miner: Miner
  let lock: StateLock
  let trainingMark: TrainingMark
  private let inbox: Inbox
  let desk: Mutex<Desk>
  private let opened: (faultedCount: Int, restoredGeneration: Int?, untold: [PictureReport])

  struct Desk: ~Copyable {
    var inHand: PicturesInHand
    /// The current pass over the mined pictures.
    var remining: Remining?
    /// Whether what follows a training was looked at since the session began: a kill may have cut it off.
    var isTrainingFollowed = false
    /// The inbox when it was last found to be separate from all other paths.
    var checkedInbox: FolderIdentity?
  }

  var setup: Setup { miner.setup }

  /// Creates missing folders, and finishes what a crash interrupted.
  init(_ miner: Miner, lock: StateLock, trainingMark: TrainingMark) throws {
    self.miner = miner
    self.lock = lock
    self.trainingMark = trainingMark
    inbox = Inbox(folder: miner.setup.folders.inbox)
    try miner.makeFolders()
    try miner.prepareDecoder()
    // Last, because what was repaired and what an earlier process left is reported once.
    let restored = try miner.recover()
    do {
      try miner.explainQuarantined()
    } catch {
      // The ledger has the reasons, and the next start tries again.
    }
    let inHand = try PicturesInHand(statePath: miner.setup.files.ledger)
    var untold: [PictureReport] = []
    if let last = inHand.untoldAfter { untold = try miner.reports(after: last) }
    opened = (inHand.faultedCount, restored, untold)
    desk = Mutex(Desk(inHand: inHand))
  }

  /// The state when the session began.
  /// - Throws: also if the inbox cannot be read, so that settings with such an inbox are rejected while the current ones
  ///   are still in use.
  func opening() throws -> Opening {
    _ = try miner.waitingCount()
    var opening = Opening(
      setup, counts: try counts(), hasUnsealed: try miner.isSealingUnfinished(),
      hasModel: miner.detector != nil)
    opening.unusableModel = miner.unusableModel.map { "\($0)" }
    // A damaged one is tried again: the disk may be the cause.
    opening.modelFile = miner.unusableModel == nil ? modelFile : nil
    opening.faultedCount = opened.faultedCount
    opening.trainingDeaths = try trainingMark.takeDeaths(memory: setup.training.memory)
    opening.restoredGeneration = opened.restoredGeneration
    opening.untold = opened.untold
    opening.networkFileSystem = remoteFileSystem(of: setup.folders.inbox)
    return opening
  }

  var modelFile: FolderEntry? { folderEntry(at: setup.files.liveModel) }

  func counts() throws -> WorkCounts {
    WorkCounts(
      generation: miner.detector?.generation, sinceTraining: try miner.sinceTraining(),
      isTrainingDue: try miner.isTrainingDue(), isSealDue: try miner.isSealDue())
  }

  /// Lists the inbox and fills the queue.
  func list(_ queue: WorkQueue, clock: DaemonClock) throws -> Listed {
    let (now, listing) = (clock.now(), try inbox.listing(now: clock.date()))
    try checkInbox()
    var queue = queue
    if queue.unplacedCount > 0, try miner.hasRoomInQuarantine() { queue.noteRoomInQuarantine() }
    let refill = queue.refill(from: listing, now: now, probe: .disk)
    return Listed(queue: queue, refill: refill, counts: try counts(), modelFile: modelFile)
  }

  /// A link may point elsewhere since, to somebody's pictures, which must not be moved. This is checked after the listing,
  /// so that what was listed is what was checked.
  private func checkInbox() throws {
    try desk.withLock { desk in
      let folder = FolderIdentity(of: setup.folders.inbox)
      guard folder == nil || folder != desk.checkedInbox else { return }
      try setup.folders.paths.check()
      desk.checkedInbox = folder
    }
  }

  /// Seals the hard negatives.
  /// - Parameter progress: called for each part of the file that was written.
  func seal(progress: () -> Void) throws -> Sealing {
    do {
      guard try miner.featureFile.seal(miner.ledger, waiting: false, progress: progress) > 0 else {
        return .done(byteCount: 0)
      }
      return .done(byteCount: folderEntry(at: setup.files.features)?.byteCount ?? 0)
    } catch is FileLock.Held {
      return .busy
    }
  }

  /// Does a piece of what nobody waits for.
  func cleanUp(clock: DaemonClock) throws -> CleanUp {
    do {
      let now = clock.date()
      let deleted = try miner.deleteMinedPictures(now: now)
      if deleted > 0 { return .deleted(deleted) }
      try miner.giveBackSpace()
      if !desk.withLock({ $0.isTrainingFollowed }) {
        let retired = try followTraining()
        desk.withLock { $0.isTrainingFollowed = true }
        if let retired { return .retired(retired) }
      }
      return switch try miner.mergeSegments(now: now) {
      case .merged: .merged
      case .keeping: .keeping
      case .done: if case .days = setup.folders.keptMined { .keeping } else { .done }
      }
    } catch is FileLock.Held {
      return .busy
    }
  }

  /// Switches to the published model, unless its file is the known one.
  func adopt(known: FolderEntry?) throws -> Adoption {
    let file = modelFile
    let isNew = try file != nil && file != known && miner.adoptLiveModel()
    var adoption = Adoption(file: file, isNew: isNew, generation: miner.detector?.generation)
    adoption.unusableModel = file == nil ? nil : miner.unusableModel.map { "\($0)" }
    return adoption
  }

  func record(_ events: MissedEvents) throws -> MissedEvents {
    try miner.record(events)
    return events
  }

  func recordIntake(isStopped: Bool) throws -> Bool {
    try miner.ledger.recordIntake(isStopped: isStopped)
    return isStopped
  }

  func train(_ budget: TrainingBudget) throws -> Training {
    try trainingMark.begin(memory: setup.training.memory)
    let report = Result { try miner.train(memory: budget.memory) }
    let hasWorked = if case .success = report { true } else { false }
    let isEndRecorded = Result { try trainingMark.end(hasWorked: hasWorked) }
    var training = Training(try report.get())
    do {
      training.learning = try miner.learning()
    } catch {
      // The listing that follows reads the same ledger, and reports it.
    }
    do {
      try isEndRecorded.get()
      training.retired = try followTraining()
    } catch {
      // A clean-up does it instead, as soon as that works.
      desk.withLock { $0.isTrainingFollowed = false }
      training.failure = Failure(error, during: .cleanUp)
    }
    return training
  }

  /// Does what follows a training: records its end, retires hard negatives and deletes models that are too many.
  private func followTraining() throws -> FeatureFile.Retired? {
    try trainingMark.recordEnd()
    let retired = try miner.retireHardNegatives()
    try miner.deleteModels()
    return retired
  }

  /// Records that the process ends on request, and a running training with it.
  func abandonTraining() {
    do {
      try trainingMark.end(hasWorked: false)
    } catch {
      // Otherwise the next training waits a little and uses less memory, for no reason; there are no other consequences.
    }
  }

  func writeMetrics(_ counters: Counters) throws -> Done {
    guard let path = setup.files.metrics else { return Done() }
    let metrics = MetricsText(
      counters: counters, stored: try miner.ledger.counts(),
      retrainThreshold: setup.mining.retrainThreshold, detector: miner.detector)
    try Durable.write(metrics.text.utf8, to: path, as: MetricsText.file)
    return Done()
  }

  func writeReport() throws -> Done {
    guard let path = setup.files.report else { return Done() }
    try ReportPage(of: miner).write(to: path)
    return Done()
  }
}
