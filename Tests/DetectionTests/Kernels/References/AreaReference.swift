/// How pixels along one axis average those of a larger image: pixel k is the sum of weights[k][t] · source[starts[k] + t].
struct AreaAxisReference {
  let starts: [Int]
  let weights: [[Float]]
}

/// The reference for `ck_resize_area`, pixel by pixel: averages along the rows, then down the columns, rounded half
/// to even. It adds in the kernel's order, so the bytes are equal.
func areaReference(
  _ source: [UInt8], pitch: Int, across: AreaAxisReference, down: AreaAxisReference
) -> [UInt8] {
  func average(row: Int, _ x: Int) -> Float {
    var sum: Float = 0
    for (tap, weight) in across.weights[x].enumerated() {
      sum += Float(source[row * pitch + across.starts[x] + tap]) * weight
    }
    return sum
  }
  return down.starts.indices.flatMap { y in
    across.starts.indices.map { x in
      var sum: Float = 0
      for (tap, weight) in down.weights[y].enumerated() {
        sum += average(row: down.starts[y] + tap, x) * weight
      }
      return UInt8(min(255, sum.rounded(.toNearestOrEven)))
    }
  }
}
