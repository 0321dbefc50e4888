/// How a window divides into cells and blocks along one axis, and what lies on its edges.
///
/// skimage takes no gradient across the edge of the window it is given, so the outermost ring of a
/// window's pixels differs from the same pixels inside a layer, and with them its outermost cells
/// and blocks. Cells and blocks are therefore needed in several versions, once for a whole layer,
/// and every window picks from them.
struct WindowAxis {
  /// Which edges of the window a cell or block lies on.
  struct Edges: OptionSet, Hashable {
    let rawValue: Int
    static let first = Edges(rawValue: 1)
    static let last = Edges(rawValue: 2)
  }

  /// Neighbouring blocks of a window that lie on the same edges.
  struct BlockRun {
    let edges: Edges
    let blocks: Range<Int>
  }

  let cellPixels: Int
  let cellCount: Int
  /// A block's cells; blocks move by one cell.
  let blockCells: Int
  /// The window's blocks, run by run: first, inside, last.
  let runs: [BlockRun]
  /// The versions in which its cells are needed.
  let cellVersions: [Edges]

  init(windowPixels: Int, cellPixels: Int, blockCells: Int) {
    self.cellPixels = cellPixels
    self.blockCells = blockCells
    cellCount = windowPixels / cellPixels
    let blockCount = cellCount - blockCells + 1
    // Pixels beyond the last whole cell keep the ring away from it.
    let endsWithCell = windowPixels % cellPixels == 0
    var runs: [BlockRun] = []
    for block in 0..<blockCount {
      var edges: Edges = []
      if block == 0 { edges.insert(.first) }
      if block == blockCount - 1 && endsWithCell { edges.insert(.last) }
      if let run = runs.last, run.edges == edges {
        runs[runs.count - 1] = BlockRun(edges: edges, blocks: run.blocks.lowerBound..<(block + 1))
      } else {
        runs.append(BlockRun(edges: edges, blocks: block..<(block + 1)))
      }
    }
    self.runs = runs
    var versions: [Edges] = []
    for run in runs {
      for cell in 0..<blockCells {
        let edges = Self.edges(ofCell: cell, of: blockCells, inBlockOn: run.edges)
        if !versions.contains(edges) { versions.append(edges) }
      }
    }
    cellVersions = versions
  }

  var blockCount: Int { cellCount - blockCells + 1 }

  /// The index among `cellVersions` of cell number `cell` of a block that lies on `edges`.
  func version(ofCell cell: Int, inBlockOn edges: Edges) -> Int {
    cellVersions.firstIndex(of: Self.edges(ofCell: cell, of: blockCells, inBlockOn: edges))!
  }

  /// For each cell version, whether it keeps (1) or loses (0) the gradient across this axis in the
  /// first, the inner and the last of a cell's pixels.
  var keptZones: [Float] {
    cellVersions.flatMap { edges -> [Float] in
      let losesFirst = edges.contains(.first) || cellPixels == 1 && edges.contains(.last)
      return [losesFirst ? 0 : 1, 1, edges.contains(.last) ? 0 : 1]
    }
  }

  private static func edges(ofCell cell: Int, of count: Int, inBlockOn edges: Edges) -> Edges {
    var own: Edges = []
    if cell == 0 && edges.contains(.first) { own.insert(.first) }
    if cell == count - 1 && edges.contains(.last) { own.insert(.last) }
    return own
  }
}
