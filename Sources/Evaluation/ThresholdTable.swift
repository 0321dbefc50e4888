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
    package let falsePositivesPerImage: Double
    /// The fractions of the objects missed and found, and of the detections that show one; nil if there is no object.
    package let missRate, precision, recall: Double?
  }

  /// Empty if there is no picture.
  package let rows: [Row]

  package init(_ scores: HeldOutScores, calibratedBy sigmoid: Sigmoid) {
    let total = scores.total
    let objects = total.objectCount > 0 ? Double(total.objectCount) : nil
    rows = total.table().map { score, counts in
      let found = total.objectCount - counts.missed
      return Row(
        margin: score, probability: sigmoid.probability(of: score), found: found,
        missed: counts.missed, falsePositives: counts.falsePositives,
        falsePositivesPerImage: Double(counts.falsePositives) / Double(total.imageCount),
        missRate: objects.map { Double(counts.missed) / $0 },
        precision: objects.map { _ in Double(found) / Double(found + counts.falsePositives) },
        recall: objects.map { Double(found) / $0 })
    }
  }

  /// Comma-separated values with a header line, as RFC 4180 has them except for the line ends. What is nil is empty.
  package var csv: String {
    let names = [
      "margin", "probability", "found", "missed", "false_positives", "miss_rate",
      "false_positives_per_image", "precision", "recall",
    ]
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let lines = rows.map { row in
      "\(row.margin),\(row.probability),\(row.found),\(row.missed),\(row.falsePositives),"
        + "\(text(row.missRate)),\(row.falsePositivesPerImage),\(text(row.precision)),\(text(row.recall))"
    }
    return ([names.joined(separator: ",")] + lines).joined(separator: "\n")
  }
}
