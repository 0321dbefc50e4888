import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `misfire detect` prints and draws.
@Suite(.timeLimit(.minutes(10))) struct `Detect` {
  /// Every window is found, so that there is something to examine.
  private static let all = ["--min-probability", "0.1"]

  @Test func `prints CSV that is its JSON, whatever the names`() throws {
    try withSite { site in
      let names = ["a \"quoted\", name.jpg", "line\nbreak.jpg"]
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/odd", withIntermediateDirectories: true)
      for name in names { try site.copyPicture("cars/images/car-0001.jpg", to: "odd/\(name)") }
      let pictures = ["cars/images", "odd"]
      let csv = try site.misfire("detect", Self.all + ["--csv"] + pictures)
      let json = try site.misfire("detect", Self.all + ["--json"] + pictures)
      #expect(csv.status == 0 && json.status == 0, "\(csv.errors)")
      try site.write(csv.output.utf8, to: "found.csv")
      try site.write(json.output.utf8, to: "found.json")
      let same = try Python.run(
        """
        import csv, json, sys
        rows = list(csv.DictReader(open(sys.argv[1], newline="")))
        found = [[picture["image"], "object", d["probability"], d["margin"], *d["box"]]
                 for picture in map(json.loads, open(sys.argv[2])) for d in picture["detections"]]
        read = [[row["image"], row["class"], float(row["probability"]), float(row["margin"]),
                 *(int(row[key]) for key in ("x0", "y0", "x1", "y1"))] for row in rows]
        print(len(read) > 24, read == found, len({row[0] for row in read if row[0].startswith("odd")}))
        """, ["found.csv", "found.json"].map { "\(site.folder)/\($0)" })
      #expect(same == "True True 2\n")
    }
  }

  @Test func `prints COCO's results, with the ids of a COCO file`() throws {
    try withSite { site in
      let pictures = ["cars/images/car-0002.jpg", "cars/images/car-0001.jpg"]
      let coco = """
        {"images": [{"id": 71, "file_name": "car-0001.jpg"}, {"id": 4, "file_name": "images/car-0002.jpg"}],
         "annotations": [], "categories": [{"id": 3, "name": "car"}]}
        """
      try site.write(coco.utf8, to: "coco.json")
      func results(_ arguments: [String]) throws -> [[String: Any]] {
        let printed = try site.misfire("detect", ["--coco"] + arguments)
        #expect(printed.status == 0, "\(printed.errors)")
        return try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as! [[String: Any]]
      }
      let found = try results(Self.all + pictures + ["--coco-ids", "coco.json"])
      #expect(Set(found.map { $0["image_id"] as? Int }) == [71, 4])
      #expect(Set(found.map { $0["category_id"] as? Int }) == [3])
      let counted = try results(Self.all + pictures)
      #expect(Set(counted.map { $0["image_id"] as? Int }) == [1, 2])
      #expect(Set(counted.map { $0["category_name"] as? String }) == ["object"])
      let lines = try site.misfire("detect", Self.all + ["--json"] + pictures).objects()
      let boxes = lines.flatMap { $0["detections"] as! [[String: Any]] }.map { $0["box"] as! [Int] }
      #expect(
        found.map { $0["bbox"] as? [Int] }
          == boxes.map { [$0[0], $0[1], $0[2] - $0[0], $0[3] - $0[1]] })
      #expect(try results(["--min-margin", "99"] + [pictures[0]]).isEmpty)
      let unlisted = try site.misfire(
        "detect", ["--coco", "--coco-ids", "coco.json", "cars/images/car-0003.jpg"])
      #expect(unlisted.status == 1 && unlisted.output.isEmpty)
      #expect(
        unlisted.errors.contains(
          "no image, or more than one, matches the file name of cars/images/car-0003.jpg"))
    }
  }

  @Test func `looks at folders, with their subfolders where asked, and draws under the same paths`()
    throws
  {
    try withSite { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/cam/day/one", withIntermediateDirectories: true)
      for name in ["b.jpg", "day/a.jpg", "day/one/a.jpg"] {
        try site.copyPicture("cars/images/car-0001.jpg", to: "cam/\(name)")
      }
      try site.write("no picture".utf8, to: "cam/notes")
      func images(_ arguments: String...) throws -> [String?] {
        try site.misfire("detect", ["--json"] + arguments).objects().map { $0["image"] as? String }
      }
      #expect(try images("cam") == ["cam/b.jpg"])
      let below = ["cam/b.jpg", "cam/day/a.jpg", "cam/day/one/a.jpg"]
      #expect(try images("--recursive", "cam") == below)
      // Drawings go below the folder that is searched, and must not be searched in turn.
      for _ in 1...2 {
        #expect(try images("-r", "cam", "--draw", "cam/found", "--overwrite") == below)
      }
      let drawn = try FileManager.default.subpathsOfDirectory(atPath: "\(site.folder)/cam/found")
      #expect(Set(drawn) == ["b.jpg", "day", "day/a.jpg", "day/one", "day/one/a.jpg"])
      let told = try site.misfire("detect", ["cam"])
      #expect(told.errors.contains("cam/notes: not a picture format that Misfire reads"))
    }
  }

  @Test func `ends as grep does where asked`() throws {
    try withSite { site in
      let car = "cars/images/car-0001.jpg"
      try site.write("no picture".utf8, to: "bad.jpg")
      func status(_ arguments: String...) throws -> Int32 {
        try site.misfire("detect", arguments).status
      }
      #expect(try status(car, "--min-margin", "-1", "--exit-code") == 0)
      #expect(try status(car, "--min-margin", "99", "--exit-code") == 1)
      #expect(try status(car, "--min-margin", "99") == 0)
      #expect(try status(car, "bad.jpg", "--min-margin", "-1", "--exit-code") == 2)
      #expect(try status("bad.jpg") == 1)
      #expect(try status("--exit-code", "nowhere") == 2)
      #expect(try status("--exit-code") == 64)
      try FileManager.default.removeItem(atPath: site.model.string)
      #expect(try status(car, "--exit-code") == 2)
      #expect(try status(car) == 1)
    }
  }

  @Test func `draws PNG and JPEG by their names alone`() throws {
    try withSite { site in
      let car = "cars/images/car-0001.jpg"
      _ = try Python.run(
        "import cv2, sys; cv2.imwrite(sys.argv[2], cv2.imread(sys.argv[1]))",
        [car, "car.bmp"].map { "\(site.folder)/\($0)" })
      #expect(try site.misfire("detect", ["car.bmp", car, "--draw", "found"]).status == 0)
      #expect(try site.names(in: "found") == ["car-0001.jpg", "car.bmp.png"])
      let beginning = try Data(contentsOf: URL(filePath: "\(site.folder)/found/car.bmp.png"))
        .prefix(4)
      #expect(Array(beginning) == [0x89, 0x50, 0x4e, 0x47])
      for (arguments, words) in [
        ([car, "--draw", "one.bmp"], "drawings are .png or .jpg"),
        ([car, "car.bmp", "--draw", "one.png"], "give a folder"),
        ([car, "--draw", "one", "--heatmap", "one"], "give two places"),
        ([car, "--watch", "drops", "--draw", "drops"], "would be scanned in turn"),
        ([car, "--watch", "drops", "--coco"], "use --json or --csv"),
      ] {
        let refusal = try site.misfire("detect", arguments)
        #expect(refusal.status == 64 && refusal.errors.contains(words), "\(refusal.errors)")
      }
      #expect(try site.misfire("detect", [car, "--draw", "alone"]).status == 0)
      #expect(try site.names(in: "alone") == ["car-0001.jpg"])
    }
  }

  @Test func `draws lines and letters in proportion to the picture`() throws {
    try withSite { site in
      _ = try Python.run(
        """
        import cv2, sys
        cv2.imwrite(sys.argv[2], cv2.resize(cv2.imread(sys.argv[1]), None, fx=8, fy=8))
        """, ["cars/images/car-0001.jpg", "large.png"].map { "\(site.folder)/\($0)" })
      let found = try site.misfire(
        "detect", ["large.png", "--draw", "drawn.png", "--json", "--min-margin", "-1"])
      let detections = try #require(found.objects().first?["detections"] as? [[String: Any]])
      let box = try #require(detections.first?["box"] as? [Int])
      // The number of pixels drawn on, half way down, from the most confident box's left edge to the right.
      let thickness = try Python.run(
        """
        import cv2, sys
        drawn, (x0, y0, x1, y1) = cv2.imread(sys.argv[1]), map(int, sys.argv[2:])
        color = (drawn[(y0 + y1) // 2, x0:x0 + 40] == (0, 64, 255)).all(1)
        print(int(color.argmin()))
        """, ["\(site.folder)/drawn.png"] + box.map(String.init))
      #expect(try #require(Int(thickness.dropLast())) >= 4)
    }
  }

  @Test func `shows where the margins are best`() throws {
    try withSite { site in
      let car = "cars/images/car-0001.jpg"
      let result = try site.misfire(
        "detect", ["--json", "--min-margin", "-9", car, "--heatmap", "heat.png"])
      #expect(result.status == 0, "\(result.errors)")
      let best = try #require((result.objects().first?["detections"] as? [[String: Any]])?.first)
      let box = try #require(best["box"] as? [Int])
      // Inferno grows lighter throughout, so the colour over the grey picture indicates the margin.
      let place = try Python.run(
        """
        import cv2, numpy as np, sys
        picture, heat = cv2.imread(sys.argv[1], 0).astype(float), cv2.imread(sys.argv[2]).astype(float)
        assert heat.shape[:2] == picture.shape
        red = (heat[..., 2] - 0.4 * picture) / 0.6
        y, x = np.unravel_index(red.argmax(), red.shape)
        print(x, y, (red < 0.02 * 255).mean() > 0.2)
        """, [car, "heat.png"].map { "\(site.folder)/\($0)" })
      let words = place.split(separator: " ")
      let (x, y) = (Int(words[0])!, Int(words[1])!)
      let center = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
      #expect(abs(x - center.0) < 12 && abs(y - center.1) < 12, "\(place), \(box)")
      #expect(words[2] == "True\n")
      let again = try site.misfire("detect", [car, "--heatmap", "heat.png"])
      #expect(again.status == 1 && again.output.isEmpty && again.errors.contains("--overwrite"))
    }
  }

  @Test func `waits for an empty folder that was moved away`() async throws {
    try await withSite { site in
      let missing = try site.misfire("detect", ["--watch", "cam"])
      #expect(missing.status == 1)
      #expect(missing.errors.contains("cannot read the folder cam: No such file or directory"))
      #expect(!missing.errors.contains("waiting"), "\(missing.errors)")

      let cam = "\(site.folder)/cam"
      try FileManager.default.createDirectory(atPath: cam, withIntermediateDirectories: true)
      let (process, output, errors) = try site.watchCam()
      var told = errors.makeAsyncIterator()
      #expect(await told.next() == "misfire: watching cam")
      try FileManager.default.moveItem(atPath: cam, toPath: cam + ".aside")
      #expect(await told.next() == "misfire: cam is gone; waiting for it to come back")
      try FileManager.default.moveItem(atPath: cam + ".aside", toPath: cam)
      #expect(await told.next() == "misfire: watching cam")
      try site.copyPicture("cars/images/car-0001.jpg", to: "cam/written.jpg")
      var lines = output.makeAsyncIterator()
      #expect(await lines.next()?.contains(#""image":"cam/written.jpg""#) == true)
      kill(process.processID, SIGTERM)
      #expect(await process.end() == 0)
    }
  }

  @Test func `tells of pictures as they come, until it is ended`() async throws {
    try await withSite { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/cam", withIntermediateDirectories: true)
      try site.copyPicture("cars/images/car-0003.jpg", to: "cam/before.jpg")
      let (process, output, errors) = try site.watchCam("--draw", "found")
      var told = errors.makeAsyncIterator()
      #expect(await told.next() == "misfire: watching cam")
      var lines = output.makeAsyncIterator()

      try site.copyPicture("cars/images/car-0001.jpg", to: "cam/written.jpg")
      #expect(await lines.next()?.contains(#""image":"cam/written.jpg""#) == true)
      // A file that is not a picture does not stop anything.
      try site.write("no picture".utf8, to: "cam/bad.jpg")
      #expect(await told.next()?.contains("cam/bad.jpg: not a picture") == true)
      try site.copyPicture("cars/images/car-0002.jpg", to: "moved.jpg")
      try FileManager.default.moveItem(
        atPath: "\(site.folder)/moved.jpg", toPath: "\(site.folder)/cam/moved.jpg")
      #expect(await lines.next()?.contains(#""image":"cam/moved.jpg""#) == true)

      kill(process.processID, SIGTERM)
      #expect(await process.end() == 1, "the bad picture")
      #expect(await lines.next() == nil)
      #expect(try site.names(in: "found") == ["moved.jpg", "written.jpg"])
    }
  }
}

extension Site {
  /// Starts `misfire detect` on what comes into the folder cam.
  /// - Returns: the process, and the lines of its output and errors.
  fileprivate func watchCam(_ arguments: String...) throws
    -> (ChildProcess, output: AsyncStream<String>, errors: AsyncStream<String>)
  {
    let (output, errors) = (Pipe(), Pipe())
    let process = try ChildProcess(
      Command.folder.appending(path: "misfire").path,
      ["detect", "--conf", conf.string, "--watch", "cam", "--json", "--min-margin", "-9"]
        + arguments, in: folder.string,
      output: output.fileHandleForWriting, errors: errors.fileHandleForWriting)
    try output.fileHandleForWriting.close()
    try errors.fileHandleForWriting.close()
    return (process, output.lines(), errors.lines())
  }

  /// Copies a picture in this folder to another name.
  fileprivate func copyPicture(_ name: String, to other: String) throws {
    try write(Data(contentsOf: URL(filePath: "\(folder)/\(name)")), to: other)
  }
}
