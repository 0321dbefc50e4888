import Foundation
import SystemPackage
import TestSupport
import Testing

/// contrib/c/misfire.h and contrib/python, compared with the product.
@Suite struct `Scorers elsewhere` {
  /// Cuts windows out of a picture with a car and one without.
  private static let cutting = """
    import cv2, sys
    folder, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for kind, name in (("car", "cars/images/car-0001.jpg"), ("scene", "scenes/scene-0001.jpg")):
        gray = cv2.cvtColor(cv2.imread(f"{folder}/{name}"), cv2.COLOR_BGR2GRAY)
        for number, (x, y) in enumerate([(0, 0), (31, 17), (60, 40)]):
            cv2.imwrite(f"{folder}/window-{kind}-{number}.png", gray[y:y + height, x:x + width])
            gray[y:y + height, x:x + width].tofile(f"{folder}/window-{kind}-{number}.png.gray")
    """

  @Test(arguments: ["L1", "L1-sqrt", "L2", "L2-Hys"])
  func `in C say what detect says of each window`(_ norm: String) throws {
    try withSite(["block_norm": "\"\(norm)\""]) { site in
      for file in ["features.hdf5", "state.sqlite", "model.hdf5"] {
        try FileManager.default.removeItem(
          atPath: site.folder.appending(["output"]).appending(file).string)
      }
      try site.succeed("extract")
      try site.succeed("train")
      let exported = try site.misfire("export", ["--format", "text", "model.txt"])
      try #require(exported.status == 0, "\(exported.errors)")
      _ = try Python.run(Self.cutting, [site.folder.string, "96", "32"])
      let program = try build(in: site)

      let windows = try site.names(in: ".").filter {
        $0.hasPrefix("window-") && $0.hasSuffix(".png")
      }
      #expect(windows.count == 6)
      let detected = try site.misfire("detect", ["--json", "--min-margin", "-100"] + windows)
        .objects()
      #expect(detected.count == windows.count)
      var margins: [Double] = []
      for (window, found) in zip(windows, detected) {
        let best = try #require((found["detections"] as? [[String: Any]])?.first, "\(window)")
        let result = try run(program, ["model.txt", window + ".gray"], in: site)
        let numbers = result.output.split(separator: " ").compactMap {
          Double($0.trimmingCharacters(in: .newlines))
        }
        try #require(numbers.count == 2, "\(result.errors)")
        #expect(abs(numbers[0] - (best["margin"] as! Double)) < 1e-4, "\(window)")
        #expect(abs(numbers[1] - (best["probability"] as! Double)) < 1e-4, "\(window)")
        margins.append(numbers[0])
      }
      #expect(Set(margins).count == 6)
    }
  }

  @Test func `in C refuse what is no model, and say why`() throws {
    try withSite { site in
      let exported = try site.misfire("export", ["--format", "text", "model.txt"])
      try #require(exported.status == 0, "\(exported.errors)")
      let text = try String(
        contentsOfFile: site.folder.appending("model.txt").string, encoding: .utf8)
      let program = try build(in: site)
      for (broken, words) in [
        ("", "not a model"), ("misfire-model 2\n", "not a model"),
        (String(text.prefix(text.count / 2)), "cut off"),
        (text.replacing("skimage", with: "opencv"), "does not know"),
        (text.replacing("weights ", with: "weights 1"), "another number"),
        (text.replacing("window_dim 96 32", with: "window_dim 96000000 32"), "incomplete"),
        (text.replacing(/bias .*\n/, with: ""), "incomplete"),
      ] {
        try site.write(broken.utf8, to: "broken.txt")
        let result = try run(program, ["broken.txt", "model.txt"], in: site)
        #expect(result.status == 1 && result.errors.contains(words), "\(result.errors)")
      }
      #expect(try site.misfire("export", ["--format", "text", "model.txt"]).status == 1)
    }
  }

  /// Builds the example beside the header.
  private func build(in site: Site) throws -> String {
    let folder = Python.packageFolder.appending(path: "contrib/c").path
    let program = site.folder.appending("score").string
    let built = try Command.run(
      "/usr/bin/cc",
      [
        "-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
        "-fsanitize=address,undefined",
        "-o", program, "\(folder)/score.c", "-lm",
      ])
    try #require(built.status == 0, "\(built.errors)")
    return program
  }

  /// The sanitizer must be the first library loaded, whatever the tests were started with.
  private func run(_ program: String, _ arguments: [String], in site: Site) throws -> Command.Result
  {
    try Command.run(
      "/usr/bin/env", ["-u", "LD_PRELOAD", program] + arguments, in: site.folder.string)
  }

  @Test func `in Python find what detect finds`() throws {
    try withSite { site in
      let script = """
        import json, os, sys
        sys.path.insert(0, sys.argv[1])
        os.environ["PATH"] = sys.argv[2] + ":" + os.environ["PATH"]
        import cv2, numpy as np
        from misfire import Detector, MisfireError
        folder, conf, model = sys.argv[3:6]
        answer = {"found": {}, "errors": []}
        for detector in (Detector(model, conf=conf), Detector(conf=conf)):
            for name in ("cars/images/car-0001.jpg", "cars/images/car-0002.jpg", "scenes/scene-0001.jpg"):
                array = cv2.imread(f"{folder}/{name}")[:, :, ::-1]
                same = detector.detect(np.ascontiguousarray(array))
                assert same == detector.detect(f"{folder}/{name}.png") if cv2.imwrite(f"{folder}/{name}.png", array[:, :, ::-1]) else False
                gray = detector.detect(cv2.cvtColor(np.ascontiguousarray(array), cv2.COLOR_RGB2GRAY))
                assert len(gray) == len(same)
                answer["found"][name] = [[d.probability, d.margin, list(d.box)] for d in same]
        for bad in (np.zeros((3, 3), dtype=float), np.zeros((4,), dtype=np.uint8)):
            try:
                detector.detect(bad)
            except ValueError as error:
                answer["errors"].append(str(error))
        try:
            Detector("/nowhere.hdf5", conf=conf).detect(np.zeros((64, 128), dtype=np.uint8))
        except MisfireError as error:
            answer["errors"].append(str(error))
        print(json.dumps(answer))
        """
      let printed = try Python.run(
        script,
        [
          Python.packageFolder.appending(path: "contrib/python").path, Command.folder.path,
          site.folder.string, site.conf.string, site.model.string,
        ])
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
      let found = try #require(answer["found"] as? [String: [[Any]]])
      #expect(found.count == 3 && found.values.contains { !$0.isEmpty })
      for (name, objects) in found {
        let detected = try #require(
          try site.misfire("detect", ["--json", "\(name).png"]).objects().first?["detections"]
            as? [[String: Any]])
        #expect(detected.map { $0["margin"] as! Double } == objects.map { $0[1] as! Double })
        #expect(detected.map { $0["probability"] as! Double } == objects.map { $0[0] as! Double })
        #expect(detected.map { $0["box"] as! [Int] } == objects.map { $0[2] as! [Int] })
      }
      let errors = try #require(answer["errors"] as? [String])
      #expect(errors.count == 3 && errors[2].contains("/nowhere.hdf5"), "\(errors)")
    }
  }
}
