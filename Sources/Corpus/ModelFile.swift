package import Detection

/// A trained detector as stored on disk: one HDF5 file, which Python can read and write too.
///
/// docs/format.md describes its contents, and how to score a window with it.
package struct ModelFile: Sendable, Equatable {
  package let svm: LinearSVM
  /// The training run it came from; nil for a model made by hand.
  package let generation: Int?
  /// What its sigmoid was fitted to; nil for a model that does not record it.
  package let calibration: Calibration.Source?
  /// Its operating point; nil for a model for which none was chosen.
  package let operatingPoint: OperatingPoint?
  /// Keeps pictures of the object out while it mines; nil for a model without one.
  package let objectGuard: ObjectGuard?
  /// Held-out measures and other metadata: a JSON object.
  package let metrics: String
  /// A few rows of features one after another, whose margins are checked when the file is read.
  package let goldenFeatures: [Float]
  /// The margin of each of those rows.
  package let goldenMargins: [Double]

  /// - Parameter goldenFeatures: rows of features to check the model by when it is read again;
  ///   they should be unlike each other.
  /// - Precondition: `goldenFeatures` is made of whole rows.
  package init(
    svm: LinearSVM, generation: Int?, calibration: Calibration.Source? = nil,
    operatingPoint: OperatingPoint? = nil, objectGuard: ObjectGuard? = nil, metrics: String = "{}",
    goldenFeatures: [Float] = []
  ) {
    let featureCount = svm.hog.featureCount
    precondition(
      goldenFeatures.count % featureCount == 0,
      "\(goldenFeatures.count) golden features in rows of \(featureCount)")
    self.init(
      svm: svm, generation: generation, calibration: calibration,
      operatingPoint: operatingPoint, objectGuard: objectGuard, metrics: metrics,
      goldenFeatures: goldenFeatures, goldenMargins: Self.margins(of: goldenFeatures, svm))
  }

  init(
    svm: LinearSVM, generation: Int?, calibration: Calibration.Source?,
    operatingPoint: OperatingPoint?, objectGuard: ObjectGuard?, metrics: String,
    goldenFeatures: [Float], goldenMargins: [Double]
  ) {
    self.svm = svm
    self.generation = generation
    self.calibration = calibration
    self.operatingPoint = operatingPoint
    self.objectGuard = objectGuard
    self.metrics = metrics
    self.goldenFeatures = goldenFeatures
    self.goldenMargins = goldenMargins
  }

  static func margins(of features: [Float], _ svm: LinearSVM) -> [Double] {
    stride(from: 0, to: features.count, by: svm.hog.featureCount).map {
      svm.margin(of: features[$0..<($0 + svm.hog.featureCount)])
    }
  }
}
