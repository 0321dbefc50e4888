/// The reference for `ck_add_margins`: what it adds to one window's margin, its blocks' features times their weights,
/// as integers.
/// - Parameters:
///   - features, weights: one array per block.
///   - unit: the factor for the sum.
func marginReference(_ features: [[Int]], _ weights: [[Int]], unit: Float) -> Double {
  var sum = 0
  for (features, weights) in zip(features, weights) {
    for (feature, weight) in zip(features, weights) { sum += feature * weight }
  }
  return Double(sum) * Double(unit)
}
