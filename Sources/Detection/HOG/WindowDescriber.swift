/// Describes windows one at a time with the kernels of the scan, in a fraction of the time of
/// `HOGDescriptor.features(of:)`: for skimage each feature is within 1e-6 of it, for OpenCV within 1e-5.
///
/// A describer is for one thread at a time; its memory is reused for window after window.
package final class WindowDescriber {
  private enum Describer {
    case skimage(SkimageDescriber)
    case openCV(OpenCVDescriber)
  }

  let hog: HOGDescriptor
  private let describer: Describer

  package convenience init(_ descriptor: HOGDescriptor) {
    self.init(DenseDescriptor(descriptor))
  }

  init(_ dense: DenseDescriptor) {
    hog = dense.descriptor
    switch dense {
    case .skimage(let dense): describer = .skimage(SkimageDescriber(dense))
    case .openCV(let dense): describer = .openCV(OpenCVDescriber(dense))
    }
  }

  /// The features of the window whose upper left corner is pixel (x, y) of `image`.
  /// - Precondition: the window lies inside the image.
  package func features(of image: GrayImage, x: Int = 0, y: Int = 0) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: hog.featureCount) { features, count in
      count = hog.featureCount
      let room = features.baseAddress!
      unsafe describe(image, [WindowCorner(x: x, y: y)]) { _ in unsafe room }
    }
  }

  /// Describes windows of one group, computing shared parts once.
  /// - Parameters:
  ///   - corners: the windows' first pixels, as `groups(of:)` gives them, or a single one.
  ///   - room: where the features of each go, by its index among `corners`.
  package func describe(
    _ image: GrayImage, _ corners: [WindowCorner], into room: (Int) -> UnsafeMutablePointer<Float>
  ) {
    for corner in corners {
      precondition(
        corner.x >= 0 && corner.y >= 0 && corner.x + hog.window.width <= image.width
          && corner.y + hog.window.height <= image.height,
        "a window at (\(corner.x), \(corner.y)) of \(image.size)")
    }
    switch describer {
    case .skimage(let describer): unsafe describer.describe(image, corners, into: room)
    case .openCV(let describer): unsafe describer.describe(image, corners, into: room)
    }
  }
}
