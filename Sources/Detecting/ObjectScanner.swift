package import Detection
internal import Settings

/// An object found in a picture.
package struct FoundObject: Sendable, Equatable {
  package let box: Box
  package let margin: Double
  /// By the model's calibration, in 0...1.
  package let probability: Double
}

/// Finds the objects of a picture: scan, then non-maxima suppression.
struct ObjectScanner: Sendable {
  private let scanner: PictureScanner
  private let minimumMargin: Double
  private let settings: Settings

  /// Scans with what the settings say about detecting.
  /// - Parameter minimumMargin: windows above it are looked at.
  init(model: LinearSVM, minimumMargin: Double, settings: Settings) {
    scanner = PictureScanner(
      model: model, step: settings.windowStep, pyramidScale: settings.pyramidScale,
      upsample: settings.upsample, padding: settings.padding, minimumMargin: minimumMargin)
    self.minimumMargin = minimumMargin
    self.settings = settings
  }

  /// A picture that is nothing but one object, looked at as one window, as it is learnt from; nil where it is not taken for it.
  package func object(ofWhole picture: GrayImage) -> FoundObject? {
    let whole = scanner.whole(picture)
    return whole.margin > minimumMargin ? found(whole.box, margin: whole.margin) : nil
  }

  /// The objects, most confident first; none overlaps another by more than `overlap_thresh`.
  package func objects(in picture: GrayImage, threads: Int = 1) -> [FoundObject] {
    let scan = scanner.scan(picture, threads: threads)
    let hits = settings.padding == 0 ? scan.hits : scan.hits.compactMap { $0.clipped(to: picture) }
    let kept = nonMaximaSuppression(
      hits.map(\.box), scores: hits.map(\.margin), overlap: settings.overlapThresh,
      measure: settings.overlapMeasure)
    return kept.map { found(hits[$0].box, margin: hits[$0].margin) }
  }

  private func found(_ box: Box, margin: Double) -> FoundObject {
    FoundObject(
      box: box, margin: margin, probability: scanner.model.sigmoid.probability(of: margin))
  }
}

extension ScanHit {
  /// The part that lies in the picture; nil where there is none.
  fileprivate func clipped(to picture: GrayImage) -> ScanHit? {
    let inside = box.clipped(to: picture.size)
    return inside.isEmpty ? nil : ScanHit(box: inside, layer: layer, margin: margin)
  }
}
