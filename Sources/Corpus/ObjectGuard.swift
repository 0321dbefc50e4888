/// The guard in a model file: distinguishes pictures that show the object from those that do not.
///
/// A picture in which some window has w·x + b above `margin` may show the object.
package struct ObjectGuard: Sendable, Equatable {
  /// w, one float per feature.
  package let weights: [Float]
  package let bias: Double
  package let margin: Double
  /// Identifies what it was made from, so that the same need not be made again.
  package let source: String

  package init(weights: [Float], bias: Double, margin: Double, source: String) {
    self.weights = weights
    self.bias = bias
    self.margin = margin
    self.source = source
  }
}
