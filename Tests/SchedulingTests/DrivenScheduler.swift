import Corpus
import Mining
import Settings
import SystemPackage
import Systemd

@testable import Files
@testable import Inbox
@testable import Mining
@testable import Scheduling
@testable import Training

/// A scheduler whose time and answers a test sets.
final class DrivenScheduler {
  var scheduler = Scheduler(limits: OperationalLimits())
  var now = ContinuousClock.now
  private var listed: WorkQueue?
  private var wake = ContinuousClock.now
  private var batch: ArraySlice<FolderEntry> = []
  private var pending: [Effect] = []
  private var inode: UInt64 = 0

  static func setup(_ more: String = "") throws -> Setup {
    let text =
      #"{ "window_dim": [96, 32], "features_path": "f.hdf5", "classifier_path": "m.hdf5"\#(more) }"#
    return try Setup.parse(Array(text.utf8), path: "/site/world.json")
  }

  static func opening(_ setup: Setup, hasModel: Bool = true) -> Opening {
    Opening(setup, counts: .none, hasUnsealed: false, hasModel: hasModel)
  }

  @discardableResult
  func handle(_ event: Event) -> [Effect] {
    let effects = scheduler.handle(event, now: now)
    for effect in effects {
      switch effect {
      case .list(let queue): listed = queue
      case .mine(let pictures): batch = pictures
      case .wake(let time): wake = time
      default: break
      }
      if effect.isAnswered { pending.append(effect) }
    }
    return effects
  }

  func start(_ more: String = "", hasModel: Bool = true, deaths: TrainingDeaths = .none) throws {
    let setup = try Self.setup(more)
    var opening = Self.opening(setup, hasModel: hasModel)
    opening.trainingDeaths = deaths
    handle(.launched)
    handle(.opened(.success(opening)))
    handle(.intakeRecorded(.success(false)))
    pending = []
  }

  /// The result of listing these files, each new.
  /// - Parameter hasEnd: whether they end as pictures do; otherwise they must be quiet for a while.
  func listing(_ names: [String], isTrainingDue: Bool = false, hasEnd: Bool = true) -> Listed {
    var queue = listed!
    var listing = Inbox.Listing()
    for name in names {
      inode += 1
      listing.files.append(
        FolderEntry(
          path: FilePath("/site/inbox/\(name)"), kind: .file, inode: inode, byteCount: 1,
          modified: FileTime(seconds: Int(inode), nanoseconds: 0)))
    }
    let files = listing.files
    let refill = queue.refill(
      from: listing, now: now,
      probe: FileProbe(
        hasPictureEnd: { _ in hasEnd }, isBeingWritten: { _ in false },
        entry: { path in files.first { $0.path == path } }))
    var counts = WorkCounts.none
    counts.isTrainingDue = isTrainingDue
    return Listed(queue: queue, refill: refill, counts: counts, modelFile: nil)
  }

  @discardableResult
  func list(_ names: [String], isTrainingDue: Bool = false) -> [Effect] {
    answerAll(butFor: "list")
    precondition(scheduler.state.underway == .list)
    return handle(.listed(.success(listing(names, isTrainingDue: isTrainingDue))))
  }

  /// The names of the pictures in the batch that is mined, or was last.
  var batchNames: [String] { batch.compactMap { $0.path.lastComponent?.string } }

  /// Mines the pictures that are due now.
  /// - Parameters:
  ///   - slow: the name of one that takes too long.
  ///   - fate: what becomes of the others.
  ///   - failure: why they stay in the queue all the same; nil if they do not.
  @discardableResult
  func mine(slow: String? = nil, fate: PictureFate = .mined, failure: Failure? = nil) -> [Effect] {
    answerAll(butFor: "mine")
    var result = MinedBatch()
    result.failure = failure
    if failure == nil {
      result.taken = batch.count
      result.counts = WorkCounts.none
      result.duration = .seconds(1)
    }
    result.reports = batch.map {
      PictureReport(
        picture: $0.path, fate: $0.path.lastComponent?.string == slow ? .slow : fate, sha256: nil,
        windows: 1, generation: 1,
        duration: .milliseconds(1), sinceTraining: 0)
    }
    return handle(.mined(result))
  }

  /// Answers all effects that only write something.
  func answerAll(butFor name: String = "") {
    while let effect = pending.popLast() {
      switch effect {
      case .record(let events): handle(.recorded(.success(events)))
      case .recordIntake(let isStopped): handle(.intakeRecorded(.success(isStopped)))
      case .writeMetrics: handle(.metricsWritten(.success(Done())))
      case .writeReport: handle(.reportWritten(.success(Done())))
      default: break
      }
    }
  }

  /// Whether it seals after this much time, during which it lists an empty inbox now and then.
  func sealsAfter(_ time: Duration) -> Bool {
    let end = now + time
    while !wakesToSeal() {
      guard now < end else { return false }
      now = min(wake, end)
    }
    return true
  }

  private func wakesToSeal() -> Bool {
    handle(.woke)
    answerAll()
    while scheduler.state.underway == .list {
      list([])
      answerAll()
    }
    return scheduler.state.underway == .seal
  }
}

extension WorkCounts {
  static let none = WorkCounts(
    generation: 1, sinceTraining: 0, isTrainingDue: false, isSealDue: false)
}

extension Training {
  static var any: Training { Training(.example(generation: 2, fate: .published)) }
}

extension Effect {
  /// Whether an event will report the result.
  var isAnswered: Bool {
    switch self {
    case .tell, .noteTold, .notify, .show, .wake, .end: false
    default: true
    }
  }
}

extension [Effect] {
  /// The activities whose failure is said to be of no consequence any more.
  var noLongerDue: [Activity] {
    compactMap { if case .tell(.noLongerDue(let ended)) = $0 { ended.last.activity } else { nil } }
  }

  /// The names of the effects, without the timer that follows them all.
  var names: [String] {
    compactMap { effect in
      if case .wake = effect { return nil }
      return String("\(effect)".prefix { $0 != "(" })
    }
  }

  /// The slow picture that is to be decoded.
  var slow: FolderEntry? {
    lazy.compactMap { if case .decodeSlow(let picture) = $0 { picture } else { nil } }.first
  }

  /// Whether a message tells of a picture.
  var tellsOfPicture: Bool {
    contains { if case .tell(.picture) = $0 { true } else { false } }
  }

  /// Whether a message says that something works again.
  var tellsThatItWorks: Bool {
    contains { if case .tell(.worksAgain) = $0 { true } else { false } }
  }
}
