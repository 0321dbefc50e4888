internal import CKernels

/// How a window divides into cells and blocks along one axis, and which of them touch its edges.
///
/// skimage takes no gradient across the edge of the window it is given, so the outermost ring of a
/// window's pixels differs from the same pixels inside a layer, and with them its outermost cells
/// and blocks. Cells and blocks are therefore needed in several versions, once for a whole layer,
/// and every window picks from them.
struct WindowAxis {
  /// Which edges of the window a cell or block touches.
  struct Edges: OptionSet, Hashable {
    let rawValue: Int
    static let first = Edges(rawValue: 1)
    static let last = Edges(rawValue: 2)
  }

  /// Neighbouring blocks of a window that touch the same edges.
  struct BlockRun {
    let edges: Edges
    let blocks: Range<Int>
    /// The version of each of a block's cells, in the kernel's numbers.
    let cellVersions: [Int]
  }

  let cellPixels: Int
  let cellCount: Int
  /// A block's cells; blocks move by one cell.
  let blockCells: Int
  /// Whether the last cell touches the edge; pixels beyond the last whole one keep it away.
  let endsWithCell: Bool
  /// The window's blocks, run by run: first, inside, last.
  let runs: [BlockRun]
  /// The version of each of the window's cells, in the kernel's numbers.
  let cellVersions: [Int]

  init(windowPixels: Int, cellPixels: Int, blockCells: Int) {
    self.cellPixels = cellPixels
    self.blockCells = blockCells
    cellCount = windowPixels / cellPixels
    let blockCount = cellCount - blockCells + 1
    endsWithCell = windowPixels % cellPixels == 0
    var runs: [BlockRun] = []
    for block in 0..<blockCount {
      var edges: Edges = []
      if block == 0 { edges.insert(.first) }
      if block == blockCount - 1 && endsWithCell { edges.insert(.last) }
      let first = runs.last?.edges == edges ? runs.removeLast().blocks.lowerBound : block
      runs.append(BlockRun(edges: edges, blocks: first..<(block + 1), cellCount: blockCells))
    }
    self.runs = runs
    cellVersions = (0..<cellCount).map { [cellCount, endsWithCell] cell in
      Self.version(first: cell == 0, last: cell == cellCount - 1 && endsWithCell)
    }
  }

  var blockCount: Int { cellCount - blockCells + 1 }

  /// How many versions of its cells there are: one touches both edges only if it is the only cell.
  var cellVersionCount: Int { cellCount == 1 ? 4 : 3 }

  fileprivate static func version(first: Bool, last: Bool) -> Int {
    switch (first, last) {
    case (true, false): CK_FIRST
    case (false, false): CK_INSIDE
    case (false, true): CK_LAST
    case (true, true): CK_FIRST_AND_LAST
    }
  }
}

extension WindowAxis.BlockRun {
  fileprivate init(edges: WindowAxis.Edges, blocks: Range<Int>, cellCount: Int) {
    let versions = (0..<cellCount).map { cell in
      WindowAxis.version(
        first: edges.contains(.first) && cell == 0,
        last: edges.contains(.last) && cell == cellCount - 1)
    }
    self.init(edges: edges, blocks: blocks, cellVersions: versions)
  }
}
