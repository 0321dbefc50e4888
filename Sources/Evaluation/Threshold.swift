internal import Corpus
package import Detection
package import Settings
internal import Text

/// The margin above which a window is a detection, and where it comes from.
package struct Threshold: Sendable, Codable, Equatable {
  package enum Source: String, Sendable, Codable {
    /// `min_probability` of the settings.
    case minProbability = "min_probability"
    /// The model's operating point, which its training chose for `target_fppi`.
    case targetFPPI = "target_fppi"
    /// The person who asked for the detections.
    case asked
  }

  package let margin: Double
  /// By the model's calibration, in 0...1.
  package let probability: Double
  package let source: Source

  package init(margin: Double, calibratedBy sigmoid: Sigmoid, _ source: Source) {
    self.margin = margin
    probability = sigmoid.probability(of: margin)
    self.source = source
  }

  package init(probability: Double, calibratedBy sigmoid: Sigmoid, _ source: Source) {
    // For 0 and 1 it is infinite, which JSON cannot represent.
    let greatest = Double.greatestFiniteMagnitude
    margin = min(max(sigmoid.margin(at: probability), -greatest), greatest)
    self.probability = probability
    self.source = source
  }

  /// What `misfire detect` may be asked for instead of the settings' threshold.
  package enum Request: Sendable, Equatable {
    case probability(above: Double)
    case margin(above: Double)
  }

  package init(_ request: Request, calibratedBy sigmoid: Sigmoid) {
    switch request {
    case .probability(let bound): self.init(probability: bound, calibratedBy: sigmoid, .asked)
    case .margin(let bound): self.init(margin: bound, calibratedBy: sigmoid, .asked)
    }
  }

  /// The threshold that applies to a model: its operating point if the settings have a `target_fppi`, otherwise their
  /// `min_probability`.
  /// - Parameter point: nil: the model has none.
  package init(_ choice: ThresholdChoice, _ sigmoid: Sigmoid, _ point: OperatingPoint?) {
    if let point, choice.targetFPPI != nil {
      self.init(margin: point.margin, calibratedBy: sigmoid, .targetFPPI)
    } else {
      self.init(
        probability: choice.minProbability, calibratedBy: sigmoid, .minProbability)
    }
  }

  /// "probability 0.700, margin 0.52".
  package var inWords: String {
    "probability \(probability.fixed(digits: 3)), margin \(margin.fixed(digits: 2))"
  }
}
