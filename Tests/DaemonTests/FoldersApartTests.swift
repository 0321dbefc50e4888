import Foundation
import SystemPackage
import TestSupport
import Testing

/// The user's own pictures are never moved or learnt from, even if the inbox is placed among them.
@Suite(.timeLimit(.minutes(5))) struct `Folders that are somebody's own` {
  @Test(arguments: ["cars/images", "cars", "cars/images/new", "scenes", ".", "output", "link"])
  func `are no inbox at a start`(inbox: String) async throws {
    try await withSite(["hn_inbox": "\"\(inbox)\""]) { site in
      try FileManager.default.createSymbolicLink(
        atPath: site.folder.appending("link").string, withDestinationPath: "cars/images")
      let cars = try site.names(in: "cars/images")
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.end() == 78)
      #expect(daemon.log.contains { $0.contains("\"hn_inbox\"") }, "\(daemon.log)")
      #expect(try site.names(in: "cars/images") == cars)
      #expect(try site.misfire("status").status == 78)
    }
  }

  @Test func `are no inbox after a reload, nor when a link is led to them`() async throws {
    try await withSite(["hn_inbox": "\"dropped\""]) { site in
      let inbox = site.folder.appending("dropped").string
      try FileManager.default.createDirectory(
        atPath: site.folder.appending("real").string, withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(atPath: inbox, withDestinationPath: "real")
      let scenes = try site.names(in: "scenes")
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)

      try site.change(["hn_inbox": "\"scenes\""])
      daemon.signal(SIGHUP)
      let refusal = await daemon.line("keep")
      #expect(
        refusal?.contains("\"image_distractions\" and \"hn_inbox\" are both") == true,
        "\(refusal ?? "")")
      try site.change(["hn_inbox": "\"dropped\""])

      try FileManager.default.removeItem(atPath: inbox)
      try FileManager.default.createSymbolicLink(atPath: inbox, withDestinationPath: "scenes")
      let failure = await daemon.line("are the same folder")
      #expect(failure?.contains("\"hn_inbox\"") == true, "\(failure ?? "")")
      #expect(failure?.contains("\"image_distractions\"") == true, "\(failure ?? "")")

      try FileManager.default.removeItem(atPath: inbox)
      try FileManager.default.createSymbolicLink(atPath: inbox, withDestinationPath: "real")
      #expect(await daemon.line("works again") != nil)
      #expect(try site.names(in: "scenes") == scenes)
      #expect(await daemon.stop() == 0)
    }
  }
}

/// A folder can be a link to another, often on another disk.
@Suite(.timeLimit(.minutes(5))) struct `Linked folders` {
  @Test func `work as real ones do`() async throws {
    try await withSite(["hn_retrain_threshold": "20"]) { site in
      // Where everything is stored, and where the settings say it is.
      let files = FileManager.default
      for name in ["inbox", "mined", "quarantine", "output", "scenes", "cars"] {
        let (link, real) = (site.folder.appending(name), site.folder.appending("real-" + name))
        if files.fileExists(atPath: link.string) {
          try files.moveItem(atPath: link.string, toPath: real.string)
        } else {
          try files.createDirectory(atPath: real.string, withIntermediateDirectories: false)
        }
        try files.createSymbolicLink(atPath: link.string, withDestinationPath: real.string)
      }
      let models = site.folder.appending(["real-output", "models"])
      try files.moveItem(atPath: models.string, toPath: site.folder.appending("elsewhere").string)
      try files.createSymbolicLink(
        atPath: models.string, withDestinationPath: site.folder.appending("elsewhere").string)
      let home = site.folder.removingLastComponent().appending("home")
      try files.createSymbolicLink(
        atPath: home.string, withDestinationPath: site.folder.string)

      let daemon = try DaemonProcess(conf: home.appending(site.conf.lastComponent!))
      #expect(await daemon.line("watching") != nil)
      try site.write("no picture".utf8, to: "inbox/broken.jpg")
      for picture in site.pictures { try site.copy(picture) }
      // Either can come first: a file that may be incomplete waits until it is quiet.
      let ends = ["quarantined broken.jpg", "generation 2 is live"]
      let lines = await daemon.lines(ends, count: 2)
      #expect(ends.allSatisfy { end in lines.contains { $0.contains(end) } }, "\(lines)")
      #expect(await daemon.stop() == 0)
      #expect(!daemon.log.contains { $0.contains(" error ") }, "\(daemon.log)")
      #expect(try site.names(in: "real-quarantine") == ["broken.jpg", "broken.jpg.reason.txt"])
      #expect(try !site.names(in: "real-mined").isEmpty)
      let verified = try Command.run(
        "misfire", ["verify", "--conf", home.appending(site.conf.lastComponent!).string])
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
  }
}

@Suite(.timeLimit(.minutes(5))) struct `A picture from the future` {
  @Test func `is mined, and the daemon lives`() async throws {
    try await withSite { site in
      try site.copy(site.pictures[0])
      for (name, date) in [(site.pictures[0], "2400-01-01")] {
        let touched = try Command.run(
          "/usr/bin/touch", ["-d", date, site.inbox.appending(name).string])
        #expect(touched.status == 0)
      }
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(await daemon.stop() == 0)
    }
  }
}
