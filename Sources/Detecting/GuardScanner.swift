package import Corpus
package import Detection
package import Settings

/// Decides whether a dropped picture may show the object.
package struct GuardScanner: Sendable {
  private let scanner: PictureScanner

  /// How near neighbouring layers must be for objects of every size to stand out; mining itself may use larger steps.
  private static let guardPyramidScale = 1.1

  /// - Parameter minimumMargin: windows above it show the object; nil: those above the guard's own.
  package init(
    _ detector: ObjectGuard, minimumMargin: Double? = nil, hog: HOGDescriptor,
    _ policy: MiningPolicy
  ) {
    scanner = PictureScanner(
      model: detector.model(for: hog), step: policy.windowStep,
      pyramidScale: min(policy.pyramidScale, Self.guardPyramidScale),
      minimumMargin: minimumMargin ?? detector.margin)
  }

  /// - Parameter objects: those that the picture is known to show; windows that show a pixel of these do not count.
  package func showsObject(_ picture: GrayImage, besides objects: [Box], threads: Int) -> Bool {
    !scanner.scan(picture, threads: threads).hits(besides: objects).isEmpty
  }

  /// The largest margin of a picture's windows; nil if none is above the minimum.
  /// - Parameter objects: windows that show a pixel of these do not count.
  package func largestMargin(in picture: GrayImage, besides objects: [Box] = []) -> Double? {
    scanner.scan(picture).hits(besides: objects).map(\.margin).max()
  }

  /// The margin of a picture that is one whole object.
  package func margin(ofWhole picture: GrayImage) -> Double {
    scanner.whole(picture).margin
  }
}

extension ObjectGuard {
  /// For scanning, which needs margins only.
  package func model(for hog: HOGDescriptor) -> LinearSVM {
    LinearSVM(hog: hog, weights: weights, bias: bias, sigmoid: Sigmoid(a: -1, b: 0))
  }
}
