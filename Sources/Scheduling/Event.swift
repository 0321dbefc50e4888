package import Corpus
package import Files
package import Mining
package import Settings
package import SystemPackage
package import Training

/// What the daemon is notified of: from outside, and the results of its own effects.
package enum Event: Sendable {
  /// The process has begun.
  case launched
  /// A timer has fired.
  case woke

  // From outside.
  indirect case inboxNews(InboxNews)
  /// Something may have happened to the live model's file.
  case modelFolderChanged
  case reloadRequested
  case stopRequested

  // Results of effects.
  indirect case opened(Result<Opening, Failure>)
  /// The settings were read and not opened: their features are others, so the rows of the open ones must be sealed first.
  case sealNeeded
  indirect case listed(Result<Listed, Failure>)
  /// A picture of a batch was scanned.
  case pictureScanned
  indirect case mined(MinedBatch)
  indirect case remined(Result<ReminingOutcome, Failure>)
  /// A part of the HDF5 file was written.
  case sealProgressed
  case sealed(Result<Sealing, Failure>)
  indirect case adopted(Result<Adoption, Failure>)
  case recorded(Result<MissedEvents, Failure>)
  indirect case intakeRecorded(Result<Bool, Failure>)
  case metricsWritten(Result<Done, Failure>)
  indirect case trained(Result<Training, Failure>)
  case reportWritten(Result<Done, Failure>)
  case cleanedUp(Result<CleanUp, Failure>)
  indirect case slowDecoded(FolderEntry, Result<Done, Failure>)
}

/// It worked, and has no result.
package struct Done: Sendable {
  package init() {}
}

/// What was found when the settings' files were opened.
package struct Opening: Sendable {
  package var setup: Setup
  package var counts: WorkCounts
  package var hasUnsealed: Bool
  package var hasModel: Bool
  /// Why the published model cannot be used, if it cannot.
  package var unusableModel: String?
  /// The live model's file; nil if it should be checked again.
  package var modelFile: FolderEntry?
  /// How many pictures an earlier process was processing when it died of a fault.
  package var faultedCount = 0
  /// That earlier processes died while training.
  package var trainingDeaths = TrainingDeaths.none
  /// The generation whose model was restored, because the live one was damaged or missing.
  package var restoredGeneration: Int?
  /// Pictures that an earlier process dealt with and could not report.
  package var untold: [PictureReport] = []
  package var networkFileSystem: String?

  package init(_ setup: Setup, counts: WorkCounts, hasUnsealed: Bool, hasModel: Bool) {
    self.setup = setup
    self.counts = counts
    self.hasUnsealed = hasUnsealed
    self.hasModel = hasModel
  }
}

/// How far it is to the next training, and which generation mines.
package struct WorkCounts: Sendable, Equatable {
  package var generation: Int?
  package var sinceTraining: Int
  package var isTrainingDue: Bool
  /// Whether so much is unsealed that it should not wait for a quiet moment.
  package var isSealDue: Bool

  package init(generation: Int?, sinceTraining: Int, isTrainingDue: Bool, isSealDue: Bool) {
    self.generation = generation
    self.sinceTraining = sinceTraining
    self.isTrainingDue = isTrainingDue
    self.isSealDue = isSealDue
  }
}

/// The result of a listing of the inbox.
package struct Listed: Sendable {
  package var queue: WorkQueue
  package var refill: WorkQueue.Refill
  package var counts: WorkCounts
  package var modelFile: FolderEntry?

  package init(
    queue: WorkQueue, refill: WorkQueue.Refill, counts: WorkCounts, modelFile: FolderEntry?
  ) {
    self.queue = queue
    self.refill = refill
    self.counts = counts
    self.modelFile = modelFile
  }
}

/// The result of a training.
package struct Training: Sendable {
  package let report: TrainingReport
  /// Whether training still improves the detector; nil if the ledger could not say.
  package var learning: Learning?
  /// The result of keeping the HDF5 file within its limit afterwards; nil if there was no need.
  package var retired: FeatureFile.Retired?
  package var failure: Failure?

  package init(_ report: TrainingReport) {
    self.report = report
  }
}

/// The outcome of a batch of pictures.
package struct MinedBatch: Sendable {
  /// How many of the batch were dealt with, from its start; none if the machine failed, or if the data set has to be hashed
  /// first.
  package var taken = 0
  package var reports: [PictureReport] = []
  package var duration = Duration.zero
  /// Nil if none were dealt with.
  package var counts: WorkCounts?
  package var modelFile: FolderEntry?
  package var failure: Failure?

  package init() {}
}

/// The result of one step of mining the mined pictures again.
package struct ReminingOutcome: Sendable {
  /// Whether there are more pictures to mine.
  package var isMore = false
  /// The picture that was skipped, because misfired crashed twice while processing it.
  package var skipped: FilePath?
  /// The result of the complete pass, if it has ended.
  package var report: Remining.Report?
  /// The new rows that it found.
  package var hardNegatives = 0
  /// How many were mined, and how long that took.
  package var count = 0
  package var duration = Duration.zero

  package init() {}
}

/// The result of sealing.
package enum Sealing: Sendable {
  /// The bytes of the new file; 0 if there was nothing to seal.
  case done(byteCount: Int)
  /// Another process is writing the file.
  case busy
}

/// The result of merging segments.
package enum CleanUp: Sendable {
  /// Some were merged, and there may be more.
  case merged
  /// This many mined pictures were deleted first, and there may be more to do.
  case deleted(Int)
  /// Hard negatives were too many, as the process ended after a training before it could retire any.
  case retired(FeatureFile.Retired)
  /// Merged files are still there for readers.
  case keeping
  case done
  /// Another process is merging, or writing the file.
  case busy
}

/// The result of checking the live model's file.
package struct Adoption: Sendable {
  /// The file that was checked.
  package var file: FolderEntry?
  /// Whether the daemon mines with another model now.
  package var isNew: Bool
  package var generation: Int?
  /// Why the published model cannot be used, if it cannot.
  package var unusableModel: String?

  package init(file: FolderEntry?, isNew: Bool, generation: Int?) {
    self.file = file
    self.isNew = isNew
    self.generation = generation
  }
}
