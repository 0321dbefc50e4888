/// What `ck_add_margins` adds to the margin of one window: its blocks' features times their weights, as integers.
/// - Parameters:
///   - features, weights: one array a block.
///   - unit: what the sum is multiplied by.
func marginReference(_ features: [[Int]], _ weights: [[Int]], unit: Float) -> Double {
  var sum = 0
  for (features, weights) in zip(features, weights) {
    for (feature, weight) in zip(features, weights) { sum += feature * weight }
  }
  return Double(sum) * Double(unit)
}
