internal import Detection

/// Which objects windows of one shape can find: those of which some window, at some scale, shares at least half
/// (intersection over union).
///
/// - SeeAlso: dlib's `remove_unobtainable_rectangles`, which requires the same.
struct WindowFit {
  private static let leastOverlap = 0.5
  private let width, height: Double

  /// - Parameters:
  ///   - upsample: how many times larger than the picture the largest layer is; it makes the smallest window smaller.
  ///   - learntOffset: the pixels of the picture that windows show around their object.
  init(window: PixelSize, upsample: Double, learntOffset: Int = 0) {
    width = max(1, Double(window.width) / upsample - 2 * Double(learntOffset))
    height = max(1, Double(window.height) / upsample - 2 * Double(learntOffset))
  }

  /// Whether an object is smaller than the smallest window, and shares too little with it.
  func isTooSmall(_ object: PixelSize) -> Bool {
    let common = min(Double(object.width), width) * min(Double(object.height), height)
    let area = Double(object.width * object.height)
    return area < width * height
      && common < Self.leastOverlap * (area + width * height - common)
  }

  /// Whether an object is so much longer or higher than windows are that even the best of them shares too little with it.
  ///
  /// Of a box r times as long as windows of its height the best window, √r as high, covers √r of √r + r + r - √r parts.
  func isTooLong(_ object: PixelSize) -> Bool {
    let ratio = Double(object.width) / Double(object.height) * height / width
    let excess = max(ratio, 1 / ratio)
    return 1 / (2 * excess.squareRoot() - 1) < Self.leastOverlap
  }
}
