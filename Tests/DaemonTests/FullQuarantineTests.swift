import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct `A full quarantine` {
  @Test func `leaves what cannot be used in the inbox, told once, until there is room`()
    async throws
  {
    try await withSite(["hn_quarantine_limit": "2", "hn_retrain_threshold": "1000000"]) { site in
      func drop(_ numbers: ClosedRange<UInt8>) throws {
        for number in numbers {
          try site.write([0xFF, 0xD8, 0xFF, number, 0xFF, 0xD9], to: "draft")
          try FileManager.default.moveItem(
            atPath: site.folder.appending("draft").string,
            toPath: site.inbox.appending("junk-\(number).jpg").string)
        }
      }
      try drop(1...5)
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      #expect(
        await daemon.line("as many as hn_quarantine_limit allows")?
          .contains("misfire quarantine prune --older-than 30 --conf \(site.conf)") == true)
      for await message in manager.messages
      where message.contains("quarantine is full, 3 files wait in the inbox") { break }
      #expect(try site.names(in: "inbox").count == 3)
      // Good pictures are still mined.
      try site.move(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(try site.status().images.quarantined == 2)

      let pruned = try Command.run(
        "misfire", ["quarantine", "prune", "--all", "--conf", site.conf.string])
      #expect(pruned.output.hasPrefix("removed 2 pictures"), "\(pruned.errors)")
      #expect(await daemon.lines(["quarantined junk-"], count: 2).count == 2)
      #expect(await daemon.line("as many as hn_quarantine_limit allows") != nil)
      #expect(await daemon.stop() == 0)
      #expect(try site.names(in: "inbox").count == 1)
      #expect(daemon.log.count { $0.contains("quarantined junk-") } == 4)
      #expect(daemon.log.count { $0.contains("as many as hn_quarantine_limit allows") } == 2)
    }
  }
}
