internal import CKernels

/// Makes images smaller by a factor that is not whole, each pixel the average of the area it covers.
///
/// The bytes are those of OpenCV's `resize` with INTER_AREA: the same weights, the same order of the
/// same roundings. Images of one size can share a resizer, which holds the weights.
package struct AreaResizer: Sendable {
  package let source, target: PixelSize
  private let across, down: AreaAxis

  /// - Returns: nil if a side grows or both factors are whole, which OpenCV does in other ways.
  package init?(from source: PixelSize, to target: PixelSize) {
    let across = AreaAxis(from: source.width, to: target.width)
    let down = AreaAxis(from: source.height, to: target.height)
    guard across.factor >= 1 && down.factor >= 1 && !(across.isWhole && down.isWhole) else {
      return nil
    }
    self.source = source
    self.target = target
    self.across = across
    self.down = down
  }

  /// Resizes the part of `image` that begins at pixel (x, y) and has the size `source`.
  /// - Parameter threads: how many threads share the rows; the bytes are the same for any number.
  package func resize(_ image: GrayImage, x: Int = 0, y: Int = 0, threads: Int = 1) -> GrayImage {
    precondition(
      x >= 0 && y >= 0 && x + source.width <= image.width && y + source.height <= image.height,
      "\(source) at (\(x), \(y)) of \(image.size)")
    let (first, pitch) = (y * image.width + x, image.width)
    return image.mapPlanes(width: target.width, height: target.height) { plane in
      unsafe [UInt8](unsafeUninitializedCapacity: target.width * target.height) { pixels, count in
        nonisolated(unsafe) let pixels = unsafe pixels
        let bands = min(threads * 4, (target.height + 31) / 32)
        _ = concurrentMap(count: threads == 1 ? 1 : bands, threads: threads) { band in
          let bands = threads == 1 ? 1 : bands
          unsafe resize(
            plane, from: first, pitch: pitch,
            rows: (target.height * band / bands)..<(target.height * (band + 1) / bands),
            into: pixels.baseAddress!)
        }
        count = target.width * target.height
      }
    }
  }

  private func resize(
    _ plane: [UInt8], from first: Int, pitch: Int, rows: Range<Int>,
    into target: UnsafeMutablePointer<UInt8>
  ) {
    unsafe plane.withUnsafeBufferPointer { pixels in
      unsafe across.withKernelAxis { across in
        unsafe down.withKernelAxis { down in
          let columns = unsafe source.width + across.pointee.taps + CK_LANES
          let scratchCount = unsafe ck_area_ring(down) * CK_AREA_PANEL + columns * CK_LANES
          unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
            unsafe ck_resize_area(
              pixels.baseAddress! + first, source.width, source.height, pitch,
              across, down, rows.lowerBound, rows.upperBound, scratch.baseAddress!, target)
          }
        }
      }
    }
  }
}

/// Which pixels along an axis each of fewer pixels covers, and how much of them.
private struct AreaAxis: Sendable {
  let factor: Double
  let count, pitch, taps: Int
  let starts: [Int32]
  /// [tap][pixel]
  let weights: [Float]

  init(from source: Int, to target: Int) {
    // OpenCV divides twice, which may differ from dividing once in the last bit.
    let factor = 1 / (Double(target) / Double(source))
    self.factor = factor
    count = target
    pitch = paddedToLanes(target)
    let covered = (0..<target).map { Covered(by: $0, factor: factor, source: source) }
    let taps = covered.reduce(1) { max($0, $1.count) }
    self.taps = taps
    starts = covered.map { Int32($0.start) }
    var weights = [Float](repeating: 0, count: taps * pitch)
    for (pixel, covered) in covered.enumerated() {
      for tap in 0..<covered.count { weights[tap * pitch + pixel] = covered.weight(ofTap: tap) }
    }
    self.weights = weights
  }

  var isWhole: Bool { abs(factor - factor.rounded()) < .ulpOfOne }

  /// The pixels that one of fewer covers by more than a thousandth, and their shares of it.
  private struct Covered {
    let start, count: Int
    private let first, last: Float?
    private let inner: Float

    init(by pixel: Int, factor: Double, source: Int) {
      let begin = Double(pixel) * factor
      let end = begin + factor
      let width = min(factor, Double(source) - begin)
      let lastWhole = min(Int(end.rounded(.down)), source - 1)
      let firstWhole = min(Int(begin.rounded(.up)), lastWhole)
      let (before, after) = (Double(firstWhole) - begin, end - Double(lastWhole))
      first = before > 1e-3 ? Float(before / width) : nil
      inner = Float(1 / width)
      last = after > 1e-3 ? Float(min(min(after, 1), width) / width) : nil
      start = firstWhole - (first == nil ? 0 : 1)
      count = lastWhole - firstWhole + (first == nil ? 0 : 1) + (last == nil ? 0 : 1)
    }

    func weight(ofTap tap: Int) -> Float {
      if tap == 0, let first { return first }
      if tap == count - 1, let last { return last }
      return inner
    }
  }

  func withKernelAxis(_ body: (UnsafePointer<ck_area_axis>) -> Void) {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe weights.withUnsafeBufferPointer { weights in
        var axis = unsafe ck_area_axis(
          count: count, pitch: pitch, taps: taps, starts: starts.baseAddress!,
          weights: weights.baseAddress!)
        unsafe withUnsafePointer(to: &axis) { unsafe body($0) }
      }
    }
  }
}
