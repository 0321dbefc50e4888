/// How long the daemon waits for what, and how much it takes at once.
///
/// All times are of a clock that runs on while the machine sleeps.
package struct OperationalLimits: Sendable {
  package typealias Instant = ContinuousClock.Instant

  // MARK: The inbox

  /// How long the inbox goes unlisted without news. An event that got lost costs a picture no more than this, where few files
  /// lie there.
  package var pollInterval = Duration.seconds(5)
  /// How many times longer than the last listing it goes unlisted at least: what is left in the inbox for good, however much,
  /// takes a twentieth of a processor.
  package var pollRatio = 20
  /// The same on a network file system, where no event tells of other machines' files: this is how late they are found.
  package var remotePollInterval = Duration.seconds(2)
  /// The most pictures that are known by name at one time; the others wait on disk, so that a flood takes no memory.
  package var queueLimit = 4_096
  /// The most names of files moved in that are known before they are looked at: a file whose name is left out is found
  /// by listing, and is whole by its end or when it is quiet.
  package static let movedInLimit = 4_096
  /// Where more than half of so many pictures, one after the other, look like the object, no more are taken.
  package var watchedDrops = 20
  /// How long the daemon hashes pictures of `image_dataset` before it sees whether something else is due: with many of
  /// them, the first picture after a start waits for minutes, but no stop or reload does.
  package static let hashingTime = Duration.milliseconds(200)
  /// How long after its start a batch begins no more pictures. It is sized to take a fifth of a second by the batch before it;
  /// where large pictures follow small ones, it would take as many times longer.
  package static let batchTime = Duration.seconds(1)
  /// The most pictures that are known to take long to decode; others are found out again.
  package var slowLimit = 4_096
  /// How long a file that cannot be read is left alone: somebody has to give permission, which takes minutes.
  package var unreadablePause = Duration.seconds(60)

  // MARK: Failures

  /// The pause after a first failure; it doubles with each that follows, up to the longest. A minute is what a person who
  /// has just freed the disk waits at most.
  package var shortestPause = Duration.seconds(1)
  package var longestPause = Duration.seconds(60)
  /// The most different failures of one activity that are said before it works again.
  package var saidLimit = 100

  // MARK: Training

  /// How long a training waits after one over which the process died; it doubles with each that follows, up to the longest.
  /// Mining gets that far, and systemd, which gives up after ten starts in five minutes, goes on.
  package var shortestTrainingPause = Duration.seconds(10)
  package var longestTrainingPause = Duration.seconds(3_600)
  /// However often it died: rows are read from the disk in blocks of so much.
  package var smallestTrainingMemory = 16 << 20

  /// How long a training waits after so many deaths.
  func trainingPause(deaths: Int) -> Duration {
    let doublings = min(max(deaths - 1, 0), 16)
    return min(shortestTrainingPause * (1 << doublings), longestTrainingPause)
  }

  // MARK: Sealing

  /// How long there must be nothing to mine before what was mined is sealed: a burst of pictures is one file.
  package var sealDelay = Duration.seconds(10)
  /// How fast the sealed file may be rewritten where there is time for it, so that a disk is not worn out for a few rows.
  package var sealedBytesPerSecond = 1_000_000.0
  /// Once an hour at least, so that readers of the file are never further behind.
  package var longestSealPause = Duration.seconds(3_600)
  /// What a slow disk may need for one part of the file, and for the whole of it to get there in the end.
  package var longestSealedPart = Duration.seconds(120)

  /// When merged segments are looked at again that were left to readers.
  package var cleanUpInterval = Duration.seconds(3_660)

  // MARK: Telling

  /// How often what was found without an event is written into the ledger, where nothing hurries: an idle disk may sleep.
  package var recordInterval = Duration.seconds(600)
  /// How often the metrics are written: as often as Prometheus usually reads them.
  package var metricsInterval = Duration.seconds(15)

  // MARK: Life

  /// How long the manager may go without a ping while there is nothing to do: half of what it waits.
  package var longestSilence = Duration.seconds(60)
  /// How long a stop waits for the last report: systemd gives it a minute in all.
  package var lastReportPatience = Duration.seconds(10)

  /// - Parameter watchdogInterval: how long the manager waits for a ping; nil without a manager.
  package init(watchdogInterval: Duration? = nil) {
    if let watchdogInterval { longestSilence = watchdogInterval / 2 }
  }
}
