import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `misfire check` {
  private func expectProblem(
    _ site: Site, _ message: String, key: String? = nil, status: Int32 = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let told = try site.misfire("check")
    #expect(told.status == status, sourceLocation: sourceLocation)
    #expect(
      told.output.contains(message), "\(told.output)\(told.errors)", sourceLocation: sourceLocation)
    let lines = try site.misfire("check", ["--json"]).objects()
    let found = lines.filter {
      ($0["message"] as? String).map(message.contains) ?? false
        || ($0["message"] as? String)?.contains(message) == true
    }
    #expect(found.count == 1, "\(lines)", sourceLocation: sourceLocation)
    #expect(found.first?["key"] as? String == key, sourceLocation: sourceLocation)
    #expect(
      found.first?["severity"] as? String == (status == 1 ? "error" : "warning"),
      sourceLocation: sourceLocation)
  }

  @Test func `finds nothing wrong with a detector at work, and changes nothing`() throws {
    try withSite { site in
      let before = try FileManager.default.subpathsOfDirectory(atPath: site.folder.string)
      let told = try site.misfire("check")
      #expect(told.status == 0, "\(told.output)\(told.errors)")
      // Too few pictures are held out, which does not prevent mining.
      let lines = told.output.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].contains("world.json: warning: "), "\(told.output)")
      let json = try site.misfire("check", ["--json"])
      #expect(json.status == 0)
      #expect(try json.objects().map { $0["severity"] as? String } == ["warning"])
      let after = try FileManager.default.subpathsOfDirectory(atPath: site.folder.string)
      #expect(Set(after) == Set(before))
    }
  }

  @Test func `says where the settings are wrong`() throws {
    try withSite { site in
      try site.change(["hn_retrain_threshold": "\"many\""])
      let told = try site.misfire("check")
      #expect(told.status == 1)
      #expect(
        told.output.contains(/world.json:\d+:\d+: "hn_retrain_threshold" is "many"; it must be/))
      let line = try #require(try site.misfire("check", ["--json"]).objects().first)
      #expect(line["key"] as? String == "hn_retrain_threshold")
      #expect(line["severity"] as? String == "error")
      #expect((line["line"] as? Int).map { $0 > 1 } == true)
      let bare = site.folder.appending("bare.json")
      try site.write("{}".utf8, to: "bare.json")
      let missing = try Command.run("misfire", ["check", "--conf", bare.string])
      #expect(missing.output.hasPrefix("\(bare): \"window_dim\" is missing ("), "\(missing)")
    }
  }

  @Test func `says that there are no settings`() throws {
    try withTemporaryFolder { folder in
      let conf = folder.appending("none.json").string
      let told = try Command.run("misfire", ["check", "--conf", conf])
      #expect(told.status == 1)
      #expect(told.output.hasPrefix("\(conf): the settings file cannot be read"))
    }
  }

  @Test func `names a folder that cannot be one`() throws {
    try withSite(["hn_mined": "\"file/mined\""]) { site in
      try site.write([1], to: "file")
      try expectProblem(
        site, "\(site.folder.appending("file")) is not a folder: move it away", key: "hn_mined")
    }
  }

  @Test func `names pictures that are not there`() throws {
    try withSite(["image_distractions": "\"nowhere\""]) { site in
      try expectProblem(
        site, "cannot read it (No such file or directory)", key: "image_distractions")
    }
  }

  @Test func `misses a model`() throws {
    try withSite { site in
      try FileManager.default.removeItem(atPath: site.model.string)
      try site.forgetGenerations()
      try expectProblem(site, "there is no model", key: "classifier_path")
    }
  }

  @Test func `misses rows that the ledger has, as verify does until they are back`() throws {
    try withSite(["hn_min_margin": "-0.9", "hn_max_per_image": "5"]) { site in
      try site.succeed("mine", "--all")
      let rows = try #require(try site.sealedRowCount())
      try FileManager.default.removeItem(atPath: "\(site.folder)/output/features.hdf5")
      try expectProblem(
        site, "it has 0 sealed hard negatives, but the ledger has \(rows): `misfire verify`")
      #expect(try site.misfire("train").errors.contains("but the ledger has \(rows): "))

      let repaired = try site.misfire("verify", ["--repair"])
      #expect(repaired.status == 1 && repaired.errors.contains("rebuilt \(rows) hard negatives"))
      #expect(
        repaired.output
          == "\(site.folder)/output/features.hdf5: it no longer has the features that generation 1 was trained on; "
          + "`misfire extract` makes them again\n")
      try expectProblem(
        site, "it has no features yet: run `misfire extract` first", status: 0)

      try site.succeed("extract")
      #expect(try site.misfire("verify").output == "all is well\n")
      #expect(try !site.misfire("check").output.contains("features.hdf5"))
      try site.succeed("train")
    }
  }

  @Test func `says that the model is for other settings`() throws {
    try withSite { site in
      try site.change(["orientations": "7"])
      let told = try site.misfire("check")
      #expect(told.status == 1)
      #expect(told.output.hasPrefix("\(site.model): "), "\(told.output)")
    }
  }

  @Test func `warns where too little is held out to judge a new model`() throws {
    try withSite { site in
      try expectProblem(site, "are held out, but at least 10 of each", status: 0)
    }
  }

  @Test func `takes no arguments`() throws {
    try withSite { site in
      let told = try site.misfire("check", ["more"])
      #expect(told.status == 64)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible)) func `says where there is no room`() throws {
    try withSite(["hn_mined": "\"small/mined\""]) { site in
      let small = site.folder.appending("small")
      try FileManager.default.createDirectory(
        atPath: small.string, withIntermediateDirectories: false)
      try SmallDisk.mount(over: small, bytes: 8 << 20)
      defer { try? SmallDisk.unmount(small) }
      try expectProblem(
        site, "MiB free but needs 64 MiB: free some space", key: "hn_mined")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can be another user"))
  func `says what its user may not do`() throws {
    try withSite(["hn_inbox": "\"closed\""]) { site in
      try site.giveToNobody()
      let closed = site.folder.appending("closed").string
      try FileManager.default.createDirectory(
        atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let told = try site.misfire("check", launcher: DaemonProcess.asNobody)
      #expect(told.status == 1)
      #expect(
        told.output.contains(
          "\(closed): \"hn_inbox\": nobody cannot write to \(closed) (Permission denied): "
            + "\(closed) belongs to root, not to nobody: `chown nobody: \(closed)`\n"),
        "\(told.output)\(told.errors)")

      // A member of another user's group may read everything, and should not take it for itself.
      _ = try Command.run("/usr/bin/chown", ["-R", "2:2", site.folder.string])
      _ = try Command.run("/usr/bin/chmod", ["-R", "g+rX", site.folder.string])
      let member = try site.misfire("check", launcher: DaemonProcess.launcher(user: 1, group: 2))
      for path in ["closed", "output/state.sqlite"].map({ "\(site.folder)/\($0)" }) {
        #expect(
          member.output.contains(
            "daemon cannot write to \(path == closed ? path : "it") (Permission denied): "
              + "\(path) belongs to bin, not to daemon: run this as bin, or `chown daemon: \(path)`"
          ), "\(member.output)\(member.errors)")
      }
    }
  }
}
