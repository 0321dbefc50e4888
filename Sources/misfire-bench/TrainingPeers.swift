import Foundation

/// scikit-learn on the same rows: libsvm, calibrated, and LIBLINEAR on the dual of the hinge loss.
///
/// LIBLINEAR regularises the bias, so its gap is measured from its own optimum. The time is that of the loosest tolerance
/// within the gap.
struct TrainingPeers {
  let calibratedSeconds: Double
  let linearSeconds: Double
  let linearGap: String
  let objective: Double

  init(_ path: String, penalty: Double, gap: Double) throws {
    let process = Process()
    process.executableURL = URL(filePath: ".venv/bin/python")
    process.arguments = [
      "-W", "ignore", "-c",
      """
      import sys, time, numpy as np
      from sklearn.svm import SVC, LinearSVC
      path, C, gap = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
      y = np.fromfile(path + ".labels", "f4").astype(float)
      X = np.fromfile(path, "f4").reshape(len(y), -1).astype(float)

      def fit(machine):
          start = time.perf_counter()
          machine.fit(X, y)
          return time.perf_counter() - start, machine

      def objective(machine, bias_cost=0):
          w, b = machine.coef_[0], machine.intercept_[0]
          return (w @ w + bias_cost * b * b) / 2 + C * np.maximum(0, 1 - y * (X @ w + b)).sum()

      calibrated, svc = fit(SVC(kernel="linear", C=C, probability=True, random_state=42))
      exact = SVC(kernel="linear", C=C, tol=1e-6).fit(X, y)
      def linear(tol):
          return LinearSVC(loss="hinge", dual=True, C=C, tol=tol, max_iter=1000000, random_state=42)
      optimum = objective(linear(1e-7).fit(X, y), 1)
      for tol in (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5):
          seconds, machine = fit(linear(tol))
          reached = objective(machine, 1) / optimum - 1
          if reached <= gap:
              break
      print(calibrated, seconds, f"{gap:.0e}", objective(exact))
      """, path, "\(penalty)", "\(gap)",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let words = printed.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 4, let calibrated = Double(words[0]), let linear = Double(words[1]),
      let objective = Double(words[3])
    else {
      fatalError(
        "scikit-learn printed no times; make the virtual environment with scripts/make-venv")
    }
    calibratedSeconds = calibrated
    linearSeconds = linear
    linearGap = words[2]
    self.objective = objective
  }
}
