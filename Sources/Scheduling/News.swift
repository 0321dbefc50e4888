package import Corpus
package import Files
package import Mining
package import SystemPackage
package import Training

/// What the log is told; sentences are made of it in Daemon/Telling.
package enum News: Sendable {
  case started(hasModel: Bool, generation: Int?)
  case crashedBefore(pictureCount: Int)
  case modelRestored(generation: Int)
  case waitsForModel(unusable: String?)
  case switchedModel(generation: Int?)

  case picture(PictureReport)
  /// An earlier process did this, and was ended before it could tell.
  case pictureBefore(PictureReport)
  /// No more pictures are taken, as so many of the last look like the object.
  case intakeStopped(likeObject: Int, of: Int)
  /// The inbox was emptied after that.
  case intakeResumed
  /// What cannot be used stays in the inbox.
  case quarantineFull
  case unminable(FolderEntry)
  case remined(Remining.Report)
  /// Kept pictures were deleted, as the settings ask for.
  case deletedMined(Int)
  case skipped(FilePath)
  case foundByRescan(count: Int, MissedEvents)
  case eventsLost
  case networkFileSystem(String)

  /// The process before this one died while training: the next one waits so long, and takes no more than this.
  case diedTraining(pause: Duration, TrainingBudget)
  case trainingStarted(hardNegatives: Int, TrainingBudget)
  case trained(TrainingReport)
  case learningStalls(Learning)
  /// Hard negatives that no longer mattered left the HDF5 file.
  case retired(FeatureFile.Retired)
  /// There are more hard negatives than the settings want, and the models need them.
  case allNeeded(FeatureFile.Retired)

  case failing(Failure)
  case worksAgain(OpenFailures.Ended)
  /// What failed need not be done any more.
  case noLongerDue(OpenFailures.Ended)
  case reloaded
  case reloadRejected(Failure)
  case stopped(pictureCount: Int)
}
