import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Detection

@Suite struct `Inner products` {
  @Test(arguments: [(1, 1, 1, 1), (2, 5, 7, 3), (3, 33, 67, 5), (4, 70, 500, 9), (5, 4, 5796, 1)])
  func `are those of the obvious loop`(seed: UInt64, count: Int, columns: Int, others: Int) {
    let left = DrawnRows(.scattered, rows: count, columns: columns, seed: seed).rows
    let right = DrawnRows(.scattered, rows: others, columns: columns, seed: seed + 100).rows
    let chosen = (0..<UInt32(count)).reversed() + [0]
    let products = left.products(
      of: chosen, with: right, rows: Array(0..<UInt32(others)), threads: 2)
    for (i, row) in chosen.enumerated() {
      for other in 0..<others {
        let reference = productReference(left, Int(row), right, other)
        // Single-precision lanes: the error grows with the square root of the length.
        #expect(abs(Double(products[i * others + other]) - reference) < 2e-6 * Double(columns))
      }
    }
  }

  @Test func `have the same bits in any company`() {
    let rows = DrawnRows(.histograms, rows: 41, columns: 613, seed: 8).rows
    let all = Array(0..<UInt32(41))
    let together = rows.products(of: all, with: rows, rows: all, threads: 1)
    for row in 0..<41 {
      for other in 0..<41 {
        let alone = rows.products(of: [UInt32(row)], with: rows, rows: [UInt32(other)], threads: 1)
        #expect(together[row * 41 + other] == alone[0])
      }
    }
  }

  private func productReference(
    _ left: DenseRows, _ row: Int, _ right: DenseRows, _ other: Int
  ) -> Double {
    (0..<left.columnCount).reduce(0) { sum, column in
      sum + Double(left.values[row * left.columnCount + column])
        * Double(right.values[other * left.columnCount + column])
    }
  }
}

@Suite struct `Training` {
  struct Case: CustomTestStringConvertible {
    var kind: DrawnRows.Kind
    var rows: Int
    var columns: Int
    var penalty: Double
    var weight = ClassWeight.none
    var seed: UInt64
    var testDescription: String {
      "\(rows) × \(columns) \(kind), C \(penalty), \(weight), seed \(seed)"
    }
  }

  @Test(arguments: [
    Case(kind: .scattered, rows: 300, columns: 20, penalty: 1, seed: 1),
    Case(kind: .scattered, rows: 300, columns: 20, penalty: 0.01, weight: .balanced, seed: 2),
    Case(kind: .scattered, rows: 120, columns: 400, penalty: 0.1, seed: 3),
    Case(kind: .histograms, rows: 500, columns: 144, penalty: 10, seed: 4),
    Case(kind: .histograms, rows: 900, columns: 36, penalty: 0.1, weight: .balanced, seed: 5),
    Case(kind: .histograms, rows: 250, columns: 2304, penalty: 1, seed: 6),
    Case(kind: .histograms, rows: 2500, columns: 72, penalty: 3, seed: 7),
  ])
  func `reaches libsvm's optimum`(_ drawn: Case) throws {
    let data = DrawnRows(drawn.kind, rows: drawn.rows, columns: drawn.columns, seed: drawn.seed)
    let plane = try LinearSVMTrainer(penalty: drawn.penalty, classWeight: drawn.weight, threads: 2)
      .train(data.rows, labels: data.labels)
    #expect(plane.relativeGap <= 1e-5 && !plane.isBlind)
    let printed = try withTemporaryFolder { folder in
      try data.write(to: folder)
      let weights = plane.weights.withUnsafeBytes { Data($0) }
      try weights.write(to: URL(filePath: folder.appending("weights.f32").string))
      return try Python.run(
        """
        import sys, numpy as np
        from sklearn.svm import SVC
        folder, C, weight, bias = sys.argv[1], float(sys.argv[2]), sys.argv[3], float(sys.argv[4])
        y = np.fromfile(folder + "/labels.f32", "f4").astype(float)
        X = np.fromfile(folder + "/rows.f32", "f4").reshape(len(y), -1).astype(float)
        svc = SVC(kernel="linear", C=C, tol=1e-6, class_weight=None if weight == "none" else weight).fit(X, y)
        costs = np.full(len(y), C)
        if weight == "balanced":
            costs = C * len(y) / 2 / np.where(y > 0, (y > 0).sum(), (y < 0).sum())
        def objective(w, b):
            return w @ w / 2 + (costs * np.maximum(0, 1 - y * (X @ w + b))).sum()
        w = np.fromfile(folder + "/weights.f32", "f4").astype(float)
        theirs, ours = svc.decision_function(X), X @ w + bias
        print(objective(svc.coef_[0], svc.intercept_[0]), objective(w, bias), np.corrcoef(theirs, ours)[0, 1])
        """, [folder.string, "\(drawn.penalty)", "\(drawn.weight)", "\(plane.bias)"])
    }
    let numbers = printed.split(whereSeparator: \.isWhitespace).map { Double($0)! }
    #expect(abs(numbers[1] / numbers[0] - 1) < 2e-5)
    #expect(abs(numbers[1] / plane.primalObjective - 1) < 1e-5)
    #expect(numbers[2] > 0.9999)
  }

  @Test(arguments: DrawnRows.Kind.allCases)
  func `gives the same bytes on any number of threads`(kind: DrawnRows.Kind) throws {
    let data = DrawnRows(kind, rows: 700, columns: 100, seed: 11)
    let planes = try [1, 2, 5].map { threads in
      try LinearSVMTrainer(penalty: 1, threads: threads)
        .trainCalibrated(data.rows, labels: data.labels)
    }
    #expect(planes[1] == planes[0])
    #expect(planes[2] == planes[0])
  }

  @Test(arguments: [21, 22] as [UInt64])
  func `goes on from the last generation`(seed: UInt64) throws {
    let data = DrawnRows(.histograms, rows: 1200, columns: 288, seed: seed)
    let trainer = LinearSVMTrainer(penalty: 5)
    let first = DenseRows(values: Array(data.rows.values.prefix(1150 * 288)), columnCount: 288)
    let last = try trainer.train(first, labels: Array(data.labels.prefix(1150)))
    let cold = try trainer.train(data.rows, labels: data.labels)
    let warm = try trainer.train(data.rows, labels: data.labels, startingFrom: last)
    #expect(abs(warm.primalObjective / cold.primalObjective - 1) < 2e-5)
    #expect(warm.passes < cold.passes)
  }

  /// Margins known only from sketches must not hide a loss.
  @Test(arguments: DrawnRows.Kind.allCases, [31, 32] as [UInt64])
  func `knows its objective though it reads few rows again`(
    kind: DrawnRows.Kind, seed: UInt64
  ) throws {
    let (count, columns) = (1500, 288)
    let data = DrawnRows(kind, rows: count, columns: columns, seed: seed, noise: 0.01)
    let old = data.first(count - 50)
    let planes = try [1, 2, 5].map { threads in
      let trainer = LinearSVMTrainer(penalty: 0.5, threads: threads)
      let last = try trainer.trainCalibrated(old.rows, labels: old.labels).hyperplane
      return try trainer.train(data.rows, labels: data.labels, startingFrom: last)
    }
    #expect(planes[1] == planes[0] && planes[2] == planes[0])
    let plane = planes[0]
    #expect(plane.relativeGap <= 1e-5)
    let margins = (0..<count).map { row in
      (0..<columns).reduce(plane.bias) {
        $0 + Double(plane.weights[$1]) * Double(data.rows.values[row * columns + $1])
      }
    }
    let loss = zip(data.labels, margins).reduce(0) { $0 + max(0, 1 - Double($1.0) * $1.1) }
    let square = plane.weights.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs((square / 2 + 0.5 * loss) / plane.primalObjective - 1) < 1e-5)

    let trainer = LinearSVMTrainer(penalty: 0.5)
    let unsketched = try trainer.train(
      data.rows, labels: data.labels, startingFrom: trainer.train(old.rows, labels: old.labels))
    #expect(plane.passes < unsketched.passes)
  }

  @Test func `reads no row again where none is new`() throws {
    let data = DrawnRows(.histograms, rows: 600, columns: 144, seed: 28)
    let trainer = LinearSVMTrainer(penalty: 5)
    let last = try trainer.trainCalibrated(data.rows, labels: data.labels)
    let again = try trainer.train(
      data.rows, labels: data.labels, startingFrom: last.hyperplane)
    #expect(again.passes == 0 && again.weights == last.hyperplane.weights)
  }

  @Test func `goes on from another penalty`() throws {
    let data = DrawnRows(.scattered, rows: 400, columns: 30, seed: 23)
    let loose = try LinearSVMTrainer(penalty: 10).train(data.rows, labels: data.labels)
    let trainer = LinearSVMTrainer(penalty: 0.1, classWeight: .balanced)
    let cold = try trainer.train(data.rows, labels: data.labels)
    let warm = try trainer.train(data.rows, labels: data.labels, startingFrom: loose)
    #expect(abs(warm.primalObjective / cold.primalObjective - 1) < 2e-5)
  }

  @Test func `takes nothing from rows that it was not about`() throws {
    let data = DrawnRows(.scattered, rows: 300, columns: 12, seed: 24)
    let others = DrawnRows(.scattered, rows: 200, columns: 12, seed: 25)
    let trainer = LinearSVMTrainer(penalty: 1)
    let last = try trainer.train(others.rows, labels: others.labels)
    #expect(
      try trainer.train(data.rows, labels: data.labels, startingFrom: last)
        == trainer.train(data.rows, labels: data.labels))
  }

  /// Memory for a quarter of the rows, and for very few.
  @Test(
    arguments: [(.histograms, 300), (.histograms, 150), (.scattered, 300)]
      as [(DrawnRows.Kind, Int)])
  func `reaches the same optimum with rows that do not fit in memory`(
    kind: DrawnRows.Kind, rowsInMemory: Int
  ) throws {
    let data = DrawnRows(kind, rows: 1200, columns: 72, seed: 26)
    var trainer = LinearSVMTrainer(penalty: 2, threads: 2)
    let whole = try trainer.trainCalibrated(data.rows, labels: data.labels)
    trainer.memory = rowsInMemory * 72 * 4
    let blockwise = try trainer.trainCalibrated(data.rows, labels: data.labels)
    #expect(blockwise.hyperplane.relativeGap < 1e-5)
    #expect(
      abs(blockwise.hyperplane.primalObjective / whole.hyperplane.primalObjective - 1) < 2e-5)
    #expect(abs(blockwise.sigmoid.a / whole.sigmoid.a - 1) < 0.01)
    #expect(abs(blockwise.sigmoid.b - whole.sigmoid.b) < 0.03)
  }

  @Test func `goes on from the last generation block by block`() throws {
    let data = DrawnRows(.histograms, rows: 1200, columns: 72, seed: 27)
    let trainer = LinearSVMTrainer(penalty: 2, memory: 300 * 72 * 4)
    let first = DenseRows(values: Array(data.rows.values.prefix(1150 * 72)), columnCount: 72)
    let last = try trainer.trainCalibrated(first, labels: Array(data.labels.prefix(1150)))
    let cold = try trainer.trainCalibrated(data.rows, labels: data.labels)
    let warm = try trainer.trainCalibrated(
      data.rows, labels: data.labels, startingFrom: last.hyperplane)
    #expect(abs(warm.hyperplane.primalObjective / cold.hyperplane.primalObjective - 1) < 2e-5)
    #expect(abs(warm.sigmoid.a / cold.sigmoid.a - 1) < 0.01)
    #expect(warm.hyperplane.passes < cold.hyperplane.passes)
  }

  @Test func `separates two rows in the middle`() throws {
    let rows = DenseRows(values: [3, 0, 1, 0], columnCount: 2)
    let plane = try LinearSVMTrainer(penalty: 100).train(rows, labels: [1, -1])
    #expect(abs(plane.weights[0] - 1) < 1e-6 && plane.weights[1] == 0)
    #expect(abs(plane.bias + 2) < 1e-6)
    #expect(plane.duals.allSatisfy { abs($0 - 0.5) < 1e-6 })
  }

  @Test func `finds no direction in constant rows`() throws {
    let rows = DenseRows(values: [Float](repeating: 0.25, count: 60), columnCount: 6)
    let labels: [Float] = [1, -1, -1, 1, -1, -1, 1, -1, -1, -1]
    let trainer = LinearSVMTrainer(penalty: 1)
    let plane = try trainer.train(rows, labels: labels)
    // Only the bias is left, and the majority decides it: 3 losses of 2.
    #expect(plane.weights.allSatisfy { abs($0) < 1e-6 })
    #expect(abs(plane.primalObjective - 6) < 1e-5 && plane.isBlind)
    #expect(plane.relativeGap < 1e-5)
    #expect(try trainer.trainCalibrated(rows, labels: labels).sigmoid.a.isFinite)
  }

  /// Rows in which nothing distinguishes the classes, however many there are of each, and rows so small that the
  /// squares of their features vanish.
  @Test(
    arguments: [(5, 5), (4, 6), (6, 4), (1, 9), (200, 31)], [0, 0.25, 1e-30, 1e-41] as [Float])
  func `bears rows that are all alike`(counts: (Int, Int), value: Float) throws {
    let (positives, negatives) = counts
    let count = positives + negatives
    let rows = DenseRows(values: [Float](repeating: value, count: 9 * count), columnCount: 9)
    let labels = (0..<count).map { $0 < positives ? 1 : -1 as Float }
    let trainer = LinearSVMTrainer(penalty: 0.01, threads: 2)
    let first = try trainer.trainCalibrated(rows, labels: labels)
    let again = try trainer.trainCalibrated(
      rows, labels: labels, startingFrom: first.hyperplane)
    for trained in [first, again] {
      #expect(trained.hyperplane.isBlind && trained.hyperplane.relativeGap < 1e-5)
      #expect(trained.sigmoid.a.isFinite && trained.sigmoid.b.isFinite)
    }
  }

  @Test(arguments: [1e-41, 1e-30, 1e-15, 1e15, 1e18] as [Float])
  func `bears a column unlike the others`(value: Float) throws {
    let data = DrawnRows(.scattered, rows: 120, columns: 6, seed: 33)
    var values = data.rows.values
    for row in 0..<120 { values[row * 6 + 2] = row % 3 == 0 ? value : 0 }
    let rows = DenseRows(values: values, columnCount: 6)
    for memory in [Int.max, 60 * 6 * 4] {
      let trainer = LinearSVMTrainer(penalty: 0.01, threads: 2, memory: memory)
      let trained = try trainer.trainCalibrated(rows, labels: data.labels)
      #expect(trained.hyperplane.primalObjective.isFinite)
      #expect(trained.sigmoid.a.isFinite && trained.sigmoid.b.isFinite)
    }
  }

  @Test(arguments: [1e25, 1e40, 1e300]) func `says that margins overflow`(penalty: Double) {
    let values = (0..<60).map { Float($0 * $0 % 7) * 1e17 }
    let labels = (0..<20).map { $0 % 3 == 0 ? 1 : -1 as Float }
    #expect(throws: TrainingError.overflow) {
      try LinearSVMTrainer(penalty: penalty)
        .trainCalibrated(DenseRows(values: values, columnCount: 3), labels: labels)
    }
  }

  /// With such a large C the optimum is out of reach.
  @Test func `ends where rows contradict one another, and tells how far it came`() throws {
    let data = DrawnRows(.histograms, rows: 600, columns: 36, seed: 34, noise: 0.3)
    var trainer = LinearSVMTrainer(penalty: 1e6, threads: 2)
    let heard = Mutex<[Double]>([])
    trainer.progress = { share in heard.withLock { $0.append(share) } }
    let trained = try trainer.trainCalibrated(data.rows, labels: data.labels)
    let plane = trained.hyperplane
    #expect(plane.relativeGap > 1e-3 && plane.relativeGap < 1)
    #expect(plane.memory.problem.steps == 1_000_000)
    let shares = heard.withLock { $0 }
    #expect(shares.count > 2 && shares.allSatisfy { (0...1).contains($0) })
  }

  @Test func `bears the same row under both labels`() throws {
    let data = DrawnRows(.histograms, rows: 200, columns: 72, seed: 31)
    let rows = DenseRows(values: data.rows.values + data.rows.values, columnCount: 72)
    let labels = data.labels + data.labels.map { -$0 }
    let plane = try LinearSVMTrainer(penalty: 1).train(rows, labels: labels)
    #expect(plane.relativeGap < 1e-5)
    #expect(abs(plane.primalObjective - 400) < 1e-2 && plane.isBlind)
  }

  @Test func `refuses rows of one class`() {
    let rows = DenseRows(values: [1, 2, 3], columnCount: 1)
    #expect(throws: TrainingError.oneClass(label: -1)) {
      try LinearSVMTrainer(penalty: 1).train(rows, labels: [-1, -1, -1])
    }
  }

  @Test func `refuses no rows`() {
    #expect(throws: TrainingError.noRows) {
      try LinearSVMTrainer(penalty: 1).train(DenseRows(values: [], columnCount: 4), labels: [])
    }
  }

  @Test func `refuses labels other than 1 and -1, and too few`() {
    let rows = DenseRows(values: [1, 2, 3], columnCount: 1)
    #expect(throws: TrainingError.label(0, row: 2)) {
      try LinearSVMTrainer(penalty: 1).train(rows, labels: [1, -1, 0])
    }
    #expect(throws: TrainingError.labelCount(labels: 2, rows: 3)) {
      try LinearSVMTrainer(penalty: 1).train(rows, labels: [1, -1])
    }
  }

  @Test(arguments: [Float.infinity, -Float.infinity, 1e30])
  func `names the feature that cannot be learned from`(value: Float) {
    var values = [Float](repeating: 1, count: 50 * 7)
    values[33 * 7 + 4] = value
    values[44 * 7 + 1] = value
    let labels = (0..<50).map { $0 % 2 == 0 ? 1 : -1 as Float }
    #expect(throws: TrainingError.feature(value, row: 33, column: 4)) {
      try LinearSVMTrainer(penalty: 1, threads: 2)
        .train(DenseRows(values: values, columnCount: 7), labels: labels)
    }
  }

  @Test func `names a feature that is not a number`() throws {
    let rows = DenseRows(values: [1, 2, .nan, 4], columnCount: 2)
    let error = #expect(throws: TrainingError.self) {
      try LinearSVMTrainer(penalty: 1).train(rows, labels: [1, -1])
    }
    #expect(error?.description == "row 1, column 0: a feature of nan cannot be learnt from")
  }
}
