import Detection
import Foundation
import Mining
import Settings

/// The lesson's Python, run on the first and the middle scene and scaled to all by the windows it looks at.
struct Lesson {
  let seconds: Double
  let scaling: String

  init(_ subject: Subject) throws {
    let chosen = [0, subject.scenes.count / 2]
    let model = subject.model
    let hog = model.hog
    let conf: [String: Any] = [
      "orientations": hog.orientations, "pixels_per_cell": [hog.cellRows, hog.cellColumns],
      "cells_per_block": [hog.blockRows, hog.blockColumns], "normalize": hog.squareRoot,
      "block_norm": hog.blockNorm.rawValue, "window_dim": [hog.window.width, hog.window.height],
      "hn_window_step": subject.settings.hnWindowStep,
      "hn_pyramid_scale": subject.settings.hnPyramidScale,
      "hn_min_probability": model.sigmoid.probability(of: subject.minimumMargin),
      "weights": model.weights.map(Double.init), "bias": model.bias, "A": model.sigmoid.a,
      "B": model.sigmoid.b,
    ]
    let process = Process()
    process.executableURL = URL(filePath: ".venv/bin/python")
    process.environment = ["PYTHONPATH": "Tests/Oracle"]
    process.arguments =
      [
        "-c",
        """
        import sys, json, time, numpy as np
        from lesson import gray, mine
        conf = json.load(sys.stdin)
        model = dict(weights=np.array(conf["weights"]), bias=conf["bias"], A=conf["A"], B=conf["B"])
        start = time.perf_counter()
        for path in sys.argv[1:]:
            mine(gray(path), model, conf)
        print(time.perf_counter() - start)
        """,
      ] + chosen.map { subject.paths[$0] }
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(
      contentsOf: JSONSerialization.data(withJSONObject: conf))
    try input.fileHandleForWriting.close()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let measured = Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      fatalError("lesson.py printed no time; make the virtual environment with scripts/make-venv")
    }
    let windows = subject.scenes.map { subject.scanner.scan($0).windows }
    let chosenWindows = chosen.reduce(0) { $0 + windows[$1] }
    let allWindows = windows.reduce(0, +)
    seconds = measured * Double(allWindows) / Double(chosenWindows)
    scaling = "\(fixed(measured, 1)) s for \(chosenWindows) of \(allWindows) windows"
  }
}
