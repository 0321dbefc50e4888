internal import Corpus
package import Detection
internal import Durable
package import Evaluation
internal import Pictures
internal import Raster
package import Settings
package import SystemPackage

/// Finds objects in pictures with the live model, or with one that a person named.
package struct ObjectFinder: Sendable {
  let reader: PictureReader
  /// Windows above it are detections.
  package let threshold: Threshold
  private let scanner: ObjectScanner

  /// Loads the model.
  /// - Parameters:
  ///   - model: its file; nil: the live one.
  ///   - request: the threshold; nil: the model's operating point or `min_probability`, as the
  ///     settings say.
  package init(_ setup: Setup, model: FilePath? = nil, above request: Threshold.Request? = nil)
    throws
  {
    reader = setup.reader
    let files = setup.files
    let models = model.map { ModelStore(naming: $0, insteadOf: files.models) } ?? ModelStore(files)
    let published = try LiveDetector.published(
      in: models, for: setup.hog, setup.mining, setup.threshold)
    guard let detector = published else {
      throw try model.map { NoModel(named: $0, insteadOf: files.models) }
        ?? NoModel(path: files.liveModel, isLost: !models.generations().isEmpty)
    }
    threshold =
      request.map { Threshold($0, calibratedBy: detector.model.sigmoid) } ?? detector.threshold
    scanner = ObjectScanner(
      model: detector.model, minimumMargin: threshold.margin, setup.detection)
  }

  /// The objects of a picture, most confident first.
  package func objects(in picture: FilePath) throws -> [FoundObject] {
    scanner.objects(in: try reader.picture(at: picture), threads: reader.threads)
  }

  /// The picture in grey, and the best margin at each of its places.
  package func heat(of picture: FilePath) throws -> (picture: GrayImage, map: HeatMap) {
    let image = try reader.picture(at: picture)
    return (image, scanner.heat(of: image, threads: reader.threads))
  }
}
