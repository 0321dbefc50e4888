internal import Corpus
public import Detection
internal import Settings

/// The detector that mines and detects now.
public struct LiveDetector: Sendable {
  /// The training run it came from; nil for a model without a number.
  public let generation: Int?
  public let model: LinearSVM
  /// Scans as mining does; its minimum margin is what makes a window a hard negative.
  let miner: PictureScanner
  /// Scans as detecting does.
  let detector: PictureScanner

  /// The model that is published now; nil before the first.
  static func published(for settings: Settings) throws -> LiveDetector? {
    let models = ModelStore(folder: settings.modelsPath, classifier: settings.classifierPath)
    return try models.live(for: settings.hog).map {
      LiveDetector(model: $0.svm, generation: $0.generation, settings: settings)
    }
  }

  init(model: LinearSVM, generation: Int?, settings: Settings) {
    self.model = model
    self.generation = generation
    miner = PictureScanner(
      model: model, step: settings.hnWindowStep, pyramidScale: settings.hnPyramidScale,
      minimumMargin: settings.hardness.minimumMargin(calibratedBy: model.sigmoid))
    detector = PictureScanner(
      model: model, step: settings.windowStep, pyramidScale: settings.pyramidScale,
      minimumMargin: Hardness.probability(above: settings.minProbability)
        .minimumMargin(calibratedBy: model.sigmoid))
  }
}
