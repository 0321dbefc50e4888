import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the real daemon does if it can mine but cannot seal.
@Suite(.timeLimit(.minutes(5))) struct `misfired that cannot seal` {
  /// Every listing of an empty inbox used to end this failure, and the next seal reported it again, twice a second.
  @Test func `says so once, and mines meanwhile`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let manager = try NotifySocket(site.folder.appending("notify"))
      let draft = site.folder.appending(["output", "features.hdf5.draft"]).string
      try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: false)
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      try site.move(site.pictures[0])
      #expect(await daemon.line("retrying until it works")?.contains(draft) == true)
      #expect(await manager.message(beginning: "STATUS=trying again: ") != nil)
      // Each attempt runs the loop.
      for _ in 0..<4 { #expect(await manager.message(beginning: "WATCHDOG=1") != nil) }
      try site.move(site.pictures[1])
      #expect(await daemon.line("info mined \(site.pictures[1])") != nil)
      #expect(!daemon.log.contains { $0.contains("works again") })

      try FileManager.default.removeItem(atPath: draft)
      #expect(await daemon.line("works again after") != nil)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("retrying until it works") } == 1)
      #expect(try site.status().hardNegatives.unsealed == 0)
    }
  }

  @Test func `waits for no other process that writes the file`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      try await withFileLock(site.folder.appending(["output", "features.hdf5.lock"])) {
        try site.move(site.pictures[0])
        #expect(await daemon.line("info mined") != nil)
        // Without the lock, it would seal before it ends.
        #expect(await daemon.stop() == 0)
      }
      let unsealed = try site.status().hardNegatives.unsealed
      #expect(unsealed > 0)

      let next = try DaemonProcess(conf: site.conf)
      #expect(await next.line("watching") != nil)
      #expect(await next.stop() == 0)
      #expect(try site.status().hardNegatives.unsealed == 0)
      #expect(!(daemon.log + next.log).contains { $0.contains("retrying") })
    }
  }

  /// As `misfire extract` leaves the files when root runs it for the service.
  @Test(.enabled(if: getuid() == 0, "only root can be another user"))
  func `needs no lock file of its own`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      try site.giveToNobody()
      let lock = site.folder.appending(["output", "features.hdf5.lock"]).string
      #expect(chown(lock, 0, 0) == 0 && chmod(lock, 0o644) == 0)
      let daemon = try DaemonProcess(conf: site.conf, launcher: DaemonProcess.asNobody)
      try site.move(site.pictures[0])
      #expect(await daemon.line("info mined") != nil)
      #expect(await daemon.stop() == 0)
      #expect(!daemon.log.contains { $0.contains("cannot lock") })
      #expect(try site.status().hardNegatives.unsealed == 0)
    }
  }

  /// Runs `body` while this process holds a lock.
  private func withFileLock(_ path: FilePath, _ body: () async throws -> Void) async throws {
    let lock = try FileLock(path)
    try await body()
    _ = consume lock
  }
}
