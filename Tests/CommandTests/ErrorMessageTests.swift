import Foundation
import SystemPackage
import TestSupport
import Testing

/// Each message names what is wrong, and a remedy that helps.
@Suite struct `Messages about mistakes` {
  private func expect(
    _ result: Command.Result, _ words: String..., not others: [String] = [], status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result)", sourceLocation: sourceLocation)
    }
    for word in others {
      #expect(!result.errors.contains(word), "\(result)", sourceLocation: sourceLocation)
    }
  }

  @Test func `check names the file that cannot be read`() throws {
    try withSite { site in
      let features = site.folder.appending("output/features.hdf5")
      try site.write("damaged".utf8, to: "output/features.hdf5")
      let told = try site.misfire("check")
      #expect(told.status == 1 && told.output.hasPrefix("\(features): "), "\(told)")
      let path = try site.misfire("check", ["--json"]).objects().first?["path"] as? String
      #expect(path == features.string)
    }
  }

  @Test(.enabled(if: !FileManager.default.fileExists(atPath: "/etc/misfire")))
  func `where there are no settings, it says how to make them`() throws {
    try withTemporaryFolder { folder in
      for command in [["status"], ["status", "--all"], ["check"], ["train"]] {
        let told = try Command.run(
          "misfire", command, in: folder.string, environment: ["MISFIRE_CONF": ""])
        expect(
          told, "misfire.json", "cars.json", "in \(folder)", "`misfire init`", "--conf", status: 78)
      }
    }
  }

  @Test func `retry names what is not in quarantine, and says when nothing is`() throws {
    try withSite { site in
      expect(
        try site.misfire("retry", ["none.jpg", "a/b.jpg"]),
        "not in \(site.folder)/quarantine: none.jpg, a/b.jpg")
      expect(try site.misfire("retry"), "nothing is in quarantine", status: 0)
      try site.write([1], to: "quarantine/some.jpg")
      let told = try site.misfire("retry", ["none.jpg", "some.jpg"])
      expect(told, "quarantine: none.jpg", not: ["some.jpg"])
      #expect(told.output == "\(site.inbox)/some.jpg\n")
    }
  }

  @Test func `init says that the annotations name no classes`() throws {
    try withSite { site in
      let told = try Command.run(
        "misfire",
        [
          "init", "--output", "new.json", "--objects", "cars/images", "--annotations", "none",
          "--scenes", "scenes", "--class", "bus",
        ], in: site.folder.string)
      expect(told, "the annotations name no classes: leave --class out", status: 64)
    }
  }

  @Test func `init refuses one folder for both kinds of pictures`() throws {
    try withSite { site in
      for (objects, scenes) in [
        ("cars", "cars"), ("cars", "cars/../cars/"), ("cars/images", "cars"),
      ] {
        let told = try Command.run(
          "misfire",
          [
            "init", "--output", "new.json", "--objects", objects, "--annotations",
            "cars/annotations", "--scenes", scenes,
          ], in: site.folder.string)
        #expect(told.status != 0, "\(told)")
        #expect(told.errors.contains("pictures of the object"), "\(told)")
        #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/new.json"))
      }
    }
  }

  @Test func `a model that was named is not said to be restored or trained`() throws {
    try withSite { site in
      let picture = "drops/" + site.pictures[0]
      let others = ["misfire train", "models pin"]
      try site.write("damaged".utf8, to: "damaged.hdf5")
      for model in ["typo.hdf5", "output/features.hdf5", "damaged.hdf5"] {
        let told = try site.misfire("detect", ["--model", model, picture])
        expect(told, model, "--model", "\(site.folder)/output/models", not: others)
      }
      let model = try site.misfire("detect", ["--model", "output/models/0001.hdf5", picture])
      #expect(model.status == 0, "\(model)")
    }
  }

  @Test func `a model whose metrics are not Misfire's is named`() throws {
    try withSite { site in
      for metrics in ["not json", #"{"evaluation": 5}"#] {
        _ = try Python.run(
          """
          import h5py, sys
          with h5py.File(sys.argv[1], "r+") as model: model.attrs["metrics"] = sys.argv[2]
          """, [site.model.string, metrics])
        expect(
          try site.misfire("detect", ["drops/" + site.pictures[0]]),
          "\(site.model): its attribute metrics is not what Misfire writes there; remove it")
      }
    }
  }

  @Test func `mine --out says that no pictures were named`() throws {
    try withSite { site in
      let told = try site.misfire("mine", ["--shard", "0/1", "--out", "shards"])
      expect(told, "no pictures are named: name pictures, folders or a --list", status: 64)
    }
  }

  @Test func `forget says which choices exclude each other`() throws {
    try withSite { site in
      expect(
        try site.misfire("forget", ["--since", "1m", "x.jpg"]),
        "give only one of pictures, --since or --until, and --generation", status: 64)
      expect(
        try site.misfire("forget"), "give pictures, --since or --until, or --generation",
        status: 64)
    }
  }

  @Test func `mine sends nobody to the quarantine for a picture that is not there`() throws {
    try withSite { site in
      let car = try #require(try site.names(in: "cars/images").first)
      let told = try site.misfire("mine", ["cars/images/\(car)"])
      expect(told, "it shows the object", "remove that one", not: ["misfire retry"])
    }
  }

  @Test func `export counts the rows that it writes`() throws {
    try withSite { site in
      let told = try site.misfire("export", ["rows.hdf5"])
      let rows = try Python.run(
        "import h5py, sys; print(len(h5py.File(sys.argv[1])['features']))",
        ["\(site.folder)/rows.hdf5"]
      ).trimmingCharacters(in: .whitespacesAndNewlines)
      expect(
        told, "rows.hdf5: \(rows) rows of features and 0 hard negatives", status: 0)
    }
  }

  @Test func `report --output says how to choose another file`() throws {
    try withSite { site in
      try site.write("mine".utf8, to: "page.html")
      expect(
        try site.misfire("report", ["--output", "page.html"]),
        "or choose another name with --output", not: ["report_path"])
      try site.change(["report_path": #""page.html""#])
      expect(try site.misfire("report"), "or set another report_path")
    }
  }

  @Test func `draw-world says why it cannot draw`() throws {
    let told = try Command.run("draw-world", ["/proc/world"])
    expect(
      told, "Error: cannot draw into /proc/world: No such file or directory",
      not: ["Cocoa", "NSError"])
  }
}
