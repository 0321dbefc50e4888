import Foundation
import SystemPackage
import TestSupport
import Testing

/// The user's own file is where Misfire should write: it stays, or Misfire keeps it under another name and says so.
@Suite struct `Somebody's files` {
  /// scikit-learn's model, under the name in the lesson's settings.
  private static let pickle = [0x80, 0x04, 0x95] as [UInt8] + [UInt8]("sklearn.svm SVC.".utf8)

  @Test func `a model of another program is kept when a training goes live`() throws {
    try withSite(["classifier_path": #""output/model.cpickle""#]) { site in
      try site.write(Self.pickle, to: "output/model.cpickle")
      let result = try site.misfire("train", ["--force"])
      #expect(result.status == 0, "\(result.errors)")
      let kept = site.folder.appending(["output", "model~2.cpickle"])
      #expect(result.errors.contains("was not trained here, so it was kept as"), "\(result.errors)")
      #expect(result.errors.contains(kept.string), "\(result.errors)")
      #expect(try bytes(of: kept) == Self.pickle)
      #expect(try site.misfire("detect", ["drops/" + site.pictures[0]]).status == 0)
      // Misfire's own model is replaced.
      #expect(try site.misfire("train", ["--force"]).errors.isEmpty)
      #expect(try site.names(in: "output").filter { $0.hasSuffix(".cpickle") }.count == 2)
    }
  }

  @Test func `a model made by hand is kept when a training goes live`() throws {
    try withSite { site in
      let python = """
        import h5py
        with h5py.File("\(site.model)", "r+") as file:
          del file.attrs["generation"]
        """
      _ = try Python.run(python)
      let made = try bytes(of: site.model)
      let result = try site.misfire("train", ["--force"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try bytes(of: site.folder.appending(["output", "model~2.hdf5"])) == made)
    }
  }

  @Test(arguments: ["a page of mine", "<!DOCTYPE html>\n<html><title>Mine</title></html>"])
  func `a page of another program stays`(text: String) throws {
    try withSite { site in
      try site.write(text.utf8, to: "page.html")
      let path = site.folder.appending("page.html")
      let refusal = try site.misfire("report", ["--output", path.string])
      #expect(refusal.status == 1)
      #expect(refusal.errors.contains("\(path) already exists"), "\(refusal.errors)")
      #expect(try bytes(of: path) == Array(text.utf8))
      // An empty file has nothing to lose, and a report can replace a report.
      try site.write([], to: "page.html")
      for _ in 1...2 {
        #expect(try site.misfire("report", ["--output", path.string]).status == 0)
      }
      let link = site.folder.appending("link.html")
      try site.write(text.utf8, to: "other.html")
      try FileManager.default.createSymbolicLink(
        atPath: link.string, withDestinationPath: "other.html")
      #expect(try site.misfire("report", ["--output", link.string]).status == 1)
      #expect(try bytes(of: link) == Array(text.utf8))
    }
  }

  @Test func `neither a device nor a folder becomes a file`() throws {
    try withSite { site in
      for path in ["/dev/null", site.inbox.string] {
        let refusal = try site.misfire("report", ["--output", path])
        #expect(refusal.status == 1)
        #expect(refusal.errors.contains("so it was not replaced"), "\(refusal.errors)")
      }
    }
  }

  @Test func `another program's HDF5 file gets no features`() throws {
    try withSite(["features_path": #""network.h5""#]) { site in
      let path = site.folder.appending("network.h5")
      _ = try Python.run(
        "import h5py; h5py.File('\(path)', 'w').create_group('model_weights').attrs['epoch'] = 3")
      let before = try bytes(of: path)
      let refusal = try site.misfire("extract")
      #expect(refusal.status == 1)
      #expect(refusal.errors.contains("not a file of features"), "\(refusal.errors)")
      #expect(try site.misfire("train").status == 1)
      #expect(try site.misfire("verify", ["--repair"]).status == 1)
      #expect(try bytes(of: path) == before)
      #expect(!FileManager.default.fileExists(atPath: site.folder.appending("network~2.h5").string))
    }
  }

  @Test(arguments: [
    "CREATE TABLE moz_places (url TEXT)", "PRAGMA user_version = 7; CREATE TABLE images (x)",
  ])
  func `another program's database stays as it is`(sql: String) throws {
    try withSite(["state_path": #""places.sqlite""#]) { site in
      let path = site.folder.appending("places.sqlite")
      _ = try Python.run("import sqlite3; sqlite3.connect('\(path)').executescript('''\(sql)''')")
      let before = try bytes(of: path)
      for command in ["status", "mine", "train", "verify"] {
        let refusal = try site.misfire(command)
        #expect(refusal.status == 1)
        #expect(refusal.errors.contains("another program's SQLite file"), "\(refusal.errors)")
      }
      #expect(try bytes(of: path) == before)
    }
  }

  @Test func `an experiment of another program stays`() throws {
    try withSite { site in
      try site.succeed("mine", "--all")
      try site.write("{\"experiment\": 1}".utf8, to: "output/experiment.json")
      let refusal = try site.misfire("experiment")
      #expect(refusal.status == 1)
      #expect(refusal.errors.contains("not an experiment written by Misfire"), "\(refusal.errors)")
      #expect(try bytes(of: site.folder.appending(["output", "experiment.json"])).count == 17)
    }
  }

  @Test func `a drawing replaces no picture`() throws {
    try withSite { site in
      let paths = site.pictures[..<2].map { "drops/" + $0 }
      let before = try paths.map { try bytes(of: site.folder.pushing(FilePath($0))) }
      for pictures in [paths, [paths[0]]] {
        let target = pictures.count > 1 ? "drops" : paths[0]
        let refusal = try site.misfire("detect", pictures + ["--draw", target])
        #expect(refusal.status == 1)
        #expect(refusal.errors.contains("--overwrite"), "\(refusal.errors)")
      }
      #expect(try paths.map { try bytes(of: site.folder.pushing(FilePath($0))) } == before)
      #expect(try site.misfire("detect", paths + ["--draw", "found"]).status == 0)
      #expect(try site.misfire("detect", paths + ["--draw", "found"]).status == 1)
      #expect(try site.misfire("detect", paths + ["--draw", "found", "--overwrite"]).status == 0)
      let same = try site.misfire(
        "detect", [paths[0], "found/" + site.pictures[0], "--draw", "again"])
      #expect(same.status == 64)
      #expect(same.errors.contains("would both be drawn as"), "\(same.errors)")
    }
  }

  @Test func `no claim is made about who wrote a file that is never replaced`() throws {
    try withSite { site in
      let picture = "drops/" + site.pictures[0]
      for (command, arguments, alternative) in [
        ("detect", [picture, "--draw", "target.png"], "use --overwrite"),
        ("export", ["--format", "text", "target.png"], "use --overwrite"),
        ("export", ["--format", "hdf5", "target.png"], "use --overwrite"),
        ("init", ["--output", "target.png"], "choose another name with --output"),
      ] {
        try site.write("anybody's".utf8, to: "target.png")
        let refusal =
          command == "init"
          ? try Command.run("misfire", [command] + arguments, in: site.folder.string)
          : try site.misfire(command, arguments)
        #expect(refusal.status == 1)
        let said =
          "target.png already exists, so it was not replaced: move it away, or \(alternative)\n"
        #expect(refusal.errors.hasSuffix(said), "\(refusal.errors)")
      }
    }
  }

  @Test func `a lock leaves what is in somebody's file`() throws {
    try withSite { site in
      try site.write("mine".utf8, to: "output/features.hdf5.lock")
      try site.succeed("extract")
      #expect(
        try bytes(of: site.folder.appending(["output", "features.hdf5.lock"])) == Array("mine".utf8)
      )
    }
  }

  private func bytes(of path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }
}
