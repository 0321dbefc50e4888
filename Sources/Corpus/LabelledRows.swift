/// Rows of features with their labels, as stored in `FeatureFile`.
package struct LabelledRows: Sendable, Equatable {
  /// +1 for the object, −1 for anything else; one per row.
  package var labels: [Float]
  /// Row by row, `featureCount` floats each.
  package var features: [Float]
  /// D, the features of one row.
  package let featureCount: Int

  /// - Precondition: there are `featureCount` features, at least one, for each label.
  package init(labels: [Float] = [], features: [Float] = [], featureCount: Int) {
    precondition(
      featureCount > 0 && features.count == labels.count * featureCount,
      "\(features.count) features in rows of \(featureCount) for \(labels.count) labels")
    self.labels = labels
    self.features = features
    self.featureCount = featureCount
  }

  /// Adds one row.
  /// - Precondition: `features` holds `featureCount` floats.
  package mutating func append(label: Float, features: some Collection<Float>) {
    precondition(features.count == featureCount)
    labels.append(label)
    self.features += features
  }

  /// The rows as they are in the file: label first.
  func table(_ rows: Range<Int>) -> [Float] {
    var table: [Float] = []
    table.reserveCapacity(rows.count * (1 + featureCount))
    for row in rows {
      table.append(labels[row])
      table += features[(row * featureCount)..<((row + 1) * featureCount)]
    }
    return table
  }
}
