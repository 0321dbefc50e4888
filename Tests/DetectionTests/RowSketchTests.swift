import TestSupport
import Testing

@testable import Detection

@Suite struct `Row sketches` {
  @Test(arguments: DrawnRows.Kind.allCases, UInt64(1)...3)
  func `say within their bound how a step moves margins`(kind: DrawnRows.Kind, seed: UInt64) throws
  {
    var generator = SeededGenerator(seed: seed)
    let columns = Int.random(in: 1...700, using: &generator)
    let rows = DrawnRows(kind, rows: 90, columns: columns, seed: seed).rows
    var statistics = try RowStatistics(centring: rows)
    try statistics.measure(rows, isSketching: true, threads: 2)
    func check(_ step: [Double]) -> [RowSketches.Change] {
      let changes = statistics.sketches.changes(
        of: [(0..<90).map { $0 % 3 != 0 }], by: [step], centre: statistics.centre,
        radii: statistics.radii, threads: 2)[0]
      #expect(changes.map(\.row) == (0..<90).filter { $0 % 3 != 0 })
      for change in changes {
        #expect(abs(exactChange(change.row, step) - change.estimate) <= change.bound)
      }
      return changes
    }
    func exactChange(_ row: Int, _ step: [Double]) -> Double {
      (0..<columns).reduce(0) {
        $0 + step[$1]
          * (Double(rows.values[row * columns + $1]) - Double(statistics.centre[$1]))
      }
    }
    for scale in [1e-6, 1, 1e3] {
      _ = check((0..<columns).map { _ in Double.random(in: -scale...scale, using: &generator) })
    }
    // Along the direction that a sketch leaves out, its error equals its full error bound.
    let row = Array(rows.values[(7 * columns)..<(8 * columns)])
    let sketch = SketchReference(row)
    let worst = zip(row, sketch.levels).map { Double($0) - sketch.least - sketch.unit * Double($1) }
    let change = try #require(check(worst).first { $0.row == 7 })
    #expect(exactChange(7, worst) - change.estimate > 0.99 * change.bound)
  }

  /// Sketches with large error bounds would be useless.
  @Test func `are nearer to histograms than the centre is`() throws {
    let rows = DrawnRows(.histograms, rows: 60, columns: 1440, seed: 4).rows
    var statistics = try RowStatistics(centring: rows)
    try statistics.measure(rows, isSketching: true, threads: 1)
    let step = (0..<1440).map { $0 % 2 == 0 ? 1.0 : -1 }
    let changes = statistics.sketches.changes(
      of: [[Bool](repeating: true, count: 60)], by: [step], centre: statistics.centre,
      radii: statistics.radii, threads: 1)[0]
    for change in changes {
      #expect(change.bound < statistics.radii[change.row] * Double(1440).squareRoot() / 4)
    }
  }

  @Test func `go on where those of the last training end, and only there`() throws {
    let rows = DrawnRows(.scattered, rows: 150, columns: 70, seed: 5).rows
    let first = DenseRows(values: Array(rows.values.prefix(50 * 70)), columnCount: 70)
    let centred = try RowStatistics(centring: first)

    var statistics = centred
    try statistics.measure(first, isSketching: true, threads: 1)
    try statistics.measure(rows, from: 50, isSketching: true, threads: 2)
    #expect(statistics.sketches.count == 150)

    statistics = centred
    try statistics.measure(first, isSketching: false, threads: 1)
    try statistics.measure(rows, from: 50, isSketching: true, threads: 1)
    #expect(statistics.sketches.count == 0)
  }
}
