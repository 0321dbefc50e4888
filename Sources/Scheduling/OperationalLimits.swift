/// How long the daemon waits for each thing, and how much it takes at once.
///
/// All times are of a clock that keeps running while the machine sleeps.
package struct OperationalLimits: Sendable {
  package typealias Instant = ContinuousClock.Instant

  // MARK: The inbox

  /// How long the inbox goes unlisted without news. A lost event delays a picture by no more than this, if the inbox has
  /// few files.
  package var pollInterval = Duration.seconds(5)
  /// How many times longer than the last listing took the inbox goes unlisted at least: however many files stay in the
  /// inbox for good, they take a twentieth of a processor.
  package var pollRatio = 20
  /// The same on a network file system, where no event reports other machines' files: this is how late they are found.
  package var remotePollInterval = Duration.seconds(2)
  /// The most pictures known by name at one time; the others wait on disk, so that a flood takes no memory.
  package var queueLimit = 4_096
  /// The most names of moved files remembered before they are checked: other moved files are found by listing, and are
  /// complete by their end or when they are quiet.
  package static let movedInLimit = 4_096
  /// If more than half of this many consecutive pictures look like the object, no more are taken.
  package var watchedDrops = 20
  /// How long the daemon hashes pictures of `image_dataset` before it checks whether something else is due: with many of
  /// them, the first picture after a start waits for minutes, but no stop or reload does.
  package static let hashingTime = Duration.milliseconds(200)
  /// How long after its start a batch begins no more pictures. The batch before it sizes it to take a fifth of a second; if
  /// large pictures follow small ones, it would take that many times longer.
  package static let batchTime = Duration.seconds(1)
  /// The most pictures remembered as slow to decode; others are found out again.
  package var slowLimit = 4_096
  /// How long a file that cannot be read is left alone: somebody has to give permission, which takes minutes.
  package var unreadablePause = Duration.seconds(60)

  // MARK: Failures

  /// The pause after a first failure; it doubles with each further one, up to the longest. A person who has just freed the
  /// disk waits at most a minute.
  package var shortestPause = Duration.seconds(1)
  package var longestPause = Duration.seconds(60)
  /// The most different failures of one activity that are reported before it works again.
  package var saidLimit = 100

  /// How long a model that cannot be used may be away before it is gone for good: a command moves it away, then puts another in
  /// its place.
  package var replacingTime = Duration.seconds(1)

  // MARK: Training

  /// How long a training waits after one in which the process died; it doubles with each further one, up to the longest. In
  /// that time mining progresses, and systemd, which gives up after ten starts in five minutes, does not.
  package var shortestTrainingPause = Duration.seconds(10)
  package var longestTrainingPause = Duration.seconds(3_600)
  /// However often it died: rows are read from the disk in blocks of this size.
  package var smallestTrainingMemory = 16 << 20

  /// How long a training waits after this many deaths.
  func trainingPause(deaths: Int) -> Duration {
    let doublings = min(max(deaths - 1, 0), 16)
    return min(shortestTrainingPause * (1 << doublings), longestTrainingPause)
  }

  // MARK: Sealing

  /// How long there must be nothing to mine before sealing, so that a burst of pictures is sealed at once.
  package var sealDelay = Duration.seconds(10)
  /// How fast the sealed file may be rewritten, so that a few rows do not wear out a disk.
  package var sealedBytesPerSecond = 1_000_000.0
  /// At least once an hour, so that readers of the file are never further behind.
  package var longestSealPause = Duration.seconds(3_600)
  /// What a slow disk may need for one part of the file, so that the whole file gets there in the end.
  package var longestSealedPart = Duration.seconds(120)

  /// When merged segments that were left for readers are checked again.
  package var cleanUpInterval = Duration.seconds(3_660)

  // MARK: Telling

  /// How often files found without an event are recorded in the ledger, if nothing is urgent: an idle disk may sleep.
  package var recordInterval = Duration.seconds(600)
  /// How often the metrics are written: as often as Prometheus usually reads them.
  package var metricsInterval = Duration.seconds(15)

  // MARK: Life

  /// How long the manager may go without a ping while there is nothing to do: half of its timeout.
  package var longestSilence = Duration.seconds(60)
  /// How often a picture that was scanned counts as a sign of life: each sends the manager a message.
  package static let pictureInterval = Duration.seconds(1)
  /// How long a stop waits for the last report: systemd gives it a minute in all.
  package var lastReportPatience = Duration.seconds(10)
  /// How long the process waits for its tasks when it ends without a stop: something is wrong, and systemd starts another.
  package static let cancellationPatience = Duration.seconds(5)

  /// - Parameter watchdogInterval: how long the manager waits for a ping; nil without a manager.
  package init(watchdogInterval: Duration? = nil) {
    if let watchdogInterval { longestSilence = watchdogInterval / 2 }
  }
}
