@testable import Detection

/// A block's features in double precision, from the concatenated histograms of its cells.
func blockReference(_ histograms: [Double], _ norm: HOGDescriptor.BlockNorm) -> [Double] {
  var features = histograms
  norm.normalize(&features)
  return features
}
