package import Detection

/// What each threshold gives: a row for each score that a detection has, the highest first.
package struct ThresholdTable: Sendable, Encodable {
  package struct Row: Sendable, Encodable {
    /// Detections of at least this margin count.
    package let margin: Double
    /// The same, by the model's calibration.
    package let probability: Double
    /// How many objects are found and missed, and how many detections show none.
    package let found, missed, falsePositives: Int
    package let missRate, falsePositivesPerImage: Double
    /// Of the detections, the part that shows an object; of the objects, the part that is found.
    package let precision, recall: Double
  }

  /// Empty where there is no object or no picture to misfire in.
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

  /// Comma-separated values with a line of names, as RFC 4180 has them but for the ends of lines.
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
