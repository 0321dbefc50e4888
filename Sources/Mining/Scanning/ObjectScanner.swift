public import Detection
internal import Settings

/// An object found in a picture.
public struct FoundObject: Sendable, Equatable {
  public let box: Box
  public let margin: Double
  /// By the model's calibration, in 0...1.
  public let probability: Double
}

/// Finds the objects of a picture: scan, then non-maxima suppression.
struct ObjectScanner: Sendable {
  private let scanner: PictureScanner
  private let overlap: Double

  /// Scans with the settings' `window_step`, `pyramid_scale` and `overlap_thresh`.
  /// - Parameter minimumMargin: windows above it are looked at.
  init(model: LinearSVM, minimumMargin: Double, settings: Settings) {
    scanner = PictureScanner(
      model: model, step: settings.windowStep, pyramidScale: settings.pyramidScale,
      minimumMargin: minimumMargin)
    overlap = settings.overlapThresh
  }

  /// The objects, most confident first; none overlaps another by more than `overlap_thresh`.
  func objects(in picture: GrayImage, threads: Int = 1) -> [FoundObject] {
    let hits = scanner.scan(picture, threads: threads).hits
    let kept = nonMaximaSuppression(
      hits.map(\.box), scores: hits.map(\.margin), overlap: overlap)
    return kept.map { index in
      FoundObject(
        box: hits[index].box, margin: hits[index].margin,
        probability: scanner.model.sigmoid.probability(of: hits[index].margin))
    }
  }
}
