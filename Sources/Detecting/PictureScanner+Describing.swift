internal import Detection
package import Settings

extension PictureScanner {
  /// One that only describes windows, for which no model is needed.
  package init(describing settings: Settings) {
    self.init(
      model: LinearSVM(
        hog: settings.hog, weights: [Float](repeating: 0, count: settings.hog.featureCount),
        bias: 0, sigmoid: Sigmoid(a: -1, b: 0)),
      step: settings.hnWindowStep, pyramidScale: settings.hnPyramidScale, minimumMargin: .infinity)
  }
}
