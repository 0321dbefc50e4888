/// A descriptor prepared for computing many windows' blocks in single precision.
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

  /// The positions of blocks that windows `step` pixels apart share: skimage's windows share nothing unless they lie whole
  /// cells apart, and OpenCV's blocks are the same in every window.
  func lattice(step: Int) -> BlockLattice {
    switch self {
    case .skimage: BlockLattice(descriptor)
    case .openCV: BlockLattice(descriptor, step: step)
    }
  }
}
