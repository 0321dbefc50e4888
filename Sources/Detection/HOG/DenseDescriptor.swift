/// A descriptor made ready for computing many windows' blocks in single precision.
enum DenseDescriptor: Sendable {
  case skimage(DenseHOG)
  case openCV(DenseOpenCVHOG)

  init(_ descriptor: HOGDescriptor) {
    switch descriptor.definition {
    case .skimage: self = .skimage(DenseHOG(descriptor))
    case .openCV(let parameters): self = .openCV(DenseOpenCVHOG(descriptor, parameters))
    }
  }

  var descriptor: HOGDescriptor {
    switch self {
    case .skimage(let dense): dense.descriptor
    case .openCV(let dense): dense.descriptor
    }
  }

  /// How many columns of blocks wide a tile's working memory may be to stay in the processor's second-level cache.
  var tileColumns: Int {
    switch self {
    case .skimage: 160
    case .openCV: 48
    }
  }
}
