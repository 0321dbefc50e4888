internal import Detection
internal import Durable
package import Evaluation
internal import Pictures
internal import Raster
package import Settings
package import SystemPackage

/// Finds objects in pictures with the live model, and draws what it found.
package struct ObjectFinder: Sendable {
  private let settings: Settings
  /// Windows above it are detections.
  package let threshold: Threshold
  private let scanner: ObjectScanner

  /// Loads the live model.
  /// - Parameter request: the threshold; nil: the model's operating point or `min_probability`, as the
  ///   settings say.
  package init(settings: Settings, above request: Threshold.Request? = nil) throws {
    self.settings = settings
    guard let detector = try LiveDetector.published(for: settings) else {
      throw NoModel(path: settings.classifierPath)
    }
    threshold =
      request.map { Threshold($0, calibratedBy: detector.model.sigmoid) } ?? detector.threshold
    scanner = ObjectScanner(
      model: detector.model, minimumMargin: threshold.margin, settings: settings)
  }

  /// The objects of a picture, most confident first.
  package func objects(in picture: FilePath) throws -> [FoundObject] {
    scanner.objects(in: try settings.readPicture(picture), threads: settings.threads)
  }

  /// Writes a copy of the picture with the objects' boxes and probabilities drawn on it.
  /// - Parameters:
  ///   - target: its ending says the format: .png, or .jpg.
  ///   - isOverwriting: whether a file that is there may be replaced.
  /// - Throws: `ForeignFile` where there is one that may not.
  package func draw(
    _ objects: [FoundObject], in picture: FilePath, to target: FilePath, isOverwriting: Bool = false
  ) throws {
    if !isOverwriting { try Self.newDrawing.require(at: target) }
    let bytes = try PictureBytes(reading: picture, maximumCount: settings.maximumByteCount)
    var image = try bytes.decodedInColor(maximumPixels: settings.maximumPixels)
    let color = ColorImage.Color(red: 255, green: 64, blue: 0)
    for object in objects {
      image.draw(object.box, in: color)
      // A model made by hand may give what is no number.
      let percent = Int(exactly: (object.probability * 100).rounded()).map { "\($0) %" } ?? "?"
      image.write(percent, x: object.box.x0 + 3, y: max(object.box.y0 - 4, 12), in: color)
    }
    try Durable.createFolder(target.removingLastComponent())
    let isJPEG = ["jpg", "jpeg"].contains(target.extension?.lowercased())
    try Durable.write(
      Raster.encode(image, as: isJPEG ? .jpeg(quality: 92) : .png), to: target,
      as: isOverwriting ? .anything : Self.newDrawing)
  }

  private static let newDrawing = OwnFile.new("a drawing", orElse: "say --overwrite")
}
