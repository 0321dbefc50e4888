internal import Detecting
import Detection
import Foundation
import Settings
import SystemPackage

/// The lesson's Python, run on the first and the middle scene and scaled to all scenes by their number of windows.
struct Lesson {
  /// The seconds for all scenes, and what they were scaled from.
  struct Time {
    let seconds: Double
    let scaling: String
  }

  /// With the lesson's own classifier: scikit-learn's `SVC`, which predicts the probability of one window at a time.
  let asking: Time
  /// With `mine` from lesson.py, which defines the expected results and multiplies by the weights itself.
  let multiplying: Time

  init(_ subject: Subject) throws {
    let chosen = [0, subject.scenes.count / 2]
    let windows = subject.scenes.map { subject.scanner.scan($0).windows }
    let chosenWindows = chosen.reduce(0) { $0 + windows[$1] }
    let allWindows = windows.reduce(0, +)
    func scaled(_ measured: Double) -> Time {
      Time(
        seconds: measured * Double(allWindows) / Double(chosenWindows),
        scaling: "\(fixed(measured, 1)) s for \(chosenWindows) of \(allWindows) windows")
    }
    let measured = try Self.seconds(
      mining: chosen.map { subject.paths[$0] }, conf: Self.conf(subject))
    (asking, multiplying) = (scaled(measured[0]), scaled(measured[1]))
  }

  /// The lesson's settings, the training set and the model.
  private static func conf(_ subject: Subject) -> [String: Any] {
    let (model, hog) = (subject.model, subject.model.hog)
    return [
      "orientations": hog.orientations, "pixels_per_cell": [hog.cellRows, hog.cellColumns],
      "cells_per_block": [hog.blockRows, hog.blockColumns], "normalize": hog.squareRoot,
      "block_norm": hog.blockNorm.rawValue, "window_dim": [hog.window.width, hog.window.height],
      "hn_window_step": subject.setup.mining.windowStep,
      "hn_pyramid_scale": subject.setup.mining.pyramidScale,
      "hn_min_probability": model.sigmoid.probability(of: subject.minimumMargin),
      "features_path": subject.setup.files.features.string, "C": subject.setup.training.penalty,
      "weights": model.weights.map(Double.init), "bias": model.bias, "A": model.sigmoid.a,
      "B": model.sigmoid.b,
    ]
  }

  /// Runs Python on some scenes, both ways; returns the seconds of each.
  private static func seconds(mining scenes: [String], conf: [String: Any]) throws -> [Double] {
    let process = Process()
    process.executableURL = URL(filePath: ".venv/bin/python")
    process.environment = ["PYTHONPATH": "Tests/Oracle", "PYTHONWARNINGS": "ignore"]
    process.arguments =
      [
        "-c",
        """
        import sys, json, time, cv2, numpy as np
        from sklearn.svm import SVC
        from lesson import describe, gray, load_dataset, mine, windows
        conf = json.load(sys.stdin)
        model = dict(weights=np.array(conf["weights"]), bias=conf["bias"], A=conf["A"], B=conf["B"])
        svc = SVC(kernel="linear", C=conf["C"], probability=True, random_state=42)
        svc.fit(*load_dataset(conf["features_path"], "features"))

        def mine_asking(image):
            window, found = tuple(conf["window_dim"]), []
            for box, pixels in windows(image, conf["hn_window_step"], conf["hn_pyramid_scale"], window):
                probability = svc.predict_proba(describe(pixels, conf).reshape(1, -1))[0, 1]
                if probability > conf["hn_min_probability"]:
                    x0, y0, x1, y1 = box
                    roi = cv2.resize(image[y0:y1, x0:x1], window, interpolation=cv2.INTER_AREA)
                    found.append((probability, box, describe(roi, conf)))
            return sorted(found, key=lambda hit: -hit[0])

        for way in mine_asking, lambda image: mine(image, model, conf):
            start = time.perf_counter()
            for path in sys.argv[1:]:
                way(gray(path))
            print(time.perf_counter() - start)
        """,
      ] + scenes
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(
      contentsOf: JSONSerialization.data(withJSONObject: conf))
    try input.fileHandleForWriting.close()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let seconds = printed.split(separator: "\n").compactMap { Double($0) }
    guard seconds.count == 2 else {
      fatalError("lesson.py printed no times; make the virtual environment with scripts/make-venv")
    }
    return seconds
  }
}
