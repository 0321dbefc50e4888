import Synchronization
import Testing

@testable import Detection

/// Rows from a source other than memory, which records how they are read.
private final class WatchedRows: RowSource {
  private let rows: DenseRows
  /// The number of rows read, and the most read at once.
  private let reads = Mutex((total: 0, most: 0))

  init(_ rows: DenseRows) {
    self.rows = rows
  }

  var rowCount: Int { rows.rowCount }
  var columnCount: Int { rows.columnCount }
  var readCount: Int { reads.withLock { $0.total } }
  var mostAtOnce: Int { reads.withLock { $0.most } }

  func read(rows range: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    reads.withLock { $0 = ($0.total + range.count, max($0.most, range.count)) }
    try rows.read(rows: range, into: &destination)
  }
}

@Suite struct `Rows that stay where they are` {
  @Test(arguments: DrawnRows.Kind.allCases, [1, 3])
  func `teach the same bytes as rows in memory, and are never all there`(
    kind: DrawnRows.Kind, threads: Int
  ) throws {
    let data = DrawnRows(kind, rows: 1500, columns: 144, seed: 41, noise: 0.01)
    let trainer = LinearSVMTrainer(penalty: 0.5, threads: threads)
    let old = data.first(1450)
    let last = try trainer.trainCalibrated(old.rows, labels: old.labels).hyperplane
    let watched = WatchedRows(data.rows)
    let streamed = try trainer.trainCalibrated(
      watched, labels: data.labels, startingFrom: last)
    #expect(
      try streamed
        == trainer.trainCalibrated(data.rows, labels: data.labels, startingFrom: last))
    // Folds of scattered rows start so far from their optimum that sweeps visit all of them.
    #expect(watched.mostAtOnce < 100 || kind == .scattered)
    #expect(watched.readCount > 0)
    // And the training after that one.
    let next = try trainer.trainCalibrated(
      watched, labels: data.labels, startingFrom: streamed.hyperplane)
    #expect(
      try next
        == trainer.trainCalibrated(
          data.rows, labels: data.labels, startingFrom: streamed.hyperplane))
  }

  /// Far from the optimum, sweeps visit all rows in no order.
  @Test func `are read into memory where sweeps need them`() throws {
    let data = DrawnRows(.scattered, rows: 600, columns: 30, seed: 42)
    let old = data.first(300)
    let last = try LinearSVMTrainer(penalty: 1e-3).train(old.rows, labels: old.labels)
    let trainer = LinearSVMTrainer(penalty: 10)
    let watched = WatchedRows(data.rows)
    let streamed = try trainer.trainCalibrated(
      watched, labels: data.labels, startingFrom: last)
    #expect(watched.mostAtOnce == 600)
    #expect(
      try streamed
        == trainer.trainCalibrated(data.rows, labels: data.labels, startingFrom: last))
  }

  @Test func `name the feature of a new row that cannot be learned from`() throws {
    let data = DrawnRows(.scattered, rows: 200, columns: 12, seed: 43)
    let old = data.first(150)
    let trainer = LinearSVMTrainer(penalty: 1)
    let last = try trainer.train(old.rows, labels: old.labels)
    var values = data.rows.values
    values[180 * 12 + 7] = .infinity
    #expect(throws: TrainingError.feature(.infinity, row: 180, column: 7)) {
      try trainer.train(
        WatchedRows(DenseRows(values: values, columnCount: 12)), labels: data.labels,
        startingFrom: last)
    }
  }

  /// Training on rows of another file starts from nothing, as before.
  @Test func `are known again only where they are the same`() throws {
    let data = DrawnRows(.scattered, rows: 300, columns: 12, seed: 44)
    let others = DrawnRows(.scattered, rows: 200, columns: 12, seed: 45)
    let trainer = LinearSVMTrainer(penalty: 1)
    let last = try trainer.train(others.rows, labels: others.labels)
    #expect(
      try trainer.train(WatchedRows(data.rows), labels: data.labels, startingFrom: last)
        == trainer.train(data.rows, labels: data.labels))
  }
}
