package import Detection
internal import Durable
internal import HDF5
package import SystemPackage

extension OwnFile {
  /// A model that `misfire train` or the daemon made; its other contents do not matter.
  static let trainedModel = OwnFile("a model", orElse: "set another classifier_path") { path in
    do {
      let file = try HDF5File(reading: path)
      return try file.contains(ModelFile.Name.weights)
        && file.attribute(ModelFile.Name.generation, as: Int.self) != nil
    } catch let error as HDF5Error where error.reason == nil {
      return false
    }
  }
}

extension ModelFile {
  /// The generation's number in a model file; nil for any other file, and if there is none.
  static func generation(of path: FilePath) -> Int? {
    do {
      guard path.fileSize != nil else { return nil }
      let file = try HDF5File(reading: path)
      guard try file.contains(Name.weights) else { return nil }
      return try file.attribute(Name.generation, as: Int.self)
    } catch {
      return nil
    }
  }

  fileprivate enum Name {
    static let weights = "weights"
    static let goldenFeatures = "golden_features"
    static let goldenMargins = "golden_margins"
    static let bias = "bias"
    static let a = "A"
    static let b = "B"
    static let generation = "generation"
    static let calibration = "calibration"
    static let operatingMargin = "operating_margin"
    static let operatingProbability = "operating_probability"
    static let targetFPPI = "target_fppi"
    static let guardWeights = "guard_weights"
    static let guardBias = "guard_bias"
    static let guardMargin = "guard_margin"
    static let guardSource = "guard_source"
    static let metrics = "metrics"
  }

  /// Reads a model and checks it: its settings, its numbers, and the margins of its golden rows.
  ///
  /// HOG settings that the file does not record are taken from `hog`; a model made in Python needs only `weights`, `bias`,
  /// `A` and `B`.
  /// - Parameter hog: the HOG settings.
  /// - Throws: `ModelError`, or `HDF5Error` for a file that is damaged or that the system does not let be read.
  package init(reading path: FilePath, for hog: HOGDescriptor) throws {
    let file = try HDF5File(reading: path)
    if let difference = try file.difference(from: hog) {
      throw ModelError(
        path, .otherSettings,
        "it was made with \(difference): use those settings again, or train a new model")
    }

    let weights = try file.dataset(Name.weights)
    let featureCount = weights.rowCount * weights.columnCount
    guard featureCount == hog.featureCount else {
      throw ModelError(
        path, .otherSettings,
        """
        it has \(featureCount) weights, but the settings give \(hog.featureCount): use the settings it \
        was made with, or train a new model
        """)
    }
    func number(_ name: String) throws -> Double {
      guard let number = try file.attribute(name, as: Double.self), number.isFinite else {
        throw ModelError(path, .incomplete, "its attribute \(name) is missing or not a number")
      }
      return number
    }
    let svm = try LinearSVM(
      hog: hog, weights: weights.read(Float.self, rows: 0..<weights.rowCount),
      bias: number(Name.bias), sigmoid: Sigmoid(a: number(Name.a), b: number(Name.b)))
    guard svm.sigmoid.a < 0 else {
      throw ModelError(
        path, .turnedOver,
        """
        its A is \(svm.sigmoid.a) but must be below 0, or windows that look more like the object would \
        be less probable
        """)
    }
    guard svm.weights.allSatisfy(\.isFinite) else {
      throw ModelError(path, .incomplete, "some of its weights are not numbers")
    }

    var goldenFeatures: [Float] = []
    var goldenMargins: [Double] = []
    if try file.contains(Name.goldenFeatures) {
      let features = try file.dataset(Name.goldenFeatures)
      let margins = try file.dataset(Name.goldenMargins)
      guard features.columnCount == featureCount, features.rowCount == margins.rowCount else {
        throw ModelError(path, .incomplete, "its golden rows have the wrong length")
      }
      goldenFeatures = try features.read(Float.self, rows: 0..<features.rowCount)
      goldenMargins = try margins.read(Double.self, rows: 0..<margins.rowCount)
    }
    for (row, pair) in zip(goldenMargins, Self.margins(of: goldenFeatures, svm)).enumerated()
    where !(abs(pair.0 - pair.1) <= 1e-6 * (1 + abs(pair.0))) {
      throw ModelError(
        path, .damaged,
        "its golden row \(row) has the margin \(pair.1) but should have \(pair.0): it is damaged")
    }
    self.init(
      svm: svm, generation: try file.attribute(Name.generation, as: Int.self),
      calibration: try file.attribute(Name.calibration, as: String.self)
        .flatMap { Calibration.Source(rawValue: $0) },
      operatingPoint: try file.operatingPoint(path),
      objectGuard: try file.objectGuard(path, featureCount: featureCount),
      metrics: try file.attribute(Name.metrics, as: String.self) ?? "{}",
      goldenFeatures: goldenFeatures, goldenMargins: goldenMargins)
  }

  /// Writes the model as a new file; `ModelStore` moves it to its place.
  func write(to path: FilePath) throws {
    let file = try HDF5File(creating: path)
    let weights = try file.createDataset(
      Name.weights, of: Float.self, shape: [svm.weights.count])
    try weights.write(svm.weights, rows: svm.weights.indices)
    try file.setAttribute(Name.bias, svm.bias)
    try file.setAttribute(Name.a, svm.sigmoid.a)
    try file.setAttribute(Name.b, svm.sigmoid.b)
    try file.set(svm.hog)
    if let generation { try file.setAttribute(Name.generation, generation) }
    if let calibration {
      try file.setFixedAttribute(Name.calibration, calibration.rawValue)
    }
    if let operatingPoint {
      try file.setAttribute(Name.operatingMargin, operatingPoint.margin)
      try file.setAttribute(
        Name.operatingProbability, svm.sigmoid.probability(of: operatingPoint.margin))
      try file.setAttribute(Name.targetFPPI, operatingPoint.targetFPPI)
    }
    if let objectGuard {
      let weights = try file.createDataset(
        Name.guardWeights, of: Float.self, shape: [objectGuard.weights.count])
      try weights.write(objectGuard.weights, rows: objectGuard.weights.indices)
      try file.setAttribute(Name.guardBias, objectGuard.bias)
      try file.setAttribute(Name.guardMargin, objectGuard.margin)
      try file.setFixedAttribute(Name.guardSource, objectGuard.source)
    }
    try file.setFixedAttribute(Name.metrics, metrics)
    let featureCount = svm.weights.count
    let features = try file.createDataset(
      Name.goldenFeatures, of: Float.self, shape: [goldenMargins.count, featureCount])
    try features.write(goldenFeatures, rows: goldenMargins.indices)
    let margins = try file.createDataset(
      Name.goldenMargins, of: Double.self, shape: [goldenMargins.count])
    try margins.write(goldenMargins, rows: goldenMargins.indices)
    try file.close()
  }
}

extension HDF5File {
  /// nil if the file has none. The margin decides; the probability is for people.
  fileprivate func operatingPoint(_ path: FilePath) throws -> OperatingPoint? {
    guard let margin = try attribute(ModelFile.Name.operatingMargin, as: Double.self) else {
      return nil
    }
    guard margin.isFinite, let target = try attribute(ModelFile.Name.targetFPPI, as: Double.self),
      target > 0, target.isFinite
    else {
      throw ModelError(
        path, .incomplete,
        "its attributes \(ModelFile.Name.operatingMargin) and \(ModelFile.Name.targetFPPI) are inconsistent"
      )
    }
    return OperatingPoint(margin: margin, targetFPPI: target)
  }

  /// nil if the file has none.
  fileprivate func objectGuard(_ path: FilePath, featureCount: Int) throws -> ObjectGuard? {
    guard try contains(ModelFile.Name.guardWeights) else { return nil }
    let weights = try dataset(ModelFile.Name.guardWeights)
    guard weights.rowCount * weights.columnCount == featureCount,
      let bias = try attribute(ModelFile.Name.guardBias, as: Double.self), bias.isFinite,
      let margin = try attribute(ModelFile.Name.guardMargin, as: Double.self), margin.isFinite
    else {
      throw ModelError(
        path, .incomplete,
        """
        its \(ModelFile.Name.guardWeights), \(ModelFile.Name.guardBias) and \(ModelFile.Name.guardMargin) are \
        inconsistent
        """)
    }
    let objectGuard = ObjectGuard(
      weights: try weights.read(Float.self, rows: 0..<weights.rowCount), bias: bias, margin: margin,
      source: try attribute(ModelFile.Name.guardSource, as: String.self) ?? "")
    guard objectGuard.weights.allSatisfy(\.isFinite) else {
      throw ModelError(
        path, .incomplete, "some of its \(ModelFile.Name.guardWeights) are not numbers")
    }
    return objectGuard
  }
}
