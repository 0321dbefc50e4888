package import Corpus
package import Files
package import Mining
package import SystemPackage
package import Training

/// What is reported in the log; Daemon/Telling makes the sentences.
package enum News: Sendable {
  case started(hasModel: Bool, generation: Int?)
  case crashedBefore(pictureCount: Int)
  case modelRestored(generation: Int)
  case waitsForModel(unusable: String?)
  case switchedModel(generation: Int?)

  case picture(PictureReport)
  /// An earlier process did this, and ended before it could report it.
  case pictureBefore(PictureReport)
  /// No more pictures are taken, because this many of the last look like the object.
  case intakeStopped(likeObject: Int, of: Int)
  /// The inbox was emptied after that.
  case intakeResumed
  /// Files that cannot be used stay in the inbox.
  case quarantineFull
  case unminable(FolderEntry)
  case remined(Remining.Report)
  /// Mined pictures were deleted, as the settings ask.
  case deletedMined(Int)
  case skipped(FilePath)
  case foundByRescan(count: Int, MissedEvents)
  case eventsLost
  case networkFileSystem(String)

  /// The process before this one died while training: the next training waits this long, and uses at most this budget.
  case diedTraining(pause: Duration, TrainingBudget)
  case trainingStarted(hardNegatives: Int, TrainingBudget)
  case trained(TrainingReport)
  case learningStalls(Learning)
  /// Hard negatives that were no longer needed left the HDF5 file.
  case retired(FeatureFile.Retired)
  /// There are more hard negatives than the settings allow, and the models need them.
  case allNeeded(FeatureFile.Retired)

  case failing(Failure)
  case worksAgain(OpenFailures.Ended)
  /// What failed no longer needs to be done.
  case noLongerDue(OpenFailures.Ended)
  /// The settings are wrong, and there are no others to work with.
  case cannotStart(Failure)
  case reloaded
  case reloadRejected(Failure)
  case stopped(pictureCount: Int)
}
