/// Whether probabilities are right: of the detections with a probability of about 0.8, do eight in ten show the object?
///
/// - SeeAlso: Niculescu-Mizil & Caruana, Predicting good probabilities with supervised learning, ICML 2005;
///   Naeini, Cooper & Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015.
package struct Reliability: Sendable, Codable, Equatable {
  /// Detections whose probabilities lie in the same tenth.
  package struct Bin: Sendable, Codable, Equatable {
    package let detections: Int
    /// The mean of their probabilities, and the share of them that show an object.
    package let probability, objectShare: Double
  }

  /// The tenths in which there are detections, the lowest first.
  package let bins: [Bin]
  /// The difference of both in a bin, on average over all detections: 0 is perfect.
  package let expectedCalibrationError: Double

  /// - Parameter detections: the probability of each, and whether it shows an object.
  /// - Returns: nil if there is none.
  package init?(_ detections: [(probability: Double, isObject: Bool)]) {
    guard !detections.isEmpty else { return nil }
    let tenths = Dictionary(grouping: detections) { min(Int($0.probability * 10), 9) }
    bins = tenths.sorted { $0.key < $1.key }.map { _, members in
      let count = Double(members.count)
      return Bin(
        detections: members.count,
        probability: members.reduce(0) { $0 + $1.probability } / count,
        objectShare: Double(members.count(where: \.isObject)) / count)
    }
    expectedCalibrationError = bins.reduce(0) {
      $0 + abs($1.probability - $1.objectShare) * Double($1.detections) / Double(detections.count)
    }
  }
}
