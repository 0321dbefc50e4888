import Foundation
import SystemPackage
import TestSupport
import Testing

/// Commands that change nothing.
@Suite struct `Looking` {
  @Test(arguments: [
    ["status"], ["status", "--json"], ["models", "list"], ["models", "show", "1"],
    ["review", "list"],
    ["verify"], ["evaluate"], ["experiment"], ["detect", "a.jpg"], ["mine", "--dry-run", "a.jpg"],
  ])
  func `makes nothing where there is nothing yet`(words: [String]) throws {
    try withTemporaryFolder { folder in
      let conf = folder.appending("cars.json")
      let text = """
        { "features_path": "out/features.hdf5", "classifier_path": "out/model.hdf5", "window_dim": [96, 32] }
        """
      try Data(text.utf8).write(to: URL(filePath: conf.string))
      let result = try Command.run("misfire", words + ["--conf", conf.string], in: folder.string)
      if ["status", "review", "verify"].contains(words[0]) {
        #expect(result.status == 0, "\(result.errors)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.string)
      #expect(names == ["cars.json"])
    }
  }
}

@Suite(.enabled(if: geteuid() == 0)) struct `Without permission` {
  @Test(arguments: [
    ("output", "status"), ("output", "report"), ("output", "verify"),
    ("output/experiment.json", "report"),
  ])
  func `a command says so`(closed: String, command: String) throws {
    try withSite { site in
      let path = site.folder.appending(closed).string
      if closed.hasSuffix("json") { try site.write([], to: closed) }
      try site.giveToNobody()
      _ = try Command.run("/usr/bin/chown", ["root", path])
      _ = try Command.run("/usr/bin/chmod", ["700", path])
      let result = try site.misfire(command, launcher: DaemonProcess.asNobody)
      #expect(result.status == 1)
      #expect(result.errors.contains("Permission denied"), "\(result.errors)")
      #expect(!result.errors.contains("No such file"), "\(result.errors)")
    }
  }

  @Test func `a report says so where it may not be written`() throws {
    try withSite { site in
      try site.giveToNobody()
      let folder = site.folder.appending("closed").string
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      let result = try site.misfire(
        "report", ["--output", folder + "/report.html"], launcher: DaemonProcess.asNobody)
      #expect(result.status == 1)
      #expect(result.errors.contains("Permission denied"), "\(result.errors)")
    }
  }
}

@Suite(.enabled(if: geteuid() == 0, "only root can be another user"))
struct `A member of the service's group` {
  /// Root's group, to which all files of a test belong.
  private static func launcher(user: Int) -> [String] {
    DaemonProcess.launcher(user: user, group: 0)
  }

  @Test(arguments: [false, true])
  func `reads what the service has stored`(whileItRuns: Bool) async throws {
    try await withSite { site in
      // A name that is not the same in an address, which SQLite is given.
      try site.change(["state_path": "\"output/a ?#%20é.sqlite\""])
      try site.succeed("train")
      try site.succeed("mine", site.drops.appending(site.pictures[0]).string)
      try site.giveToNobody()
      _ = try Command.run("/usr/bin/chmod", ["-R", "g+rX", site.folder.string])
      let daemon =
        try whileItRuns
        ? DaemonProcess(conf: site.conf, launcher: Self.launcher(user: 65534)) : nil
      if let daemon { #expect(await daemon.line("watching") != nil) }
      let before = try site.names(in: "output")
      for words in [
        ["status"], ["models"], ["review"], ["verify"], ["evaluate"],
        ["mine", "--dry-run", site.drops.appending(site.pictures[1]).string],
      ] {
        let arguments = Array(words.dropFirst())
        let result = try site.misfire(words[0], arguments, launcher: Self.launcher(user: 1))
        #expect(result.status == 0, "\(words): \(result.errors)")
        #expect(result.output == (try site.misfire(words[0], arguments).output))
      }
      #expect(try site.names(in: "output") == before)
      if let daemon { #expect(await daemon.stop() == 0) }
    }
  }

  @Test func `is told who may change it`() throws {
    try withSite { site in
      _ = try Command.run("/usr/bin/chown", ["-R", "2", site.folder.string])
      _ = try Command.run("/usr/bin/chmod", ["-R", "g+rX", site.folder.string])
      let result = try site.misfire("train", launcher: Self.launcher(user: 1))
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "belongs to bin, not to daemon: run this as bin, or `chown daemon: "),
        "\(result.errors)")
    }
  }
}

/// What root does by hand beside a service that runs as another user.
@Suite(.enabled(if: geteuid() == 0)) struct `As root` {
  @Test func `what is made belongs to the folder's owner`() throws {
    try withSite { site in
      let files = FileManager.default
      for name in try site.names(in: "output") {
        try files.removeItem(atPath: site.folder.appending("output").appending(name).string)
      }
      try site.giveToNobody()
      for words in [["status"], ["extract"], ["train"], ["mine", "--all"], ["report"], ["status"]] {
        let result = try site.misfire(words[0], Array(words.dropFirst()))
        #expect(result.status == 0, "\(words): \(result.errors)")
      }
      var owners: [String: Int] = [:]
      for name in try files.subpathsOfDirectory(atPath: site.folder.string) {
        let path = site.folder.string + "/" + name
        owners[name] =
          (try files.attributesOfItem(atPath: path)[.ownerAccountID] as? NSNumber)?
          .intValue
      }
      #expect(owners["output/state.sqlite"] == 65534)
      #expect(owners.filter { $0.value != 65534 } == [:])
    }
  }
}

@Suite struct `Mistyped arguments` {
  @Test(arguments: [
    (["extrct", "--conf", "x"], "unknown subcommand 'extrct'; did you mean 'extract'?"),
    (["--conf", "x"], "--conf"),
    (["models", "lst", "--conf", "x"], "unknown subcommand 'lst'; did you mean 'list'?"),
    (["frobnicate"], "unknown subcommand 'frobnicate'; the subcommands are init, extract, train"),
  ])
  func `are named`(arguments: [String], words: String) throws {
    let result = try Command.run("misfire", arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test func `leave help as it is`() throws {
    for arguments in [["help"], ["--help"], ["help", "models"], ["models", "--help"]] {
      let result = try Command.run("misfire", arguments)
      #expect(result.status == 0)
      #expect(result.output.contains("USAGE: misfire"))
    }
  }
}
