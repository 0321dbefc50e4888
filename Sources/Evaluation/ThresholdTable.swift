package import Detection

/// The results at each threshold: one row for each score of a detection, the highest first.
package struct ThresholdTable: Sendable, Encodable {
  package struct Row: Sendable, Encodable {
    /// Detections of at least this margin count.
    package let margin: Double
    /// The corresponding probability, by the model's calibration.
    package let probability: Double
    /// How many objects are found and missed, and how many detections show none.
    package let found, missed, falsePositives: Int
    package let missRate, falsePositivesPerImage: Double
    /// The fraction of the detections that show an object, and the fraction of the objects found.
    package let precision, recall: Double
  }

  /// Empty if there is no object or no picture to misfire in.
  package let rows: [Row]

  package init(_ scores: HeldOutScores, calibratedBy sigmoid: Sigmoid) {
    let total = scores.total
    guard total.isMeasurable else {
      rows = []
      return
    }
    rows = total.table().map { score, counts in
      let found = total.objectCount - counts.missed
      return Row(
        margin: score, probability: sigmoid.probability(of: score), found: found,
        missed: counts.missed, falsePositives: counts.falsePositives,
        missRate: Double(counts.missed) / Double(total.objectCount),
        falsePositivesPerImage: Double(counts.falsePositives) / Double(total.imageCount),
        precision: Double(found) / Double(found + counts.falsePositives),
        recall: Double(found) / Double(total.objectCount))
    }
  }

  /// Comma-separated values with a header line, as RFC 4180 has them except for the line ends.
  package var csv: String {
    let names = [
      "margin", "probability", "found", "missed", "false_positives", "miss_rate",
      "false_positives_per_image", "precision", "recall",
    ]
    let lines = rows.map { row in
      "\(row.margin),\(row.probability),\(row.found),\(row.missed),\(row.falsePositives),"
        + "\(row.missRate),\(row.falsePositivesPerImage),\(row.precision),\(row.recall)"
    }
    return ([names.joined(separator: ",")] + lines).joined(separator: "\n")
  }
}
