internal import CKernels

/// Rows in four bits per feature, and the distance of each from its sketch.
///
/// When w takes a step, the margin of a row x moves by x·step, which is within ‖x − s‖·‖step‖ of s·step for its sketch s.
/// Sketches are an eighth of the size of the rows, and HOG rows are six times nearer to them than to the centre of all.
struct RowSketches: Sendable, Equatable {
  /// The sketches of some rows, one after another.
  struct Piece: Sendable, Equatable {
    fileprivate let first: Int
    fileprivate let words: [UInt32]
    fileprivate let scales: [Scale]
    fileprivate var end: Int { first + scales.count }
  }

  /// What turns a row's levels into features: least + unit · level.
  fileprivate struct Scale: Sendable, Equatable {
    let least, unit: Double
    /// ‖x − s‖, rounded up.
    let error: Double
  }

  /// How far a step of w moves a margin.
  struct Change: Sendable {
    let row: Int
    /// (s − centre) · step, with the step rounded.
    let estimate: Double
    /// At least the distance of (x − centre) · step from the estimate.
    let bound: Double
  }

  // One long array would be copied whenever rows come after those of the last training.
  private var pieces: [Piece] = []
  /// How many rows are sketched: the first ones.
  var count: Int { pieces.last?.end ?? 0 }

  /// Words of 8 features per row, for whole groups of 64.
  fileprivate static func wordCount(_ columnCount: Int) -> Int { (columnCount + 63) / 64 * 8 }

  /// Takes the sketches of the rows that come next.
  mutating func append(_ piece: Piece) {
    precondition(piece.first == count, "sketches of row \(piece.first) after those of \(count)")
    pieces.append(piece)
  }

  /// How far steps of several w move their margins, w · (x − centre), of those of the chosen rows that are sketched. Each
  /// sketch is read once for all steps.
  /// - Parameters:
  ///   - isChosen: for each step and row whether it is.
  ///   - radii: ‖x − centre‖ for each row.
  /// - Returns: for each step, a change of each of its rows, ascending.
  func changes(
    of isChosen: [[Bool]], by steps: [[Double]], centre: [Float], radii: [Double], threads: Int
  ) -> [[Change]] {
    let steps = steps.map { RoundedStep($0, centre: centre) }
    let changes = concurrentMap(count: pieces.count, threads: threads) { place in
      let piece = pieces[place]
      var changes = [[Change]](repeating: [], count: steps.count)
      for row in piece.first..<piece.end {
        for (index, step) in steps.enumerated() where isChosen[index][row] {
          changes[index].append(piece.change(ofRow: row, by: step, radius: radii[row]))
        }
      }
      return changes
    }
    return steps.indices.map { index in changes.flatMap { $0[index] } }
  }
}

extension RowSketches.Piece {
  /// Sketches the rows `range` of `block`, which are those from `first` on among all.
  init(_ block: DenseRows, rows range: Range<Int>, first: Int) {
    let columns = block.columnCount
    let width = RowSketches.wordCount(columns)
    var scales: [RowSketches.Scale] = []
    words = unsafe [UInt32](unsafeUninitializedCapacity: range.count * width) { words, filled in
      unsafe block.values.withUnsafeBufferPointer { values in
        for row in range {
          let sketch = unsafe ck_sketch_row(
            values.baseAddress! + row * columns, columns,
            words.baseAddress! + (row - range.lowerBound) * width)
          // An allowance for single precision is added.
          let unit = Double(sketch.unit)
          let lost = 1e-5 * unit * Double(columns).squareRoot()
          let square =
            Double(sketch.squared_error) * (1 + 1e-7 * Double(columns))
            + Double(columns) * Double(Float.leastNormalMagnitude)
          scales.append(
            RowSketches.Scale(
              least: Double(sketch.least), unit: unit, error: square.squareRoot() + lost))
        }
      }
      filled = range.count * width
    }
    self.first = first
    self.scales = scales
  }

  /// How far a step of w moves the margin of row `row` of all.
  fileprivate func change(ofRow row: Int, by step: RoundedStep, radius: Double)
    -> RowSketches.Change
  {
    let scale = scales[row - first]
    let product = Double(product(ofRow: row - first, with: step.levels))
    return RowSketches.Change(
      row: row,
      estimate: step.unit * (scale.least * step.sum + scale.unit * product) - step.ofCentre,
      bound: scale.error * step.length + radius * step.error)
  }

  /// The inner product of a row's levels with others, which are padded with zeros.
  private func product(ofRow row: Int, with levels: [Int16]) -> Int32 {
    let width = words.count / scales.count
    return unsafe words.withUnsafeBufferPointer { words in
      unsafe levels.withUnsafeBufferPointer { levels in
        unsafe ck_sketch_product(
          words.baseAddress! + row * width, width, levels.baseAddress!)
      }
    }
  }
}

/// A step of w in 16 bits per feature: unit · levels.
private struct RoundedStep {
  let unit: Double
  /// Padded with zeros to whole words of sketches.
  let levels: [Int16]
  /// The sum of the levels.
  let sum: Double
  /// Rounded step · centre.
  let ofCentre: Double
  /// The length of the rounded step, and that of its rounding error.
  let length, error: Double

  init(_ step: [Double], centre: [Float]) {
    // The sum of products with the levels of a sketch, at most 15, has to fit in 31 bits.
    let most = min(Double(Int16.max), Double(Int32.max) / 15 / Double(step.count))
    let largest = step.reduce(0) { max($0, abs($1)) }
    let unit = max(largest / most, .leastNormalMagnitude)
    // Towards zero, so that rounding exceeds nothing.
    var levels = step.map { Int16(($0 / unit).rounded(.towardZero)) }
    let rounded = levels.map { unit * Double($0) }
    (self.unit, sum) = (unit, levels.reduce(0) { $0 + Double($1) })
    ofCentre = zip(rounded, centre).reduce(0) { $0 + $1.0 * Double($1.1) }
    length = rounded.reduce(0) { $0 + $1 * $1 }.squareRoot()
    error = zip(step, rounded).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    levels += repeatElement(0, count: RowSketches.wordCount(step.count) * 8 - step.count)
    self.levels = levels
  }
}
