/// Tells pictures that show the object from those that do not, as a model file keeps it.
///
/// A picture in which some window has w·x + b above `margin` may show the object.
package struct ObjectGuard: Sendable, Equatable {
  /// w, one float a feature.
  package let weights: [Float]
  package let bias: Double
  package let margin: Double
  /// Names what it was made of, so that the same need not be made again.
  package let source: String

  package init(weights: [Float], bias: Double, margin: Double, source: String) {
    self.weights = weights
    self.bias = bias
    self.margin = margin
    self.source = source
  }
}
