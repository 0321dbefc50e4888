internal import Detection

/// Which objects windows of one shape can find: those with an intersection over union of at least one half with some
/// window at some scale.
///
/// - SeeAlso: dlib's `remove_unobtainable_rectangles`, which applies the same test.
struct WindowFit {
  private static let leastOverlap = 0.5
  private let width, height: Double

  /// - Parameters:
  ///   - upsample: how many times larger than the picture the largest layer is. A larger value makes the smallest
  ///     window smaller.
  ///   - learntOffset: the pixels of the picture around its object that a window shows.
  init(window: PixelSize, upsample: Double, learntOffset: Int = 0) {
    width = max(1, Double(window.width) / upsample - 2 * Double(learntOffset))
    height = max(1, Double(window.height) / upsample - 2 * Double(learntOffset))
  }

  /// Whether an object is smaller than the smallest window and overlaps it too little.
  func isTooSmall(_ object: PixelSize) -> Bool {
    let common = min(Double(object.width), width) * min(Double(object.height), height)
    let area = Double(object.width * object.height)
    return area < width * height
      && common < Self.leastOverlap * (area + width * height - common)
  }

  /// Whether an object is so much wider or taller in shape than windows that even the best window overlaps it too
  /// little.
  ///
  /// In units of a window as high as the object, let the object be r wide and 1 high. The best window is √r wide and
  /// high. Both areas are r and the intersection is √r, so the overlap is √r / (2r - √r) = 1 / (2√r - 1).
  func isTooLong(_ object: PixelSize) -> Bool {
    let ratio = Double(object.width) / Double(object.height) * height / width
    let excess = max(ratio, 1 / ratio)
    return 1 / (2 * excess.squareRoot() - 1) < Self.leastOverlap
  }
}
