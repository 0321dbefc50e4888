/// The shapes of `--json` output, for the help and the manual page. A question mark marks what may be missing.
enum JSONShape {
  static let leftOut = """
    "left_out": {"annotations", "first": [], "ignored_objects", "objects", "other_files", "pictures", "small_objects", \
    "without_objects"}
    """

  private static let interval = #"{"low", "high"}"#

  /// Without its surroundings, as `evaluate` and `models` print it.
  private static let measures = """
    "objects", "negatives", "missed"?, "false_positives"?, "miss_rate"?, "miss_rate_interval"?: \(interval), \
    "false_positives_per_image"?, "false_positives_per_image_interval"?: \(interval), "log_average_miss_rate"?, \
    "log_average_miss_rate_beside_objects"?, "log_average_miss_rate_interval"?: \(interval), "average_precision"?, \
    "min_probability", "threshold": \(threshold), "best"?: \(point), "reliability"?: {"expected_calibration_error", \
    "bins": [{"probability", "detections", "object_share"}]}, "curve": [\(point)]
    """

  private static let threshold = #"{"margin", "probability", "source"}"#
  private static let point = #"{"margin", "probability", "miss_rate", "false_positives_per_image"}"#

  private static let objectGuard =
    #"{"objects", "caught", "negatives", "held_up", "is_held_out"}"#

  static let evaluation = """
    {\(measures), "thresholds": [{"margin", "probability", "found", "missed", "false_positives", "miss_rate"?, \
    "false_positives_per_image", "precision"?, "recall"?}], \(leftOut)}
    """

  static let generation = """
    {"generation", "time", "live", "pinned", "was_live", "deleted", "accepted", "forced", "reason", "positives", "negatives", \
    "hard_negatives", "objective", "metrics": {"evaluation"?: {\(measures)}, "object_guard"?: \(objectGuard), \
    "object_margin_percentiles"?: []}}
    """

  static let training = """
    {"generation", "accepted", "reason", "live", "unchanged", "positives", "negatives", "hard_negatives", \
    "hard_negatives_left_out", "calibration", "calibration_remark"?, "objective", "relative_gap", \
    "threshold"?: \(threshold), "threshold_remark"?, "miss_rate"?, "false_positives_per_image"?, \
    "object_guard"?: \(objectGuard), "seconds", \(leftOut)}
    """

  static let experiment = """
    {"hard_negatives", "objects", "pictures", "trials": [{"order", "hard_negatives", "log_average_miss_rate", \
    "average_precision", "miss_rate", "false_positives_per_image", "threshold": \(threshold)}], \(leftOut)}
    """

  static let extraction = "{\"positives\", \"negatives\", \"columns\", \(leftOut)}"

  static let forgetting = """
    {"pictures", "hard_negatives", "sealed", "drawn", "rolled_back", "taught_generation"?, "clean_generation"?}
    """

  static let merge = """
    {"shards", "pictures", "new_pictures", "held_out", "refused", "hard_negatives", "new_hard_negatives", \
    "new_set_aside", "less_confident", "not_compared", "problems": [], "seconds"}
    """
}
