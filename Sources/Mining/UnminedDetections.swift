internal import Detecting
internal import Detection
internal import Evaluation
internal import Settings
internal import Text

/// Windows that are detections and, in pictures without the object, false alarms, but from which nothing is learnt: they are
/// above the threshold of the live model, and below the limit of mining.
package struct UnminedDetections {
  package let problem: String
  /// What to do about it.
  package let remedy: String

  /// Nil if every detection is mined, or there is no model.
  package init?(of miner: Miner) {
    guard let detector = miner.detector else { return nil }
    let (threshold, sigmoid) = (detector.threshold, detector.model.sigmoid)
    let limit = miner.setup.mining.hardness.minimumMargin(calibratedBy: sigmoid)
    guard limit > threshold.margin else { return nil }
    let detected = threshold.probability.fixed(digits: 3)
    let mined = sigmoid.probability(of: limit).fixed(digits: 3)
    problem =
      "windows above probability \(detected) are detections, but only those above \(mined) are mined, so nothing is learnt from the false alarms in between"
    let lower =
      switch miner.setup.mining.hardness {
      case .probability: "hn_min_probability below \(detected)"
      case .margin: "hn_min_margin below \(threshold.margin.fixed(digits: 3))"
      }
    remedy = "set \(lower) in \(miner.setup.path)"
  }
}
