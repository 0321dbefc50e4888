internal import Files
internal import Mining
package import Settings
internal import SystemPackage
internal import Training

/// Everything the daemon knows.
///
/// The mining thread does one thing at a time (`underway`); training and the report run beside it.
package struct DaemonState: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package enum Phase: Equatable, Sendable {
    /// The settings' files are not open yet.
    case starting
    case running
    case stopping
    case ended
  }

  package internal(set) var phase = Phase.starting
  /// What the mining thread is doing; nil when it waits.
  package internal(set) var underway: Activity?
  /// What the daemon works with; nil until the first settings could be opened.
  package internal(set) var setup: Setup?
  package internal(set) var change = SettingsChange.none
  package internal(set) var isReloadRequested = false
  /// Why the last reload was rejected; nil if the settings file was accepted when it was last read.
  package internal(set) var rejectedReload: Failure?
  package internal(set) var stop: Stop?

  package internal(set) var inbox: InboxState
  package internal(set) var model = ModelState()
  package internal(set) var sealing = SealState()
  package internal(set) var cleanUp = CleanUpState()
  package internal(set) var training = TrainingState()
  package internal(set) var report = ReportState()
  /// Whether a slow picture is being decoded.
  package internal(set) var isDecodingSlow = false
  package internal(set) var records = RecordState()
  /// Whether the live model may not have mined all mined pictures yet.
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

/// New settings that are not in use yet.
package enum SettingsChange: Sendable {
  case none
  case opening
  /// They change the features, so everything mined with the old ones goes into the file first.
  case sealingBefore

  package var isUnderway: Bool { !isNone }

  var isNone: Bool { if case .none = self { true } else { false } }
}

package struct InboxState: Sendable {
  package internal(set) var queue: WorkQueue
  /// The slow picture that was decoded, until it is mined or gone; it is first in the next batch.
  var decoded: FolderEntry?
  /// Names that were moved in since the last listing began.
  var movedIn: Set<FilePath.Component> = []
  /// The inbox is to be listed at once.
  package internal(set) var isListingDue = true
  /// Whether the next listing is for files whose events were lost.
  var isCatchingUp = false
  /// Whether it is known if the inbox is watched; before that, nobody expects an event.
  var isWatchKnown = false
  /// Whether the current listing was requested, and whether events were lost before it, so that both still hold if it fails.
  var wasListingDue = false
  var wasCatchingUp = false
  /// Whether no event requested the current listing.
  var isRescan = true
  /// When the current listing, or the last one, began.
  var listingStart: DaemonState.Instant?
  /// When to list the inbox again without news.
  package internal(set) var nextListing: DaemonState.Instant?
  /// Whether that is just in case, not for a file to settle.
  var isPoll = false
  var hasBeenListed = false
  package internal(set) var drops = DropWatch()
  /// Whether the log has reported that quarantine is full.
  var isFullQuarantineSaid = false
  var pollInterval: Duration
  var networkFileSystem: String?

  /// Whether there are pictures to mine, and they are taken.
  var isMiningDue: Bool { !queue.isEmpty && !drops.isStopped }

  init(_ limits: OperationalLimits) {
    queue = WorkQueue(quietTime: .zero, limits: limits)
    pollInterval = limits.pollInterval
  }
}

package struct ModelState: Sendable {
  /// Whether there is a detector to mine with.
  package internal(set) var isLoaded = false
  package internal(set) var generation: Int?
  /// The classifier's file when it was last checked.
  var file: FolderEntry?
  /// The classifier's file may be another one.
  package internal(set) var isCheckDue = false
  /// Since when the classifier's file is missing; nil if it was there when it was last checked.
  var goneSince: DaemonState.Instant?
  /// Why the published model cannot be used.
  var unusable: String?
  var isWaitSaid = false
}

package struct SealState: Sendable {
  /// When the first of the rows came that may be unsealed; nil if there are none.
  var since: DaemonState.Instant?
  /// When to seal; nil if nothing is unsealed.
  package internal(set) var due: DaemonState.Instant?
  /// The earliest time at which the file may be rewritten again.
  var notBefore: DaemonState.Instant?
  /// So much is unsealed that it does not wait for a quiet moment.
  var isUrgent = false
}

package struct CleanUpState: Sendable {
  /// When to check for segments to merge or merged ones to remove; nil if neither is possible.
  package internal(set) var due: DaemonState.Instant?
  package internal(set) var isRunning = false
}

package struct TrainingState: Sendable {
  package internal(set) var isDue = false
  package internal(set) var isRunning = false
  /// How often processes died while training.
  package internal(set) var deaths = 0
  /// Until when a training waits after such a death; nil if it need not.
  package internal(set) var pauseEnd: DaemonState.Instant?
  /// What was reported of trainings that make the detector no better.
  var learningWatch = LearningWatch()
  /// Whether it was reported that there are more hard negatives than the settings allow.
  var isExcessSaid = false
  /// The running count may be older than the end of the last training.
  var isNextCountStale = false
}

package struct ReportState: Sendable {
  package internal(set) var isDue = false
  package internal(set) var isWriting = false
}

/// What the ledger and the metrics file say of the daemon.
package struct RecordState: Sendable {
  /// The missed events already in the ledger.
  var recorded = MissedEvents()
  /// Whether the ledger says that no pictures are taken; nil if that is unknown.
  var isIntakeStopped: Bool?
  var nextRecord: DaemonState.Instant?
  var nextMetrics: DaemonState.Instant?
}

/// Stopping: what remains to be done, in this order.
package struct Stop: Sendable {
  package internal(set) var steps: [Activity] = [.seal, .record, .metrics]
  /// Until when to wait for the last report; nil before it has begun.
  package internal(set) var patienceEnd: DaemonState.Instant?
}
