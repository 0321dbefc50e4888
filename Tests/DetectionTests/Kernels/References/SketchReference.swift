/// The reference for `ck_sketch_row`, column by column, in double precision.
struct SketchReference {
  let least, unit: Double
  let levels: [Int]

  init(_ row: [Float]) {
    least = Double(row.min()!)
    unit = (Double(row.max()!) - least) / 15
    levels = row.map { [least, unit] in
      unit > 0 ? Int(((Double($0) - least) / unit).rounded()) : 0
    }
  }
}

/// The levels of a sketch, one for each column that it has room for.
func levels(of words: [UInt32]) -> [Int] {
  (0..<words.count * 8).map { column in
    let c = column % 64
    return Int(words[column / 64 * 8 + c / 2 % 8] >> (16 * (c % 2) + 4 * (c / 16))) & 15
  }
}
