internal import Detection
internal import Durable
internal import Mining

/// What the daemon has done since its start, in numbers, for Prometheus' textfile collector.
///
/// - SeeAlso: Prometheus' text exposition format, version 0.0.4.
struct Metrics: Sendable {
  private(set) var mined = 0
  private(set) var known = 0
  private(set) var heldOut = 0
  private(set) var quarantined = 0
  private(set) var leftAlone = 0
  private(set) var windows = 0
  private(set) var hardNegatives = 0
  private(set) var scanTime = Histogram()
  var missedEvents = MissedEvents()
  var failures = 0
  private(set) var models: [TrainingReport.Fate: Int] = [:]
  var trainingsFailed = 0
  /// As they are now.
  var waiting = 0
  var status: MiningStatus?
  /// What was measured of the live model.
  var evaluation: EvaluationReport?

  mutating func add(_ reports: [PictureReport]) {
    for report in reports {
      switch report.outcome {
      case .mined:
        mined += 1
        windows += report.windows
        hardNegatives += report.hardNegatives
        scanTime.add(report.duration / .seconds(1))
      case .known: known += 1
      case .heldOut: heldOut += 1
      case .quarantined: quarantined += 1
      case .left: leftAlone += 1
      }
    }
  }

  mutating func add(_ report: TrainingReport) {
    models[report.fate, default: 0] += 1
  }

  static let file = OwnFile.text(
    "a file of metrics", orElse: "name another in metrics_path",
    beginning: ["# HELP \(Exposition.prefix)"])

  /// The text of the file that the collector reads.
  var text: String {
    var text = Exposition()
    text.add(
      "pictures_total", .counter, "Pictures since the start, by what became of them.",
      [
        "outcome=\"mined\"": mined, "outcome=\"known\"": known, "outcome=\"held_out\"": heldOut,
        "outcome=\"quarantined\"": quarantined, "outcome=\"left\"": leftAlone,
      ])
    text.add("windows_total", .counter, "Windows scored since the start.", windows)
    text.add(
      "hard_negatives_total", .counter, "Hard negatives found since the start.", hardNegatives)
    text.add(
      "event_overflows_total", .counter, "Overflows of the kernel's event queue.",
      missedEvents.overflows)
    text.add(
      "rescans_total", .counter, "Listings of the inbox that no event asked for.",
      missedEvents.rescans)
    text.add(
      "pictures_found_by_rescan_total", .counter, "Pictures that no event told of.",
      missedEvents.foundByRescan)
    text.add("failures_total", .counter, "Times that the machine did not let it work.", failures)
    text.add(
      "trainings_total", .counter, "Trainings since the start, by what became of the model.",
      [
        "outcome=\"published\"": models[.published, default: 0],
        "outcome=\"kept\"": models[.kept, default: 0],
        "outcome=\"refused\"": models[.refused, default: 0],
        "outcome=\"unchanged\"": models[.unchanged, default: 0],
        "outcome=\"failed\"": trainingsFailed,
      ])
    text.add("pictures_waiting", .gauge, "Pictures in the inbox at the last look.", waiting)
    if let status {
      text.add(
        "hard_negatives", .gauge, "Hard negatives kept, by where they are.",
        [
          "place=\"sealed\"": status.hardNegatives.sealed,
          "place=\"unsealed\"": status.hardNegatives.unsealed,
        ])
      text.add(
        "hard_negatives_since_training", .gauge, "Hard negatives since the last training.",
        status.hardNegatives.sinceTraining)
      text.add(
        "retrain_threshold", .gauge, "Hard negatives that start a training.",
        status.retrainThreshold)
      if let generation = status.generation {
        text.add("generation", .gauge, "The live model's generation.", generation)
      }
    }
    if let evaluation { text.add(evaluation) }
    text.add("picture_seconds", "Time from opening a picture to its last window.", scanTime)
    return text.text
  }
}

extension Exposition {
  /// What the live model's training measured; what could not be measured is left out.
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
        "held_out_miss_ratio",
        "The part of the held-out objects that the live model misses, 0 to 1.",
        evaluation.missRate
      ),
      (
        "held_out_false_positives_per_image",
        "The live model's false positives a held-out picture.",
        evaluation.falsePositivesPerImage
      ),
      (
        "held_out_miss_ratio_upper_bound",
        "Up to where the miss ratio may well lie, at 95 %.", evaluation.missRateInterval?.high
      ),
      (
        "threshold_probability", "Above it, the live model's windows are detections.",
        evaluation.threshold?.probability
      ),
      (
        "threshold_margin", "The margin of that probability.", evaluation.threshold?.margin
      ),
      (
        "held_out_calibration_error_ratio",
        "How far the live model's probabilities are from what they say, 0 to 1, lower is better.",
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

/// How many values lie at or below each of some bounds.
struct Histogram: Sendable {
  static let bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]

  private(set) var counts = [Int](repeating: 0, count: bounds.count)
  private(set) var count = 0
  private(set) var sum = 0.0

  mutating func add(_ value: Double) {
    count += 1
    sum += value
    for (index, bound) in Self.bounds.enumerated() where value <= bound { counts[index] += 1 }
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
