#if canImport(Glibc)
  internal import Glibc
#endif

extension HOGDescriptor {
  /// The angles at which bins begin, in degrees, and the end of the last: `orientations + 1` of them.
  var binBoundaries: [Double] {
    (0...orientations).map { 180 / Double(orientations) * Double($0) }
  }

  /// The bin of a gradient's unsigned direction, or nil if skimage's rounding leaves it in none.
  /// - Parameter boundaries: `binBoundaries`; bin k holds the angles from `boundaries[k]` up to, but
  ///   without, `boundaries[k + 1]`.
  func bin(ofGradient gx: Double, _ gy: Double, boundaries: [Double]) -> Int? {
    var degrees = (atan2(gy, gx) * (180 / .pi)).truncatingRemainder(dividingBy: 180)
    if degrees < 0 { degrees += 180 }
    let guess = min(Int(degrees * Double(orientations) / 180), orientations - 1)
    return [guess, guess - 1, guess + 1].first { bin in
      (0..<orientations).contains(bin) && boundaries[bin] <= degrees
        && degrees < boundaries[bin + 1]
    }
  }
}
