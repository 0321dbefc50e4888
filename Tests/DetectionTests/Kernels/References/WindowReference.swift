@testable import Detection

/// The reference for `ck_window_features`: the features of a window's blocks, each normalised separately.
/// - Parameter cells: [cell row][cell column][bin]
func windowReference(_ cells: [[[Double]]], _ hog: HOGDescriptor) -> [Double] {
  var features: [Double] = []
  for row in 0..<hog.blocksDown {
    for column in 0..<hog.blocksAcross {
      var block: [Double] = []
      for y in row..<(row + hog.blockRows) {
        for x in column..<(column + hog.blockColumns) { block += cells[y][x] }
      }
      features += blockReference(block, hog.blockNorm)
    }
  }
  return features
}
