package import Detection
internal import Pictures
internal import Settings

/// An object found in a picture.
package struct FoundObject: Sendable, Equatable {
  /// The object's own: the window without the `offset` that is learnt around annotated objects.
  package let box: Box
  package let margin: Double
  /// By the model's calibration, in 0...1.
  package let probability: Double
}

/// Finds the objects of a picture: scan, then non-maxima suppression.
struct ObjectScanner: Sendable {
  private let scanner: PictureScanner
  private let minimumMargin: Double
  private let plan: DetectionPlan

  /// Scans as the plan says.
  /// - Parameter minimumMargin: windows above it are considered.
  init(model: LinearSVM, minimumMargin: Double, _ plan: DetectionPlan) {
    scanner = PictureScanner(
      model: model, step: plan.windowStep, pyramidScale: plan.pyramidScale,
      upsample: plan.upsample, padding: plan.padding, minimumMargin: minimumMargin)
    self.minimumMargin = minimumMargin
    self.plan = plan
  }

  /// A picture that is one whole object, scanned as one window, as it is learnt from; nil if it is not detected.
  func object(ofWhole picture: GrayImage) -> FoundObject? {
    let whole = scanner.whole(picture)
    return whole.margin > minimumMargin ? found(whole.box, margin: whole.margin) : nil
  }

  /// The objects, most confident first; no window overlaps another by more than `overlap_thresh`.
  func objects(in picture: GrayImage, threads: Int = 1) -> [FoundObject] {
    let hits = scanner.scan(picture, threads: threads).hits.compactMap {
      DetectedWindow($0, in: picture, plan)
    }
    let kept = nonMaximaSuppression(
      hits.map(\.window), scores: hits.map(\.margin), overlap: plan.overlap,
      measure: plan.overlapMeasure)
    return kept.map { found(hits[$0].object, margin: hits[$0].margin) }
  }

  /// The best margin at each place of the picture, even far below the threshold.
  func heat(of picture: GrayImage, threads: Int) -> HeatMap {
    PictureScanner(
      model: scanner.model, step: plan.windowStep, pyramidScale: plan.pyramidScale,
      upsample: plan.upsample, padding: plan.padding,
      minimumMargin: -.greatestFiniteMagnitude
    ).heat(of: picture, threads: threads)
  }

  private func found(_ box: Box, margin: Double) -> FoundObject {
    FoundObject(
      box: box, margin: margin, probability: scanner.model.sigmoid.probability(of: margin))
  }
}

/// A window that may be a detection, and the object in it.
private struct DetectedWindow {
  let window, object: Box
  let margin: Double

  /// - Returns: nil if `padding` lets a window reach beyond the picture and the object would be entirely outside.
  init?(_ hit: ScanHit, in picture: GrayImage, _ plan: DetectionPlan) {
    let object = hit.box.shrunk(by: plan.learntOffset)
    margin = hit.margin
    guard plan.padding > 0 else {
      (window, self.object) = (hit.box, object)
      return
    }
    (window, self.object) = (hit.box.clipped(to: picture.size), object.clipped(to: picture.size))
    if self.object.isEmpty { return nil }
  }
}
