import Foundation
import SystemPackage
import TestSupport
import Testing

/// A detector with OpenCV's features, used through the commands.
@Suite(.timeLimit(.minutes(5))) struct `With OpenCV's descriptor` {
  private static let settings = [
    "descriptor": #""opencv""#, "pixels_per_cell": "[8, 8]", "min_probability": "0.6",
  ]

  @Test(arguments: [false, true])
  func `a detector is trained, mined with and handed to OpenCV and back`(inColor: Bool) throws {
    try withSite(Self.settings.merging(["use_color": "\(inColor)"]) { $1 }) { site in
      if inColor { _ = try Python.run(Self.coloring, [site.folder.string]) }
      try FileManager.default.removeItem(atPath: site.folder.appending("output").string)
      try site.succeed("extract")
      try site.succeed("train")
      let mined = try site.misfire("mine", ["--all"])
      #expect(mined.status == 0 && !mined.output.hasPrefix("0 hard"), "\(mined)")
      try site.succeed("train")
      let verified = try site.misfire("verify")
      #expect(verified.status == 0, "\(verified)")

      // The row of a hard negative equals OpenCV's description of its box.
      let differences = try Python.run(
        Self.describing,
        [site.folder.string, site.folder.appending("scenes").string, inColor ? "color" : "grey"])
      #expect(try #require(Double(differences.dropLast())) <= 1e-5)

      let exported = try site.misfire("export", ["detector.yml"])
      #expect(exported.status == 0 && exported.errors.contains("hitThreshold"), "\(exported)")
      let imported = try site.misfire("import", ["--json", "detector.yml"])
      #expect(imported.status == 0, "\(imported)")
      let report = try #require(imported.objects().first)
      #expect(report["generation"] as? Int == 3 && report["live"] as? Bool == true)
      #expect(report["calibrated_on"] as! Int > 100)
      // Neither YAML in a text file, nor text that nothing reads.
      let text = try site.misfire("export", ["detector.txt"])
      #expect(text.status == 1 && text.errors.contains("with --format opencv"), "\(text)")
      // As some editors and PowerShell save it.
      let file = site.folder.appending("detector.yml").string
      try site.write([0xef, 0xbb, 0xbf] + Data(contentsOf: URL(filePath: file)), to: "marked.yml")
      let marked = try site.misfire("import", ["marked.yml"])
      #expect(marked.status == 0, "\(marked)")
      let again = try site.misfire("export", ["again.yml"])
      #expect(again.status == 0)
      func weights(_ name: String) throws -> String {
        let text = try String(contentsOfFile: site.folder.appending(name).string, encoding: .utf8)
        return String(text[text.firstRange(of: "SVMDetector")!.lowerBound...].prefix { $0 != "]" })
      }
      #expect(try weights("detector.yml") == weights("again.yml"))
    }
  }

  /// Mining again failed for ever, and status asked for pictures of the object.
  @Test func `a detector from elsewhere mines again, and is no training`() throws {
    try withSite(["class_weight": "\"balanced\""]) { site in
      let weights = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1]) as model:
            print(*model["weights"][:], model.attrs["bias"])
        """, [site.model.string])
      try site.write(weights.utf8, to: "w.txt")
      try FileManager.default.removeItem(atPath: site.model.string)
      try site.forgetGenerations()
      let imported = try site.misfire("import", ["w.txt"])
      #expect(imported.status == 0, "\(imported)")
      try site.succeed("mine", site.drops.appending(site.pictures[0]).string)
      let again = try site.misfire("mine", ["--mined"])
      #expect(again.status == 0, "\(again)")
      let status = try site.misfire("status").output
      #expect(!status.contains("rows of the object to learn from"), "\(status)")

      let count = weights.split(whereSeparator: \.isWhitespace).count
      try site.write(String(repeating: "3e38 ", count: count).utf8, to: "large.txt")
      let large = try site.misfire("import", ["large.txt"])
      #expect(large.status == 1, "\(large)")
      #expect(large.errors.contains("large.txt"), "\(large)")
      #expect(!large.errors.contains("Encoding"), "\(large)")
    }
  }

  /// Turns a site's grey pictures into colour pictures whose three channels have edges in different places.
  private static let coloring = """
    import cv2, glob, numpy as np, sys
    for name in glob.glob(sys.argv[1] + "/**/*.jpg", recursive=True):
        grey = cv2.imread(name, cv2.IMREAD_GRAYSCALE)
        colors = [np.roll(grey, 2, axis=1), grey, 255 - np.roll(grey, 2, axis=0)]
        assert cv2.imwrite(name, np.dstack(colors), [cv2.IMWRITE_JPEG_QUALITY, 95])
    """

  /// Describes the boxes of the ledger's hard negatives as docs/format.md specifies, and prints the largest
  /// difference.
  private static let describing = """
    import cv2, glob, h5py, numpy as np, os, sqlite3, sys
    site, scenes, look = sys.argv[1:]
    state, = glob.glob(site + "/**/state.sqlite", recursive=True)
    features, = glob.glob(site + "/**/features.hdf5", recursive=True)
    hog = cv2.HOGDescriptor((96, 32), (16, 16), (8, 8), (8, 8), 9, 1, -1, 0, 0.2, True)
    rows = sqlite3.connect(state).execute(
        "SELECT name, x0, y0, x1, y1, row FROM hard_negatives JOIN images ON images.id = image"
        " WHERE row IS NOT NULL ORDER BY hard_negatives.id LIMIT 60").fetchall()
    with h5py.File(features) as db:
        found = db["hard_negatives"][:, 1:]

    def around(box, window):
        return max(1, int(np.floor(2 * box / window + 0.5)))

    worst = 0
    for name, x0, y0, x1, y1, row in rows:
        seen = cv2.imread(os.path.join(scenes, name))
        if look == "grey":
            seen = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
        h, w = seen.shape[:2]
        x1, y1 = min(x1, w), min(y1, h)
        across, down = around(x1 - x0, 96), around(y1 - y0, 32)
        if (x1 - x0, y1 - y0) == (96, 32):
            image, place = seen, (x0, y0)
        else:
            left, right, above, below = x0 >= across, x1 + across <= w, y0 >= down, y1 + down <= h
            cut = seen[y0 - down * above:y1 + down * below, x0 - across * left:x1 + across * right]
            size = (96 + 2 * left + 2 * right, 32 + 2 * above + 2 * below)
            image, place = cv2.resize(cut, size, interpolation=cv2.INTER_AREA), (2 * left, 2 * above)
        described = hog.compute(image, locations=[tuple(map(int, place))]).ravel()
        worst = max(worst, np.abs(described - found[row]).max())
    assert len(rows) > 10
    print(worst)
    """

  @Test func `OpenCV's own detector of people mines and detects`() throws {
    let settings = Self.settings.merging(["window_dim": "[64, 128]"]) { $1 }
    try withSite(settings) { site in
      try FileManager.default.removeItem(atPath: site.folder.appending("output").string)
      let imported = try site.misfire("import", ["people"])
      #expect(imported.status == 0 && imported.errors.contains("a guess"), "\(imported)")
      let mined = try site.misfire("mine", ["--all", "--dry-run"])
      #expect(mined.status == 0, "\(mined)")
      // Hard negatives alone neither calibrate it nor keep it out.
      let saved = try site.misfire("mine", ["--all", "--json"])
      #expect(saved.status == 0, "\(saved)")
      #expect(try site.sealedRowCount() ?? 0 > 0)
      let again = try site.misfire("import", ["people"])
      #expect(again.status == 0 && again.errors.contains("a guess"), "\(again)")
      #expect(again.output == "generation 2, live\n")
    }
  }

  @Test func `what does not go with it says what does`() throws {
    try withSite { site in
      let exported = try site.misfire("export", ["detector.yml"])
      #expect(exported.status == 1 && exported.errors.contains(#""descriptor": "opencv""#))
      #expect(exported.errors.contains("export it as text, to a FILE.txt or with --format text"))
      #expect(try site.misfire("export", ["detector.txt"]).status == 0)
      #expect(
        try String(contentsOfFile: "\(site.folder)/detector.txt", encoding: .utf8)
          .hasPrefix("misfire-model "))
      let people = try site.misfire("import", ["people"])
      #expect(people.status == 1 && people.errors.contains(#""window_dim": [64, 128]"#))
      try site.write("1 2 three".utf8, to: "weights.txt")
      let words = try site.misfire("import", ["weights.txt"])
      #expect(words.status == 1 && words.errors.contains(#""three" is not a number"#))
      try site.write("1 2 3".utf8, to: "weights.txt")
      let few = try site.misfire("import", ["weights.txt"])
      #expect(few.status == 1 && few.errors.contains("has 3 numbers"), "\(few)")
      try site.write([0xef, 0xbb, 0xbf] + "1 2 3".utf8, to: "weights.txt")
      #expect(try site.misfire("import", ["weights.txt"]).errors == few.errors)
      let none = try site.misfire("import", ["nowhere.yml"])
      #expect(none.status == 1 && none.errors.contains("nowhere.yml"), "\(none)")
      try site.write("%YAML:1.0\n---\na: 1\n".utf8, to: "other.yml")
      let other = try site.misfire("import", ["other.yml"])
      #expect(other.status == 1 && other.errors.contains("no HOGDescriptor"), "\(other)")
    }
  }
}
