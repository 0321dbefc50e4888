#if canImport(Glibc)
  internal import Glibc
#endif

/// Platt's sigmoid: probability = 1 / (1 + exp(`a` · margin + `b`)).
///
/// - SeeAlso: Lin, Lin & Weng, A note on Platt's probabilistic outputs, 2007.
package struct Sigmoid: Hashable, Sendable {
  package let a: Double
  package let b: Double

  package init(a: Double, b: Double) {
    self.a = a
    self.b = b
  }

  /// The probability, in 0...1, that a window of this margin shows the object.
  package func probability(of margin: Double) -> Double {
    1 / (1 + exp(a * margin + b))
  }

  /// The margin at which `probability(of:)` is `probability`, in 0...1 (±infinity at the ends).
  package func margin(at probability: Double) -> Double {
    (log((1 - probability) / probability) - b) / a
  }
}

/// A trained detector for one window: its HOG contract, hyperplane and calibration.
package struct LinearSVM: Sendable, Equatable {
  package let hog: HOGDescriptor
  /// `hog.featureCount` floats, in the order of the features.
  package let weights: [Float]
  package let bias: Double
  package let sigmoid: Sigmoid

  /// - Precondition: one weight per feature.
  package init(hog: HOGDescriptor, weights: [Float], bias: Double, sigmoid: Sigmoid) {
    precondition(
      weights.count == hog.featureCount,
      "\(weights.count) weights for \(hog.featureCount) features")
    self.hog = hog
    self.weights = weights
    self.bias = bias
    self.sigmoid = sigmoid
  }

  /// w·x + b, summed in double precision.
  /// - Parameter features: `hog.featureCount` floats.
  package func margin(of features: some Collection<Float>) -> Double {
    precondition(features.count == weights.count)
    return zip(weights, features).reduce(bias) { $0 + Double($1.0) * Double($1.1) }
  }
}
