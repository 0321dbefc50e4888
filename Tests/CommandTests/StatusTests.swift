import Foundation
import SystemPackage
import TestSupport
import Testing

/// What somebody reads who returns after a week.
@Suite(.timeLimit(.minutes(10))) struct `Status` {
  @Test func `says first what is wrong and what to do next`() throws {
    try withSite { site in
      func first(_ count: Int) throws -> [String] {
        try site.misfire("status").output.split(separator: "\n").prefix(count).map(String.init)
      }
      // A third of 24 cars is held out.
      let all = try first(.max)
      let few = all.prefix { !$0.hasPrefix("pictures ") }
      let (wrong, steps) = (
        few.prefix { $0.hasPrefix("wrong           ") }, few.drop { $0.hasPrefix("wrong ") }
      )
      #expect(wrong.contains { $0.contains("are held out, too few") }, "\(all)")
      #expect(steps.contains { $0.hasPrefix("to do           hold out more") }, "\(all)")
      #expect(steps.allSatisfy { $0.hasPrefix("to do           ") }, "\(all)")
      try FileManager.default.removeItem(atPath: site.model.string)
      try site.forgetGenerations()
      let told = try first(2)
      #expect(told[0] == "wrong           there is no model yet")
      #expect(told[1].hasPrefix("to do           run `misfire extract`"), "\(told)")
    }
  }

  @Test func `tells of false alarms that are not mined`() throws {
    try withSite(["target_fppi": "null", "min_probability": "0.2"]) { site in
      #expect(
        try site.misfire("status").output.hasPrefix(
          """
          wrong           windows above probability 0.200 are detections, but only those above 0.510 are mined, so nothing is \
          learnt from the false alarms in between

          """))
      try site.change(["hn_min_probability": "0.1"])
      #expect(try !site.misfire("status").output.contains("false alarms in between"))
    }
  }

  @Test func `takes a model that cannot be used for no missing one`() throws {
    try withSite(["orientations": "8"]) { site in
      let told = try site.misfire("status").output
      #expect(told.hasPrefix("wrong           the live model cannot be used: "), "\(told)")
      #expect(!told.contains("there is no model yet"), "\(told)")
    }
  }

  @Test func `tells of quarantined pictures, and where the reason is`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      try site.write("no picture".utf8, to: "inbox/bad.jpg")
      _ = await daemon.line("quarantined bad.jpg")
      #expect(await daemon.stop() == 0)
      let told = try site.misfire("status").output
      #expect(told.hasPrefix("wrong           1 picture cannot be used\n"), "\(told)")
      #expect(
        told.contains("to do           see NAME.reason.txt in \(site.folder)/quarantine"),
        "\(told)")
      // The ledger still refuses its content.
      try site.succeed("quarantine", "prune", "--all")
      let pruned = try site.misfire("status").output
      #expect(!pruned.contains("cannot be used"), "\(pruned)")
      #expect(pruned.contains(" 0 in quarantine, "), "\(pruned)")
    }
  }

  @Test func `tells of a lost HDF5 file`() throws {
    try withSite { site in
      #expect(try !site.misfire("status").output.contains("is gone"))
      let file = "\(site.folder)/output/features.hdf5"
      try FileManager.default.removeItem(atPath: file)
      let told = try site.misfire("status").output
      #expect(
        told.hasPrefix("wrong           \(file) is gone, so nothing can be trained\n"), "\(told)")
      #expect(
        told.contains(
          "\nto do           restore it, or make it again: `misfire extract`, then `misfire verify --repair`\n"
        ),
        "\(told)")
      try site.succeed("extract")
      try site.succeed("verify", "--repair")
      #expect(try !site.misfire("status").output.contains("is gone"))
    }
  }

  /// It used to say so only where nothing else was wrong.
  @Test func `tells of pictures that wait while the service is down`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      #expect(try !site.misfire("status").output.contains("start misfired"))
      #expect(await daemon.stop() == 0)
      try site.move(site.pictures[0])
      try site.move(site.pictures[1])
      let told = try site.misfire("status").output
      #expect(
        told.hasPrefix(
          "wrong           misfired is not running, so nothing takes the 2 pictures in \(site.inbox)\n"
        ),
        "\(told)")
      #expect(told.contains("\nto do           start misfired\n"), "\(told)")
      let next = try DaemonProcess(conf: site.conf)
      #expect(await next.lines(["info mined"], count: 2).count == 2)
      #expect(try !site.misfire("status").output.contains("not running"))
      #expect(await next.stop() == 0)
    }
  }

  @Test func `is told again when it has changed`() async throws {
    try await withSite { site in
      let output = Pipe()
      let process = try ChildProcess(
        Command.folder.appending(path: "misfire").path,
        ["status", "--conf", site.conf.string, "--watch", "--json"], in: site.folder.string,
        output: output.fileHandleForWriting)
      try output.fileHandleForWriting.close()
      var lines = output.lines().makeAsyncIterator()
      func mined() async throws -> Int? {
        guard let line = await lines.next() else { return nil }
        return try Site.Status(json: line).images.mined
      }
      #expect(try await mined() == 0)
      #expect(try site.misfire("mine", ["drops/" + site.pictures[0]]).status == 0)
      var count = try await mined()
      while count == 0 { count = try await mined() }
      #expect(count == 1)
      kill(process.processID, SIGTERM)
      #expect(await process.end() == -SIGTERM)
    }
  }

  @Test(arguments: ["status --watch", "detect --watch drops"])
  func `is no longer looked for when nobody reads it`(command: String) async throws {
    try await withSite { site in
      let reader = command.hasPrefix("status") ? "head -n 1" : "true"
      let process = try ChildProcess(
        "/usr/bin/timeout",
        [
          "300", "bash", "-c", "set -o pipefail; \"$0\" \(command) --conf \"$1\" | \(reader)",
          Command.folder.appending(path: "misfire").path, site.conf.string,
        ], in: site.folder.string)
      let status = await process.end()
      #expect(status == 0)
    }
  }
}
