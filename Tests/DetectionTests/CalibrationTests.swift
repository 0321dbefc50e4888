import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct `Calibration` {
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
}
