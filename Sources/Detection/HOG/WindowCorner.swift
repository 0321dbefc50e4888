/// The upper left pixel of a window.
package struct WindowCorner: Hashable, Sendable {
  package let x, y: Int

  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  /// The most columns of blocks between two windows of a group.
  static let groupColumns = 64

  /// Groups windows that are worth describing together: their blocks lie on one grid, side by side, and there are so many
  /// that they share most of the cells. All others are groups of their own.
  /// - Returns: indices of `corners`, those of a group from top to bottom.
  package static func groups(of corners: [WindowCorner], _ hog: HOGDescriptor) -> [[Int]] {
    struct Strip: Hashable {
      let x, y, column: Int
    }
    let strips = Dictionary(grouping: corners.indices) { index in
      let corner = corners[index]
      return Strip(
        x: corner.x % hog.strideColumns, y: corner.y % hog.strideRows,
        column: corner.x / hog.strideColumns / groupColumns)
    }
    return strips.values.flatMap { strip -> [[Int]] in
      let rows = strip.map { corners[$0].y / hog.strideRows }
      let (down, across) = (
        hog.window.height / hog.strideRows, hog.window.width / hog.strideColumns
      )
      let together = (rows.max()! - rows.min()! + down) * (groupColumns + across)
      guard strip.count * down * across > together else {
        return strip.map { [$0] }
      }
      return [strip.sorted { (corners[$0].y, $0) < (corners[$1].y, $1) }]
    }
  }
}
