public import Detection

/// An object found in a picture.
public struct FoundObject: Sendable, Equatable {
  public let box: Box
  public let margin: Double
  /// By the model's calibration, in 0...1.
  public let probability: Double
}

extension LiveDetector {
  /// Finds the objects of a picture: scan, then non-maxima suppression, most confident first.
  /// - Parameters:
  ///   - overlap: boxes that overlap a more confident one by more than this are dropped.
  public func detect(in picture: GrayImage, overlap: Double, threads: Int = 1) -> [FoundObject] {
    let hits = detector.scan(picture, threads: threads).hits
    let kept = nonMaximaSuppression(
      hits.map(\.box), scores: hits.map(\.margin), overlap: overlap)
    return kept.map { index in
      FoundObject(
        box: hits[index].box, margin: hits[index].margin,
        probability: model.sigmoid.probability(of: hits[index].margin))
    }
  }
}
