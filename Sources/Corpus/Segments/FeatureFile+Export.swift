internal import Detection
package import Durable
internal import HDF5
package import SystemPackage

extension FeatureFile {
  /// Writes the rows into one plain file, for programs that cannot read segments, or for sending.
  /// - Parameters:
  ///   - choice: which hard negatives; they stay in their order.
  ///   - progress: called for each written part.
  /// - Returns: how many rows of `features` it has, and how many hard negatives.
  package func export(
    to target: FilePath, as kind: OwnFile, hardNegatives choice: HardNegativeChoice = .all,
    progress: () -> Void = {}
  ) throws -> (features: Int, hardNegatives: Int) {
    try advising {
      try check()
      let file = try HDF5File(reading: path)
      var chosen: [Int] = []
      var known: [Double] = []
      var table: RowTable?
      if try file.contains(Name.hardNegatives) {
        let rows = try RowTable(Name.hardNegatives, of: self, in: file)
        known = try probabilities(in: file, rows: 0..<rows.rowCount)
        chosen = choice(known).sorted()
        table = rows
      }
      let rows = try Self.summary(of: file).rows ?? 0
      try Durable.replace(target, as: kind, size: byteCount(ofRows: rows, chosen.count)) { draft in
        let new = try HDF5File(creating: draft)
        for name in Name.drawn where try file.contains(name) {
          let place = try segments(of: name, in: file)?.first.map(path(of:)) ?? path
          try HDF5File(reading: place).copy(name, to: new)
          progress()
        }
        if let table {
          try export(chosen, of: table, to: new, progress)
          try new.createDataset(Name.probabilities, of: Double.self, shape: [chosen.count])
            .write(chosen.map { known[$0] }, rows: 0..<chosen.count)
        }
        try new.set(hog)
        try new.close()
      }
      return (rows, chosen.count)
    }
  }

  private func export(
    _ chosen: [Int], of table: RowTable, to new: borrowing HDF5File, _ progress: () -> Void
  ) throws {
    let rows = try new.createDataset(
      Name.hardNegatives, of: Float.self, shape: [chosen.count, table.columnCount])
    for block in chosen.indices.blocks(rowBytes: table.rowBytes) {
      var numbers: [Float] = []
      for row in chosen[block] { numbers += try table.read(rows: row..<(row + 1)) }
      try rows.write(numbers, rows: block)
      progress()
    }
  }
}
