package import Detection
package import Settings

extension PictureScanner {
  /// One that only computes features, for which no model is needed.
  package init(describing hog: HOGDescriptor, _ policy: MiningPolicy) {
    self.init(
      model: LinearSVM(
        hog: hog, weights: [Float](repeating: 0, count: hog.featureCount),
        bias: 0, sigmoid: Sigmoid(a: -1, b: 0)),
      step: policy.windowStep, pyramidScale: policy.pyramidScale, minimumMargin: .infinity)
  }
}
