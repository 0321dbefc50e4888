import CKernels
import TestSupport
import Testing

@testable import Detection

@Suite struct `Resize kernel` {
  @Test(arguments: UInt64(1)...6)
  func `averages areas, byte for byte`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      let source = (
        width: Int.random(in: 1...400, using: &generator),
        height: Int.random(in: 1...60, using: &generator)
      )
      let pitch = source.width + .random(in: 0...9, using: &generator)
      let pixels = (0..<(source.height * pitch)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let across = AreaAxisReference.random(of: source.width, using: &generator)
      let down = AreaAxisReference.random(of: source.height, using: &generator)
      // In two bands, as with two threads.
      let middle = Int.random(in: 0...down.starts.count, using: &generator)
      var resized = [UInt8](repeating: 0, count: across.starts.count * down.starts.count)
      across.withKernelAxis { across in
        down.withKernelAxis { down in
          let scratchCount =
            unsafe ck_area_ring(down) * CK_AREA_PANEL
            + (source.width + across.pointee.taps + CK_LANES) * CK_LANES
          for rows in unsafe [0..<middle, middle..<down.pointee.count] where !rows.isEmpty {
            var scratch = [Float](repeating: .nan, count: scratchCount)
            unsafe ck_resize_area(
              pixels, source.width, source.height, pitch, across, down, rows.lowerBound,
              rows.upperBound, &scratch, &resized)
          }
        }
      }
      #expect(resized == areaReference(pixels, pitch: pitch, across: across, down: down))
    }
  }
}

extension AreaAxisReference {
  /// Averages of one to five pixels each, at increasing positions along an axis of `count` pixels.
  fileprivate static func random(
    of count: Int, using generator: inout SeededGenerator
  ) -> AreaAxisReference {
    var (starts, weights): ([Int], [[Float]]) = ([], [])
    var start = 0
    repeat {
      let taps = Int.random(in: 1...min(5, count - start), using: &generator)
      let raw = (0..<taps).map { _ in Float.random(in: 0.1...1, using: &generator) }
      starts.append(start)
      weights.append(raw.map { $0 / raw.reduce(0, +) })
      start += Int.random(in: 1...4, using: &generator)
    } while start < count
    return AreaAxisReference(starts: starts, weights: weights)
  }

  fileprivate func withKernelAxis(_ body: (UnsafePointer<ck_area_axis>) -> Void) {
    let taps = weights.reduce(1) { max($0, $1.count) }
    let pitch = paddedToLanes(starts.count)
    var flat = [Float](repeating: 0, count: taps * pitch)
    for (pixel, weights) in weights.enumerated() {
      for (tap, weight) in weights.enumerated() { flat[tap * pitch + pixel] = weight }
    }
    let starts = starts.map { Int32($0) }
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe flat.withUnsafeBufferPointer { flat in
        var axis = unsafe ck_area_axis(
          count: starts.count, pitch: pitch, taps: taps, starts: starts.baseAddress!,
          weights: flat.baseAddress!)
        unsafe withUnsafePointer(to: &axis) { unsafe body($0) }
      }
    }
  }
}
