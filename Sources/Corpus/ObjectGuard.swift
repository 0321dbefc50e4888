/// Tells pictures that show the object from those that do not, as a model file keeps it.
///
/// A picture in which some window has w·x + b above `margin` may show the object.
public struct ObjectGuard: Sendable, Equatable {
  /// w, one float a feature.
  public let weights: [Float]
  public let bias: Double
  public let margin: Double
  /// Names what it was made of, so that the same need not be made again.
  public let source: String

  public init(weights: [Float], bias: Double, margin: Double, source: String) {
    self.weights = weights
    self.bias = bias
    self.margin = margin
    self.source = source
  }
}
