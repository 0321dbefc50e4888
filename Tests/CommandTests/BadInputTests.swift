import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the commands say about unusable input: what happened, to which file, and what to do.
@Suite struct `Bad input` {
  // MARK: Settings

  @Test func `a settings file that is missing or unreadable`() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending("nowhere.json").string
      for (path, reason) in [(missing, "No such file"), (folder.string, "Is a directory")] {
        for command in ["extract", "train", "mine", "status"] {
          try expectFailure(
            Command.run("misfire", [command, "--conf", path]), status: 78, path, reason,
            "check that")
        }
      }
      let daemon = try Command.run("misfired", ["--conf", missing])
      #expect(daemon.status == 78 && daemon.errors.contains(missing))
    }
  }

  @Test func `a settings file with a wrong key`() throws {
    try withSite(["percent_images": "0.5"]) { site in
      try expectFailure(
        site.misfire("status"), status: 78, "\(site.conf):2:3:",
        #"no setting "percent_images"; did you mean "percent_gt_images"?"#)
    }
  }

  // MARK: Data sets

  @Test(arguments: ["image_dataset", "image_annotations", "image_distractions"])
  func `a folder that is missing`(key: String) throws {
    try withSite([key: #""gone""#]) { site in
      try expectFailure(site.misfire("extract"), site.folder.appending("gone").string)
    }
  }

  @Test(arguments: ["image_dataset", "image_distractions"])
  func `a folder without pictures`(key: String) throws {
    try withSite([key: #""empty""#]) { site in
      let empty = site.folder.appending("empty").string
      try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
      try expectFailure(
        site.misfire("extract"), "no pictures in \(empty)", "put pictures there")
    }
  }

  @Test func `a picture without its annotation`() throws {
    try withSite(["image_annotations": #""scenes""#]) { site in
      try expectFailure(
        site.misfire("extract"), "no objects",
        "\(site.folder.appending("scenes")): car-0001.jpg has no annotation",
        "car-0001.xml", "add one")
    }
  }

  @Test func `no positives`() throws {
    try withSite(["image_annotations": #""boxes.json""#]) { site in
      let images = try site.names(in: "cars/images").enumerated()
        .map { ["id": $0, "file_name": $1] as [String: Any] }
      let empty = ["images": images, "annotations": [[String: Any]]()] as [String: Any]
      try site.write(JSONSerialization.data(withJSONObject: empty), to: "boxes.json")
      try expectFailure(site.misfire("extract"), "no objects", "correct image_annotations")
      try site.change(["image_annotations": #""cars/annotations""#, "percent_gt_images": "0.01"])
      try expectFailure(site.misfire("extract"), "percent_gt_images 0.01", "raise it")
    }
  }

  @Test func `a box outside its picture, which is left out`() throws {
    try withSite { site in
      let path = site.folder.appending(["cars", "annotations", "car-0003.xml"]).string
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let shifted = text.replacing(/<xm(in|ax)>/) { "\($0.0)9" }
      try shifted.write(toFile: path, atomically: true, encoding: .utf8)
      let result = try site.misfire("extract")
      #expect(result.status == 0)
      for words in [
        path, "1 object without a usable box", "is outside car-0003.jpg, which has 250×180 pixels",
      ] {
        #expect(result.errors.contains(words), "\(result.errors)")
      }
      try expectFailure(site.misfire("extract", ["--strict"]), path)
    }
  }

  @Test func `only pictures that are too large, or all held out`() throws {
    try withSite(["max_megapixels": "0.01"]) { site in
      try expectFailure(
        site.misfire("extract"), "that can be used have no boxes", "or what is left out:",
        "max_megapixels")
    }
    try withSite(["validation_share": "0.999"]) { site in
      try expectFailure(
        site.misfire("extract"), "is left to draw from: lower validation_share 0.999")
      try expectFailure(site.misfire("mine"), "there is nothing to mine", "lower validation_share")
    }
  }

  @Test func `no scene that holds a window`() throws {
    try withSite(["image_distractions": #""small""#]) { site in
      try FileManager.default.createDirectory(
        atPath: site.folder.appending("small").string, withIntermediateDirectories: false)
      try site.write(OddPictures.bytes(of: "small.png"), to: "small/small.png")
      try expectFailure(site.misfire("extract"), "96×32 pixels", "add larger ones")
    }
  }

  // MARK: Pictures

  @Test(arguments: ["small.png", "one.png", "one.jpg"])
  func `a picture smaller than a window has none`(name: String) throws {
    try withSite { site in
      try site.write(OddPictures.bytes(of: name), to: name)
      let line = try #require(site.misfire("mine", ["--json", name]).objects().first)
      #expect(line["windows"] as? Int == 0)
      let found = try site.misfire("detect", [name])
      #expect(found.status == 0 && found.output == "\(name): 0 objects\n")
    }
  }

  @Test(arguments: [
    ("cut.jpg", "cut short"), ("text.jpg", "not a picture"), ("empty.jpg", "the file is empty"),
    ("noise.png", "PNG"),
  ])
  func `a file that is no whole picture`(name: String, reason: String) throws {
    try withSite(["target_fppi": "null"]) { site in
      try site.write(OddPictures.bytes(of: name), to: name)
      for command in ["mine", "detect"] {
        let result = try site.misfire(command, ["--json", name, "drops/" + site.pictures[0]])
        #expect(result.status == 1)
        // The bad picture does not stop the other one, and the decoders' own messages are suppressed.
        #expect(
          try result.objects().map { $0["image"] as! String } == ["drops/" + site.pictures[0]])
        #expect(result.errors.hasPrefix("misfire: \(name): ") && result.errors.contains(reason))
        // On slow machines, progress is printed as well.
        let told = result.errors.split(separator: "\n").filter {
          !$0.contains("pictures scanned")
        }
        #expect(told.count == 1, "\(result.errors)")
      }
    }
  }

  @Test func `a path that is missing or no file`() throws {
    try withSite { site in
      try FileManager.default.createSymbolicLink(
        atPath: site.folder.appending("loop.jpg").string, withDestinationPath: "loop.jpg")
      #expect(mkfifo(site.folder.appending("pipe.jpg").string, 0o600) == 0)
      for (name, reason) in [
        ("gone.jpg", "No such file"), ("loop.jpg", "Too many levels"),
        ("pipe.jpg", "not a regular file"),
      ] {
        for command in ["mine", "detect"] {
          try expectFailure(
            site.misfire(command, ["--json", name]), "misfire: \(name): ", reason)
        }
      }
      try expectFailure(
        site.misfire("mine", ["--json", "inbox"]), "misfire: inbox: ", "not a regular file")
      // This command looks at the pictures of a folder.
      try expectFailure(
        site.misfire("detect", ["--json", "inbox"]), "no pictures in inbox: put pictures there")
    }
  }

  @Test func `a picture that the lesson reads in its own way is read alike`() throws {
    try withSite(["hn_window_step": "12", "hn_min_probability": "0.02"]) { site in
      let names = ["sixteen.png", "cmyk.jpg", "alpha.png", "turned.jpg"]
      for name in names { try site.write(OddPictures.bytes(of: name), to: name) }
      let result = try site.misfire("mine", ["--json"] + names)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      #expect(try result.objects().allSatisfy { !($0["hits"] as! [Any]).isEmpty })
      let comparison = try LessonComparison(site, lines: result.output)
      #expect(comparison.differing.isEmpty && comparison.scansAlike)
      #expect(comparison.common > 20)
      #expect(comparison.probability <= 1e-5 && comparison.features <= 1e-5)
    }
  }

  @Test func `names of any bytes`() throws {
    try withSite { site in
      let scene = try Data(contentsOf: URL(filePath: site.drops.string + "/scene-0001.jpg"))
      let names = [
        "new\nline.jpg", " spaces .jpg", "🚗.jpg", "--odd.jpg",
        String(repeating: "x", count: 251) + ".jpg",
      ]
      for name in names { try site.write(scene, to: name) }
      let result = try site.misfire("mine", ["--dry-run", "--json", "--"] + names)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try result.objects().map { $0["image"] as? String } == names)
    }
  }

  @Test func `names that are not UTF-8`() throws {
    try withSite { site in
      // Swift strings are UTF-8, so a shell creates these names.
      let commands = """
        cp drops/scene-0001.jpg $'a\\xff.jpg' && cp drops/scene-0002.jpg $'a\\xfe.jpg' &&
        "$0" mine --conf world.json --dry-run --json $'a\\xfe.jpg' $'a\\xff.jpg' > lines.jsonl
        """
      let shell = try Command.run(
        "/bin/bash", ["-c", commands, Command.folder.appending(path: "misfire").path],
        in: site.folder.string)
      #expect(shell.status == 0)
      let hits = try String(contentsOfFile: site.folder.string + "/lines.jsonl", encoding: .utf8)
        .split(separator: "\n").map { $0.count { $0 == "{" } - 1 }
      let named = try site.misfire(
        "mine", ["--dry-run", "--json", "drops/scene-0002.jpg", "drops/scene-0001.jpg"]
      ).objects().map { ($0["hits"] as! [Any]).count }
      #expect(hits == named && hits[0] != hits[1])
    }
  }

  // MARK: What is on disk

  @Test(arguments: [
    (
      "window_dim", "[112, 48]",
      "features have 5,796 features per row, but the settings give 10,692: use the settings they were made with",
      "window_dim [96, 32], but the settings say [112, 48]"
    ),
    (
      "block_norm", #""L2""#,
      #"features were made with block_norm "L1", but the settings say "L2": use the settings they were made with"#,
      #"block_norm "L1", but the settings say "L2""#
    ),
  ])
  func `features and a model of other settings`(
    key: String, value: String, features: String, model: String
  ) throws {
    try withSite { site in
      let picture = site.drops.appending(site.pictures[0]).string
      try site.change([key: value])
      let file = site.folder.appending(["output", "features.hdf5"]).string
      try expectFailure(site.misfire("train"), file, features)
      try expectFailure(
        site.misfire("mine", [picture]), site.model.string, model, "train a new model")
      // Without hard negatives, nothing prevents it from starting over.
      try site.succeed("extract")
      try site.succeed("train", "--force")
      try site.succeed("mine", picture)
    }
  }

  @Test func `mined pictures that cannot be used any more`() throws {
    try withSite { site in
      let pictures = site.pictures.prefix(2).map { site.drops.appending($0).string }
      try site.succeed(["mine"] + pictures)
      try site.change(["max_megapixels": "0.01"])
      for arguments in [["--mined"], ["--mined", "--json"]] {
        try expectFailure(
          site.misfire("mine", arguments), "misfire: \(pictures[0]): ",
          "misfire: \(pictures[1]): ", "max_megapixels")
      }
      #expect(try site.misfire("status", ["--json"]).objects()[0]["saturated"] is NSNull)
    }
  }

  @Test func `no features and no model yet`() throws {
    try withSite(["features_path": #""new/f.hdf5""#, "classifier_path": #""new/m.hdf5""#]) { site in
      try expectFailure(site.misfire("train"), "new/f.hdf5", "run `misfire extract`")
      for command in ["mine", "detect"] {
        try expectFailure(
          site.misfire(command, ["drops/" + site.pictures[0]]), "new/m.hdf5",
          "run `misfire extract`, then `misfire train`")
      }
    }
  }

  @Test(arguments: ["output/features.hdf5", "output/model.hdf5", "output/state.sqlite"])
  func `files that are damaged`(name: String) throws {
    try withSite { site in
      try site.write("This is not what it was.".utf8, to: name)
      let command = name.contains("features") ? "train" : name.contains("model") ? "detect" : "mine"
      let picture = command == "detect" ? ["drops/" + site.pictures[0]] : []
      try expectFailure(site.misfire(command, picture), site.folder.appending(name).string)
    }
  }

  /// Expects an exit status, no results, and errors that contain these words.
  private func expectFailure(
    _ result: Command.Result, status: Int32 = 1, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == status, sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
    }
  }
}
