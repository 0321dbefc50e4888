internal import Text

/// What is kept of a generation's measures, in its model file and in the ledger.
package struct GenerationMetrics: Sendable, Codable, Equatable {
  /// On held-out pictures; nil for models from before there was one.
  package var evaluation: EvaluationReport?

  /// The margins of the objects it learnt from, each by a model that did not learn from that one:
  /// percentiles 0 to 100; nil for models from before they were kept.
  package var objectMarginPercentiles: [Double]?

  /// What its guard does; nil for models without one.
  package var objectGuard: GuardReport?

  /// - Parameter objectMargins: none where there are no objects that it was not trained on.
  package init(
    evaluation: EvaluationReport, objectMargins: [Double], objectGuard: GuardReport? = nil
  ) {
    self.evaluation = evaluation
    self.objectGuard = objectGuard
    guard !objectMargins.isEmpty else { return }
    let sorted = objectMargins.sorted()
    objectMarginPercentiles = (0...100).map { sorted[(sorted.count - 1) * $0 / 100] }
  }

  /// The margin that this part of the objects, in percent, does not exceed; nil where it was not kept.
  package func objectMargin(atPercentile percentile: Double) -> Double? {
    // A file made by hand may have fewer.
    objectMarginPercentiles.flatMap { margins in
      let index = Int(percentile.rounded())
      return margins.indices.contains(index) ? margins[index] : nil
    }
  }

  /// Reads what `json` wrote; unknown and impossible parts are passed over, missing ones are nil.
  package init(json: String) throws {
    try self.init(jsonLine: json.utf8)
    // Somebody else may have written what no evaluation gives.
    if evaluation?.isPossible == false { evaluation = nil }
  }

  /// One line of JSON.
  package var json: String {
    get throws { try jsonLine(self) }
  }
}
