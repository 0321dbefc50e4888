/// A detector's weights for one cell of its window, summed over all blocks that contain the cell.
package struct CellWeights: Sendable, Equatable {
  /// The cell's upper left pixel in the window.
  package let x, y: Int
  /// One sum for each orientation: above 0 where such an edge speaks for the object.
  package let weights: [Double]
}

extension HOGDescriptor {
  /// The weights by cells, row by row.
  ///
  /// A block's features are divided by the norm of all of them, so this is only a picture of a detector.
  /// - Parameter weights: `featureCount` of them, in the order of the features.
  package func cellWeights(_ weights: [Float]) -> [CellWeights] {
    precondition(weights.count == featureCount, "\(weights.count) weights for \(featureCount)")
    var sums: [[Int]: [Double]] = [:]
    for row in 0..<blocksDown {
      for column in 0..<blocksAcross {
        let first = firstFeature(ofBlockRow: row, column: column)
        for cell in 0..<(blockRows * blockColumns) {
          let (cellRow, cellColumn) = cellInBlock(cell)
          let place = [
            row * strideRows + cellRow * self.cellRows,
            column * strideColumns + cellColumn * self.cellColumns,
          ]
          let own = weights[(first + cell * orientations)...].prefix(orientations)
          let sum = sums[place, default: Array(repeating: 0, count: orientations)]
          sums[place] = zip(sum, own).map { $0 + Double($1) }
        }
      }
    }
    return sums.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }
      .map { CellWeights(x: $0.key[1], y: $0.key[0], weights: $0.value) }
  }

  /// Skimage goes through a block's cells row by row, OpenCV column by column.
  private func cellInBlock(_ index: Int) -> (row: Int, column: Int) {
    switch definition {
    case .skimage: (index / blockColumns, index % blockColumns)
    case .openCV: (index % blockRows, index / blockRows)
    }
  }

  /// The direction of the edges that an orientation counts, in radians from the x axis, clockwise as pixels go down: across
  /// the gradient in the middle of its bin.
  package func edgeDirection(ofOrientation index: Int) -> Double {
    let turn: Double
    switch definition {
    case .openCV(let parameters) where parameters.isSigned: turn = 2 * .pi
    default: turn = .pi
    }
    return turn * (Double(index) + 0.5) / Double(orientations) + .pi / 2
  }
}
