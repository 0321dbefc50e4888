internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#endif

/// A descriptor's gradients as the kernels need them: grey values in fixed point, and where the bins begin.
///
/// Fixed point keeps the differences of square roots exact where those of floats would lose the low
/// contrast of bright areas.
@safe final class GradientTable: @unchecked Sendable {  // unchanged after init
  /// The fixed-point value of each of the 256 grey values: it or its square root, times `scale`.
  let values: [Int32]
  let scale: Double
  /// Borrows from the arrays below.
  let directions: UnsafeMutablePointer<ck_directions>
  private let cosines, sines: UnsafeMutableBufferPointer<Float>
  private let boundaries: UnsafeMutableBufferPointer<Double>

  init(_ hog: HOGDescriptor) {
    // The largest that keeps every difference within 31 bits.
    let scale: Double = hog.squareRoot ? 0x1p26 : 0x1p22
    self.scale = scale
    values = (0...255).map { grey in
      Int32((hog.squareRoot ? Double(grey).squareRoot() : Double(grey)) * scale + 0.5)
    }
    let allBoundaries = hog.binBoundaries
    let acute = allBoundaries.dropFirst().prefix { $0 < 90 - 1e-9 }.map { $0 * .pi / 180 }
    unsafe cosines = .copy(of: acute.map { Float(cos($0)) })
    unsafe sines = .copy(of: acute.map { Float(sin($0)) })
    unsafe boundaries = .copy(of: allBoundaries)
    unsafe directions = .allocate(capacity: 1)
    unsafe directions.initialize(
      to: ck_directions(
        orientations: Int32(hog.orientations), boundary_count: Int32(acute.count),
        boundary_cosines: cosines.baseAddress!, boundary_sines: sines.baseAddress!,
        boundaries: boundaries.baseAddress!,
        upright_bin: Int32(
          hog.bin(ofGradient: 0, 1, boundaries: allBoundaries) ?? hog.orientations - 1),
        unit: 1 / scale, square_root: hog.squareRoot ? 1 : 0))
  }

  deinit {
    unsafe directions.deallocate()
    unsafe cosines.deallocate()
    unsafe sines.deallocate()
    unsafe boundaries.deallocate()
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate static func copy(of elements: [Element]) -> Self {
    let copy = allocate(capacity: elements.count)
    _ = unsafe copy.initialize(from: elements)
    return unsafe copy
  }
}
