import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the real daemon does when somebody drops a folder of pictures that show the object.
@Suite(.timeLimit(.minutes(5))) struct `A wrong folder` {
  @Test func `stops the intake with one message, until the inbox is emptied`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      #expect(await daemon.line("watching") != nil)
      for name in try site.names(in: "cars/images") {
        let copy = site.folder.appending(name).string
        try FileManager.default.copyItem(
          atPath: site.folder.appending("cars/images").appending(name).string, toPath: copy)
        try FileManager.default.moveItem(atPath: copy, toPath: site.inbox.appending(name).string)
      }
      #expect(await daemon.line("taking no more pictures: ") != nil)
      #expect(await manager.message(beginning: "STATUS=taking no more pictures") != nil)
      try await expectStatus(of: site, says: true)
      try site.move(site.pictures[0])
      #expect(await manager.message(beginning: "STATUS=taking no more pictures") != nil)
      #expect(try site.names(in: "inbox").contains(site.pictures[0]))

      for name in try site.names(in: "inbox") {
        try FileManager.default.removeItem(atPath: site.inbox.appending(name).string)
      }
      #expect(await daemon.line("was emptied: taking pictures again") != nil)
      try await expectStatus(of: site, says: false)
      try site.move(site.pictures[1])
      #expect(await daemon.line("mined \(site.pictures[1])") != nil)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("taking no more pictures") } == 1)
    }
  }

  /// The daemon records it a moment after it has said so.
  private func expectStatus(of site: Site, says isSaid: Bool) async throws {
    let wrong = "wrong           misfired takes no more pictures, because most of the last"
    while try site.misfire("status").output.contains(wrong) != isSaid {
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
