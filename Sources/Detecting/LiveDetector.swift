package import Corpus
package import Detection
package import Evaluation
package import Settings
package import SystemPackage

/// The detector that mines now.
package struct LiveDetector: Sendable {
  /// The training run it came from; nil for a model without a number.
  package let generation: Int?
  package let model: LinearSVM
  /// Above it, a window is a detection.
  package let threshold: Threshold
  /// What its training chose; nil if it had no target.
  package let operatingPoint: OperatingPoint?
  /// What its training measured on held-out pictures; nil for a model that does not record it.
  package let evaluation: EvaluationReport?
  /// Windows above its minimum margin are hard negatives.
  package let scanner: PictureScanner
  /// A window with a larger margin may show the object; nil: none is doubted.
  package let reviewMargin: Double?
  /// Keeps pictures of the object out; nil if there is none.
  package let objectGuard: MeasuredGuard?
  package let guardScanner: GuardScanner?

  /// The published model; nil before the first.
  package static func published(
    in models: ModelStore, for hog: HOGDescriptor, _ policy: MiningPolicy, _ choice: ThresholdChoice
  ) throws -> LiveDetector? {
    try models.live(for: hog).map { file in
      do {
        return try LiveDetector(file, hog: hog, policy, choice)
      } catch is DecodingError {
        throw ModelError(
          models.classifier, .damaged,
          "its attribute metrics is not what Misfire writes there; remove it")
      }
    }
  }

  private init(
    _ file: ModelFile, hog: HOGDescriptor, _ policy: MiningPolicy, _ choice: ThresholdChoice
  ) throws {
    let model = file.svm
    let metrics = try GenerationMetrics(json: file.metrics)
    generation = file.generation
    evaluation = metrics.evaluation
    reviewMargin = policy.reviewPercentile.flatMap {
      metrics.objectMargin(atPercentile: $0)
    }
    objectGuard = file.objectGuard.flatMap { detector in
      metrics.objectGuard.map { MeasuredGuard(detector: detector, report: $0) }
    }
    guardScanner =
      policy.reviewPercentile == nil
      ? nil : file.objectGuard.map { GuardScanner($0, hog: hog, policy) }
    self.model = model
    operatingPoint = file.operatingPoint
    threshold = Threshold(choice, model.sigmoid, file.operatingPoint)
    scanner = PictureScanner(
      model: model, step: policy.windowStep, pyramidScale: policy.pyramidScale,
      minimumMargin: policy.hardness.minimumMargin(calibratedBy: model.sigmoid))
  }
}

extension ModelStore {
  /// The models of a detector.
  package init(
    _ files: DataFiles, hearDisplaced: @escaping @Sendable (FilePath) -> Void = { _ in }
  ) {
    self.init(
      folder: files.models, classifier: files.liveModel, hearDisplaced: hearDisplaced)
  }
}

/// There is no model yet, or none of the name that a person gave.
package struct NoModel: Error, CustomStringConvertible {
  package let path: FilePath
  private let remedy: String

  package var description: String { "no model at \(path): \(remedy)" }

  /// - Parameter isLost: whether there was one.
  package init(path: FilePath, isLost: Bool = false) {
    self.path = path
    remedy =
      isLost
      ? "`misfire status` says what restores it" : "run `misfire extract`, then `misfire train`"
  }

  /// - Parameter folder: of the generations' models.
  init(named path: FilePath, insteadOf folder: FilePath) {
    self.path = path
    remedy = ModelStore.adviceAboutName(folder)
  }
}
