internal import Text

/// What is stored of a generation's measures, in its model file and in the ledger.
package struct GenerationMetrics: Sendable, Codable, Equatable {
  /// On held-out pictures; nil for models from before they were recorded.
  package var evaluation: EvaluationReport?

  /// The margins of the objects it learnt from, each by a model that did not learn from that one: percentiles 0 to 100; nil
  /// for models from before they were recorded.
  package var objectMarginPercentiles: [Double]?

  /// Its guard's results; nil for models without one.
  package var objectGuard: GuardReport?

  /// - Parameter objectMargins: empty if there are no objects that it was not trained on.
  package init(
    evaluation: EvaluationReport, objectMargins: [Double], objectGuard: GuardReport? = nil
  ) {
    self.evaluation = evaluation
    self.objectGuard = objectGuard
    guard !objectMargins.isEmpty else { return }
    let sorted = objectMargins.sorted()
    objectMarginPercentiles = (0...100).map { sorted[(sorted.count - 1) * $0 / 100] }
  }

  /// The margin that this percentage of the objects does not exceed; nil if it was not recorded.
  package func objectMargin(atPercentile percentile: Double) -> Double? {
    // A hand-made file may have fewer.
    objectMarginPercentiles.flatMap { margins in
      let index = Int(percentile.rounded())
      return margins.indices.contains(index) ? margins[index] : nil
    }
  }

  /// Reads what `json` wrote; unknown and impossible parts are skipped, missing ones are nil.
  package init(json: String) throws {
    try self.init(jsonLine: json.utf8)
    // Another program may have written values that no evaluation gives.
    if evaluation?.isPossible == false { evaluation = nil }
  }

  /// One line of JSON.
  package var json: String {
    get throws { try jsonLine(self) }
  }
}
