import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct `Calibrating` {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `fits the sigmoid that scikit-learn fits`(seed: UInt64) throws {
    let data = DrawnRows(.scattered, rows: 300, columns: 1, seed: seed, noise: 0.2)
    let values = data.rows.values.map { Double($0) }
    let sigmoid = Sigmoid(fitting: values, labels: data.labels)
    let printed = try withTemporaryFolder { folder in
      try data.write(to: folder)
      return try Python.run(
        """
        import sys, numpy as np
        from sklearn.calibration import _sigmoid_calibration
        values = np.fromfile(sys.argv[1] + "/rows.f32", "f4").astype(float)
        print(*_sigmoid_calibration(values, np.fromfile(sys.argv[1] + "/labels.f32", "f4")))
        """, [folder.string])
    }
    let numbers = printed.split(whereSeparator: \.isWhitespace).map { Double($0)! }
    #expect(abs(sigmoid.a - numbers[0]) < 1e-3)
    #expect(abs(sigmoid.b - numbers[1]) < 1e-3)
  }

  @Test func `stays finite where the classes separate`() {
    let sigmoid = Sigmoid(fitting: [-3, -2, -1.5, 1.5, 2, 7], labels: [-1, -1, -1, 1, 1, 1])
    #expect(sigmoid.a < 0 && sigmoid.a.isFinite && sigmoid.b.isFinite)
    #expect(sigmoid.probability(of: 2) > 0.5 && sigmoid.probability(of: -2) < 0.5)
  }

  @Test(arguments: [(5, ClassWeight.none), (6, .balanced)] as [(UInt64, ClassWeight)])
  func `decides on each row by a hyperplane that never saw it`(seed: UInt64, weight: ClassWeight)
    throws
  {
    let data = DrawnRows(.histograms, rows: 203, columns: 180, seed: seed)
    let trainer = LinearSVMTrainer(penalty: 2, classWeight: weight)
    let calibrated = try trainer.trainCalibrated(data.rows, labels: data.labels)
    let costs = trainer.costs(of: data.labels)
    let folds = trainer.folds(of: 203)
    for number in 0..<5 {
      let fold = folds.indices.filter { folds[$0] == number }
      let rest = folds.indices.filter { folds[$0] != number }
      let reference = try withTemporaryFolder { folder in
        try data.write(to: folder)
        return try Python.run(
          """
          import sys, numpy as np
          from sklearn.svm import SVC
          y = np.fromfile(sys.argv[1] + "/labels.f32", "f4").astype(float)
          X = np.fromfile(sys.argv[1] + "/rows.f32", "f4").reshape(len(y), -1).astype(float)
          rest, fold = ([int(i) for i in a.split()] for a in sys.argv[2:4])
          costs = {1: float(sys.argv[4]), -1: float(sys.argv[5])}
          svc = SVC(kernel="linear", C=1, class_weight=costs, tol=1e-5).fit(X[rest], y[rest])
          print(*svc.decision_function(X[fold]))
          """,
          [
            folder.string, rest.map(String.init).joined(separator: " "),
            fold.map(String.init).joined(separator: " "), "\(costs.positive)", "\(costs.negative)",
          ])
      }
      let values = reference.split(whereSeparator: \.isWhitespace).map { Double($0)! }
      for (row, value) in zip(fold, values) {
        #expect(abs(calibrated.decisionValues[row] - value) < 0.05)
      }
    }
  }

  @Test func `deals rows to five folds alike, and new rows without moving the old`() {
    let trainer = LinearSVMTrainer(penalty: 1, seed: 7)
    let folds = trainer.folds(of: 1003)
    let sizes = (0..<5).map { fold in folds.count { $0 == fold } }
    #expect(sizes.allSatisfy { $0 == 200 || $0 == 201 })
    #expect(trainer.folds(of: 901) == Array(folds.prefix(901)))
    #expect(folds.prefix(20) != folds.dropFirst(20).prefix(20))
  }

  @Test func `depends on the seed`() throws {
    let data = DrawnRows(.scattered, rows: 100, columns: 5, seed: 9)
    let sigmoids = try [1, 2].map { seed in
      try LinearSVMTrainer(penalty: 1, seed: seed)
        .trainCalibrated(data.rows, labels: data.labels).sigmoid
    }
    #expect(sigmoids[0] != sigmoids[1])
  }

  @Test func `works where a fold has all rows of a class`() throws {
    let rows = DenseRows(values: [5, 1, 2, 1.5, 0.5, 0, 1], columnCount: 1)
    let sigmoid = try LinearSVMTrainer(penalty: 1)
      .trainCalibrated(rows, labels: [1, -1, -1, -1, -1, -1, -1]).sigmoid
    #expect(sigmoid.a.isFinite && sigmoid.b.isFinite)
  }

  @Test func `works with fewer rows than folds`() throws {
    let rows = DenseRows(values: [5, 1], columnCount: 1)
    let sigmoid = try LinearSVMTrainer(penalty: 1).trainCalibrated(rows, labels: [1, -1]).sigmoid
    #expect(sigmoid.a.isFinite && sigmoid.b.isFinite)
  }

  /// Few rows, few columns and any C: in many of them the biases of the folds differ more than their margins.
  @Test func `never turns over, in a thousand small trainings`() throws {
    var sources: [Calibration.Source: Int] = [:]
    var turned = 0
    for seed in UInt64(0)..<1000 {
      var generator = SplitMix64(seed: seed)
      let positives = Int.random(in: 3...12, using: &generator)
      let negatives = Int.random(in: 3...40, using: &generator)
      let columns = Int.random(in: 2...40, using: &generator)
      let pull = Float.random(in: 0...0.4, using: &generator)
      let labels =
        [Float](repeating: 1, count: positives) + [Float](repeating: -1, count: negatives)
      let values = labels.flatMap { label in
        (0..<columns).map { _ in Float.random(in: -1...1, using: &generator) + pull * label }
      }
      let rows = DenseRows(values: values, columnCount: columns)
      let penalty = exp2(Double.random(in: -14...4, using: &generator))
      let trained = try LinearSVMTrainer(penalty: penalty, seed: seed)
        .trainCalibrated(rows, labels: labels)
      sources[trained.calibration.source, default: 0] += 1

      let byFolds = Sigmoid(fitting: trained.decisionValues, labels: labels)
      if byFolds.a >= 0 { turned += 1 }
      let isByFolds = [.folds, .separatedFolds].contains(trained.calibration.source)
      #expect(!isByFolds || trained.sigmoid == byFolds)
      #expect(isByFolds == (byFolds.a <= -Calibration.leastSlope))
      #expect(trained.sigmoid.a < 0, "seed \(seed)")
      let probabilities = stride(from: -2.0, through: 2, by: 0.25).map(trained.sigmoid.probability)
      #expect(probabilities.allSatisfy { (0...1).contains($0) }, "seed \(seed)")
      #expect(zip(probabilities, probabilities.dropFirst()).allSatisfy(<=), "seed \(seed)")
      #expect(probabilities.first! < probabilities.last!, "seed \(seed)")
    }
    // Otherwise these trainings test nothing.
    #expect(turned > 50)
    for source in [Calibration.Source.folds, .separatedFolds, .ownRows] {
      #expect(sources[source, default: 0] > 10, "\(source)")
    }
  }

  @Test func `says what it was fitted to`() {
    let labels: [Float] = [1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1]
    let rising = [2, 1, 2, 3, 1, -1, -2, -1, -2, -3, -1, 1.5]
    func calibration(_ decisionValues: [Double], _ ownMargins: [Double]) -> Calibration {
      Calibration(decisionValues: decisionValues, ownMargins: ownMargins, labels: labels)
    }
    let byFolds = calibration(rising, rising.map { 3 * $0 })
    #expect(byFolds.source == .folds && byFolds.remark == nil)
    #expect(byFolds.sigmoid == Sigmoid(fitting: rising, labels: labels))
    #expect(calibration(labels.map(Double.init), rising).source == .separatedFolds)

    let byOwnRows = calibration(rising.map { -$0 }, rising)
    #expect(byOwnRows.source == .ownRows && byOwnRows.sigmoid == byFolds.sigmoid)
    #expect(byOwnRows.remark?.contains("in the five folds") == true)

    let falling = calibration(rising.map { -$0 }, rising.map { -$0 })
    #expect(falling.source == .leastSlope && falling.sigmoid.a == -Calibration.leastSlope)
    #expect(abs(falling.sigmoid.probability(of: 0) - 0.5) < 1e-2)
    #expect(falling.remark?.contains("next to nothing") == true)
  }

  @Test func `says where the object has too few rows`() throws {
    let rows = DenseRows(values: [5, 1, 2, 1.5, 0.5, 0, 1], columnCount: 1)
    let calibration = try LinearSVMTrainer(penalty: 1)
      .trainCalibrated(rows, labels: [1, -1, -1, -1, -1, -1, -1]).calibration
    #expect(calibration.remark?.contains("only 1 of its rows show") == true)
  }
}
