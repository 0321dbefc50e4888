package import Corpus
package import Files
package import Mining
package import Settings
package import SystemPackage
package import Training

/// What the daemon hears: from outside, and of what came of its own effects.
package enum Event: Sendable {
  /// The process has begun.
  case launched
  /// A timer has run out.
  case woke

  // From outside.
  indirect case inboxNews(InboxNews)
  /// Something may have happened to the live model's file.
  case modelFolderChanged
  case reloadRequested
  case stopRequested

  // What came of an effect.
  indirect case settingsRead(Result<Setup, Failure>)
  indirect case opened(Result<Opening, Failure>)
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
  case metricsWritten(Result<Done, Failure>)
  indirect case trained(Result<Training, Failure>)
  case reportWritten(Result<Done, Failure>)
  case cleanedUp(Result<CleanUp, Failure>)
  indirect case slowDecoded(FolderEntry, Result<Done, Failure>)
}

/// It worked, and there is nothing to say of it.
package struct Done: Sendable {
  package init() {}
}

/// What was found on opening what the settings name.
package struct Opening: Sendable {
  package var setup: Setup
  package var counts: WorkCounts
  package var hasUnsealed: Bool
  package var hasModel: Bool
  /// Why the published model cannot be used, where that is so.
  package var unusableModel: String?
  /// The live model's file; nil where it should be looked at again.
  package var modelFile: FolderEntry?
  /// How many pictures an earlier process had in hand when it died of a fault.
  package var faultedCount = 0
  /// That earlier processes died while training.
  package var trainingDeaths = TrainingDeaths.none
  /// The generation whose model was put back, as the live one was damaged.
  package var restoredGeneration: Int?
  /// What an earlier process was ended with before its log could tell of it.
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

/// What a listing of the inbox gave.
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

/// What a training gave.
package struct Training: Sendable {
  package let report: TrainingReport
  /// Whether training still makes the detector better; nil where the ledger could not tell, and why not.
  package var learning: Learning?
  /// What came of keeping the HDF5 file within its limit afterwards; nil where there was no need.
  package var retired: FeatureFile.Retired?
  package var failure: Failure?

  package init(_ report: TrainingReport) {
    self.report = report
  }
}

/// What became of a batch of pictures.
package struct MinedBatch: Sendable {
  /// How many of the batch were dealt with, from its start; none where the machine failed, or where the data set is to be
  /// hashed first.
  package var taken = 0
  package var reports: [PictureReport] = []
  package var duration = Duration.zero
  /// Nil where none were dealt with.
  package var counts: WorkCounts?
  package var modelFile: FolderEntry?
  package var failure: Failure?

  package init() {}
}

/// What a step of a second look at kept pictures gave.
package struct ReminingOutcome: Sendable {
  /// Whether there is more to look at.
  package var isMore = false
  /// The picture that was passed over, as misfired crashed twice while processing it.
  package var skipped: FilePath?
  /// What the look at all of them gave, where it ended.
  package var report: Remining.Report?
  /// How many were looked at, and how long that took.
  package var count = 0
  package var duration = Duration.zero

  package init() {}
}

/// What came of sealing.
package enum Sealing: Sendable {
  /// The bytes of the new file; 0 where there was nothing to seal.
  case done(byteCount: Int)
  /// Another process writes the file.
  case busy
}

/// What came of cleaning up.
package enum CleanUp: Sendable {
  /// Some were merged, and more may be.
  case merged
  /// So many kept pictures were deleted first, and more may be to do.
  case deleted(Int)
  /// Hard negatives were too many, as the process ended after a training before it could retire any.
  case retired(FeatureFile.Retired)
  /// Merged files are still there for readers.
  case keeping
  case done
  /// Another process merges, or writes the file.
  case busy
}

/// What came of a look at the live model's file.
package struct Adoption: Sendable {
  /// The file that was looked at.
  package var file: FolderEntry?
  /// Whether the daemon mines with another model now.
  package var isNew: Bool
  package var generation: Int?

  package init(file: FolderEntry?, isNew: Bool, generation: Int?) {
    self.file = file
    self.isNew = isNew
    self.generation = generation
  }
}
