/// The threshold that a training chose on held-out pictures: a detector's windows above it are detections.
package struct OperatingPoint: Sendable, Hashable {
  /// Windows with a margin above this are detections.
  package let margin: Double
  /// What it was chosen for: false positives per image, above 0.
  package let targetFPPI: Double

  package init(margin: Double, targetFPPI: Double) {
    self.margin = margin
    self.targetFPPI = targetFPPI
  }
}
