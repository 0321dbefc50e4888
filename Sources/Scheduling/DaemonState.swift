internal import Files
internal import Mining
package import Settings
internal import SystemPackage
internal import Training

/// Everything the daemon knows.
///
/// One thing at a time happens on the thread that mines (`underway`); training and the report go on beside it.
package struct DaemonState: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package enum Phase: Equatable, Sendable {
    /// What the settings name is not open yet.
    case starting
    case running
    case stopping
    case ended
  }

  package internal(set) var phase = Phase.starting
  /// What the thread that mines does now; nil when it waits.
  package internal(set) var underway: Activity?
  /// What the daemon works with; nil before the first that could be opened.
  package internal(set) var setup: Setup?
  package internal(set) var change = SettingsChange.none
  package internal(set) var isReloadRequested = false
  /// Why the last reload was rejected; nil where the settings file was used when it was last read.
  package internal(set) var rejectedReload: Failure?
  package internal(set) var stop: Stop?

  package internal(set) var inbox: InboxState
  package internal(set) var model = ModelState()
  package internal(set) var sealing = SealState()
  package internal(set) var cleanUp = CleanUpState()
  package internal(set) var training = TrainingState()
  package internal(set) var report = ReportState()
  /// Whether a picture that takes long is being decoded.
  package internal(set) var isDecodingSlow = false
  package internal(set) var records = RecordState()
  /// Whether the live model may not have looked at all kept pictures yet.
  package internal(set) var isReminingDue = false
  package internal(set) var reminingSize = BatchSize()

  package internal(set) var failures: OpenFailures
  package internal(set) var throughput = Throughput()
  package internal(set) var counters = Counters()
  package internal(set) var sinceTraining = 0
  package internal(set) var shown: StatusLine?

  init(_ limits: OperationalLimits) {
    inbox = InboxState(limits)
    failures = OpenFailures(limits)
  }
}

/// New settings on their way to be used.
package enum SettingsChange: Sendable {
  case none
  /// The file is to be read.
  case due
  case reading
  /// They describe features otherwise, and what was mined with the old ones goes into the file first.
  indirect case sealingBefore(Setup)
  case opening

  package var isUnderway: Bool { !isNone }

  var isNone: Bool { if case .none = self { true } else { false } }
}

package struct InboxState: Sendable {
  package internal(set) var queue: WorkQueue
  /// Names that were moved in since the last listing began.
  var movedIn: Set<FilePath.Component> = []
  /// The inbox is to be listed at once.
  package internal(set) var isListingDue = true
  /// Whether the next listing is for what came in while nobody watched.
  var isCatchingUp = true
  /// Whether the listing that is under way was asked for, so that it is still due should it fail.
  var wasListingDue = false
  /// Whether the listing that is under way is one that no event asked for.
  var isRescan = true
  /// When the listing began that is under way, or the last one.
  var listingStart: DaemonState.Instant?
  /// When to list it again without news.
  package internal(set) var nextListing: DaemonState.Instant?
  /// Whether that is just in case, and not for a file to settle.
  var isPoll = false
  var hasBeenListed = false
  package internal(set) var drops = DropWatch()
  /// Whether the log has told that quarantine is full.
  var isFullQuarantineSaid = false
  var pollInterval: Duration
  var networkFileSystem: String?

  init(_ limits: OperationalLimits) {
    queue = WorkQueue(quietTime: .zero, limits: limits)
    pollInterval = limits.pollInterval
  }
}

package struct ModelState: Sendable {
  /// Whether there is a detector to mine with.
  package internal(set) var isLoaded = false
  package internal(set) var generation: Int?
  /// What the classifier's file was when it was last looked at.
  var file: FolderEntry?
  /// The classifier's file may be another one.
  package internal(set) var isCheckDue = false
  /// Why the published one cannot be used.
  var unusable: String?
  var isWaitSaid = false
}

package struct SealState: Sendable {
  /// When to seal; nil where nothing is unsealed.
  package internal(set) var due: DaemonState.Instant?
  /// When the file may be rewritten again at the earliest.
  var notBefore: DaemonState.Instant?
  /// So much is unsealed that it does not wait for a quiet moment.
  var isUrgent = false
}

package struct CleanUpState: Sendable {
  /// When to look whether there is something to clean up; nil where there cannot be.
  package internal(set) var due: DaemonState.Instant?
  package internal(set) var isRunning = false
}

package struct TrainingState: Sendable {
  package internal(set) var isDue = false
  package internal(set) var isRunning = false
  /// How often processes died while training.
  package internal(set) var deaths = 0
  /// Until when a training waits after such a death; nil where it need not.
  package internal(set) var pauseEnd: DaemonState.Instant?
  /// What was said of trainings that make the detector no better.
  var learningWatch = LearningWatch()
  /// Whether it was said that there are more hard negatives than the settings want.
  var isExcessSaid = false
  /// What is under way may have counted before the last training ended.
  var isNextCountStale = false
}

package struct ReportState: Sendable {
  package internal(set) var isDue = false
  package internal(set) var isWriting = false
}

/// What the ledger and the metrics file are told from time to time.
package struct RecordState: Sendable {
  /// What of the missed events the ledger knows.
  var recorded = MissedEvents()
  var nextRecord: DaemonState.Instant?
  var nextMetrics: DaemonState.Instant?
}

/// The way out: what is still to be done, in this order.
package struct Stop: Sendable {
  package internal(set) var steps: [Activity] = [.seal, .record, .metrics]
  /// Until when the last report is waited for; nil before it has begun.
  package internal(set) var patienceEnd: DaemonState.Instant?
}
