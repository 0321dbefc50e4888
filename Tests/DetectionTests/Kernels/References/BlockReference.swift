@testable import Detection

/// A block's features in double precision, from the histograms of its cells one after another.
func blockReference(_ histograms: [Double], _ norm: HOGDescriptor.BlockNorm) -> [Double] {
  var features = histograms
  norm.normalize(&features)
  return features
}
