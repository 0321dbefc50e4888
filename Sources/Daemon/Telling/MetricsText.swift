internal import Corpus
internal import Detecting
internal import Detection
internal import Durable
internal import Evaluation
internal import Mining
internal import Pictures
internal import Scheduling
internal import Training

/// What the daemon has done since its start, in numbers, for Prometheus' textfile collector.
///
/// - SeeAlso: Prometheus' text exposition format, version 0.0.4.
struct MetricsText {
  let counters: Counters
  /// What the ledger counts.
  let stored: LedgerCounts
  let retrainThreshold: Int
  /// The one that mines now; nil before the first training.
  let detector: LiveDetector?

  static let file = OwnFile.text(
    "a file of metrics", orElse: "set another metrics_path",
    beginning: ["# HELP \(Exposition.prefix)"])

  /// The text of the file that the collector reads.
  var text: String {
    var text = Exposition()
    text.add(
      "pictures_total", .counter, "Pictures since the start, by outcome.",
      [
        "outcome=\"mined\"": counters.mined, "outcome=\"known\"": counters.known,
        "outcome=\"held_out\"": counters.heldOut,
        "outcome=\"quarantined\"": counters.quarantined, "outcome=\"left\"": counters.leftInPlace,
      ])
    text.add("windows_total", .counter, "Windows scored since the start.", counters.windows)
    text.add(
      "hard_negatives_total", .counter, "Hard negatives found since the start.",
      counters.hardNegatives)
    text.add(
      "event_overflows_total", .counter, "Overflows of the kernel's event queue.",
      counters.missedEvents.overflows)
    text.add(
      "rescans_total", .counter, "Listings of the inbox without an event.",
      counters.missedEvents.rescans)
    text.add(
      "pictures_found_by_rescan_total", .counter, "Pictures found only by such listings.",
      counters.missedEvents.foundByRescan)
    text.add(
      "failures_total", .counter, "Failures of the machine, such as a full disk.", counters.failures
    )
    text.add(
      "trainings_total", .counter, "Trainings since the start, by outcome.",
      [
        "outcome=\"published\"": counters.models[.published, default: 0],
        "outcome=\"kept\"": counters.models[.kept, default: 0],
        "outcome=\"refused\"": counters.models[.refused, default: 0],
        "outcome=\"unchanged\"": counters.models[.unchanged, default: 0],
        "outcome=\"failed\"": counters.trainingsFailed,
      ])
    text.add(
      "pictures_waiting", .gauge, "Pictures in the inbox at the last listing.", counters.waiting)
    text.add(
      "hard_negatives", .gauge, "Hard negatives, by where they are stored.",
      ["place=\"sealed\"": stored.sealed, "place=\"unsealed\"": stored.unsealed])
    text.add(
      "hard_negatives_retired", .gauge,
      "Hard negatives retired from the HDF5 file by hn_max_rows.", stored.retired)
    text.add(
      "hard_negatives_since_training", .gauge, "Hard negatives since the last training.",
      stored.sinceTraining)
    text.add(
      "retrain_threshold", .gauge, "Hard negatives that start a training.", retrainThreshold)
    if let generation = detector?.generation {
      text.add("generation", .gauge, "The live model's generation.", generation)
    }
    if let evaluation = detector?.evaluation { text.add(evaluation) }
    text.add(
      "picture_seconds", "Time from opening a picture to its last window.", counters.scanTime)
    return text.text
  }
}

extension Exposition {
  /// The measurements of the live model's training; what could not be measured is left out.
  fileprivate mutating func add(_ evaluation: EvaluationReport) {
    add(
      "held_out_objects", .gauge, "Objects that the live model was measured on.",
      evaluation.objects)
    add(
      "held_out_pictures", .gauge,
      "Pictures without an object that the live model was measured on.",
      evaluation.negatives)
    let measures: [(name: String, help: String, value: Double?)] = [
      (
        "held_out_log_average_miss_ratio",
        "The live model's log-average miss rate, 0 to 1, lower is better.",
        evaluation.logAverageMissRate
      ),
      (
        "held_out_log_average_miss_ratio_beside_objects",
        "The same if no picture without an object is held out: false positives beside objects count.",
        evaluation.logAverageMissRateBesideObjects
      ),
      (
        "held_out_miss_ratio",
        "The fraction of held-out objects that the live model misses, 0 to 1.",
        evaluation.missRate
      ),
      (
        "held_out_false_positives_per_image",
        "The live model's false positives per held-out picture.",
        evaluation.falsePositivesPerImage
      ),
      (
        "held_out_miss_ratio_upper_bound",
        "The upper bound of the miss ratio's 95 % interval.", evaluation.missRateInterval?.high
      ),
      (
        "threshold_probability",
        "The probability above which the live model's windows are detections.",
        evaluation.threshold?.probability
      ),
      (
        "threshold_margin", "The margin of that probability.", evaluation.threshold?.margin
      ),
      (
        "held_out_calibration_error_ratio",
        "The live model's expected calibration error, 0 to 1, lower is better.",
        evaluation.reliability?.expectedCalibrationError
      ),
      (
        "held_out_average_precision_ratio",
        "The live model's average precision, 0 to 1, higher is better.",
        evaluation.averagePrecision
      ),
    ]
    for measure in measures {
      if let value = measure.value { add(measure.name, .gauge, measure.help, value) }
    }
  }
}

/// Text in Prometheus' exposition format; every name begins with `misfire_`.
private struct Exposition {
  enum Kind: String {
    case counter, gauge, histogram
  }

  static let prefix = "misfire_"

  private(set) var text = ""

  private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(kind.rawValue)\n"
  }

  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some Numeric) {
    begin(name, kind, help)
    text += "\(Self.prefix)\(name) \(value)\n"
  }

  mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ values: KeyValuePairs<String, Int>
  ) {
    begin(name, kind, help)
    for (label, value) in values { text += "\(Self.prefix)\(name){\(label)} \(value)\n" }
  }

  mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
    begin(name, .histogram, help)
    for (bound, count) in zip(Histogram.bounds, histogram.counts) {
      text += "\(Self.prefix)\(name)_bucket{le=\"\(bound)\"} \(count)\n"
    }
    text += "\(Self.prefix)\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
    text += "\(Self.prefix)\(name)_sum \(histogram.sum)\nmisfire_\(name)_count \(histogram.count)\n"
  }
}
