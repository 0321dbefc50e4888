internal import Corpus
package import Detection
internal import Durable
package import Evaluation
internal import Pictures
internal import Raster
package import Settings
package import SystemPackage

/// Finds objects in pictures with the live model.
package struct ObjectFinder: Sendable {
  let reader: PictureReader
  /// Windows above it are detections.
  package let threshold: Threshold
  private let scanner: ObjectScanner

  /// Loads the live model.
  /// - Parameter request: the threshold; nil: the model's operating point or `min_probability`, as the
  ///   settings say.
  package init(_ setup: Setup, above request: Threshold.Request? = nil) throws {
    reader = setup.reader
    let published = try LiveDetector.published(
      in: ModelStore(setup.files), for: setup.hog, setup.mining, setup.threshold)
    guard let detector = published else {
      throw NoModel(path: setup.files.liveModel)
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
