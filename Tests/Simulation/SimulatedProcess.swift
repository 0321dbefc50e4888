import Files
internal import Mining
import Scheduling
import Settings
import SystemPackage

/// One process of the daemon: the real scheduler, and the state that its session would keep.
final class SimulatedProcess {
  let id: Int
  var scheduler: Scheduler
  /// The number of the current timer; older ones are ignored.
  var timer = 0
  /// The same for the check that the process meets its manager's deadlines.
  var supervision = 0
  /// Whether the mining thread hangs.
  var isStuck = false

  /// Whether it has opened the files that its settings name.
  var hasBegun = false

  // The session.
  var edition: SettingsEdition?
  var loadedGeneration: Int?
  /// The missed events that it has added to the ledger.
  var recorded = MissedEvents()
  /// How often settings were opened.
  var session = 0
  /// The training in progress; nil if there is none.
  var training: Training?
  /// What there was to count just before a training ended, if that was during what the mining thread does now.
  var countsBeforeTraining: WorkCounts?
  var reminingPosition: Int?
  /// The slow content that was decoded last.
  var decodedSlow: Int?
  /// The slow files that were decoded in this session; each is once.
  var everDecoded: [FilePath: FolderEntry] = [:]

  // What its manager knows about it.
  var isReady = false
  var startDeadline: Duration
  var lastPing: Duration
  var stopDeadline: Duration?
  /// Whether it was asked to stop when nothing kept it from sealing: no training, no fault.
  var mustSeal = false
  var downFor: Duration?

  struct Training {
    /// The number of all rows when it began.
    let rows: Int
    /// The settings that it trains for, which may have been replaced since.
    let edition: SettingsEdition
    let session: Int
  }

  init(id: Int, now: Duration, limits: OperationalLimits) {
    self.id = id
    scheduler = Scheduler(limits: limits)
    startDeadline = now + Self.startTimeout
    lastPing = now
  }

  /// As in misfired.service.
  static let watchdogInterval = Duration.seconds(120)
  /// Shorter than in misfired.service, so that a boot waits less.
  static let startTimeout = Duration.seconds(60)
  static let stopTimeout = Duration.seconds(60)
}

extension SettingsEdition {
  /// The settings in the settings file.
  var setup: Setup {
    let more =
      switch self {
      case .plain, .wrong: ""
      case .telling:
        #", "metrics_path": "m.prom", "report_path": "r.html", "hn_remine": true"#
      case .otherFeatures: #", "orientations": 5"#
      case .low: #", "hn_retrain_threshold": 5"#
      }
    let text = """
      { "window_dim": [96, 32], "features_path": "f.hdf5", "classifier_path": "model.hdf5", \
      "hn_inbox": "inbox", "training_memory": "1 GiB", "hn_retrain_threshold": 20\(more) }
      """
    do {
      return try Setup.parse(
        Array(
          text.replacing(#""hn_retrain_threshold": 20, "hn_retrain"#, with: #""hn_retrain"#).utf8),
        path: "/site/world.json")
    } catch {
      preconditionFailure("\(error)")
    }
  }

  static let parsed = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.setup) })

  var threshold: Int { self == .low ? 5 : 20 }
  var features: Int { self == .otherFeatures ? 5 : 9 }
}
