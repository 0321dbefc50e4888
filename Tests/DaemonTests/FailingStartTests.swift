import Durable
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What the real daemon does if it cannot start, and once it can.
@Suite(.timeLimit(.minutes(10))) struct `misfired that cannot begin` {
  @Test func `waits for a folder that cannot be made`() async throws {
    try await withSite { site in
      let mined = site.folder.appending("mined").string
      try Data().write(to: URL(filePath: mined))
      try await expectPatience(
        site, "cannot create the folder \(mined)",
        mending: { try FileManager.default.removeItem(atPath: mined) })
    }
  }

  @Test func `waits for the folder of its log`() async throws {
    try await withSite(["log_path": "\"logs\""]) { site in
      let logs = site.folder.appending("logs").string
      try Data().write(to: URL(filePath: logs))
      try await expectPatience(
        site, "cannot create the folder \(logs)",
        mending: { try FileManager.default.removeItem(atPath: logs) })
      #expect(try site.names(in: "logs") == ["misfired.log"])
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible)) func `waits for room on a full disk`() async throws {
    try await withTemporaryFolder { disk in
      try await withSmallDisk(bytes: 64 << 20, at: disk) {
        let site = try Site(disk.appending("site"))
        let ballast = disk.appending("ballast")
        try SmallDisk.fill(with: ballast)
        try await expectPatience(
          site, "no room for the ledger on this disk",
          mending: { try FileManager.default.removeItem(atPath: ballast.string) })
      }
    }
  }

  @Test func `waits for a ledger that another process has locked`() async throws {
    try await withSite { site in
      let path = site.folder.appending(["output", "state.sqlite"]).string
      let holder = try PythonSession(
        """
        import sqlite3
        def answer(path):
            global ledger
            if path:
                ledger = sqlite3.connect(path, isolation_level=None)
                ledger.execute("PRAGMA locking_mode = EXCLUSIVE")
                ledger.execute("BEGIN IMMEDIATE")
                ledger.execute("CREATE TABLE held (row)")
            else:
                ledger.execute("ROLLBACK")
                ledger.close()
            return True
        """)
      let _: Bool = try holder.ask(path)
      try await expectPatience(
        site, "\(path): another process has locked the ledger for 10 seconds",
        mending: { let _: Bool = try holder.ask("") })
    }
  }

  /// It used to exit each time, and systemd gave up after ten attempts, though a repair takes at most a minute.
  @Test func `waits for who works on its ledger, and names that process`() async throws {
    try await withSite { site in
      let path = site.folder.appending(["output", "state.sqlite.misfired.lock"])
      let lock = Mutex<FileLock?>(try FileLock(path))
      try await expectPatience(
        site, "waiting for the lock \(path), held by process \(getpid()): stop it",
        mending: { lock.withLock { $0 = nil } })
    }
  }

  /// Starts the daemon with something broken and repairs it: the daemon reports it once, does not delay whoever waits
  /// for its start, and then works without help.
  private func expectPatience(_ site: Site, _ complaint: String, mending: () throws -> Void)
    async throws
  {
    // Outside the site, whose disk may be full.
    let socket = FilePath(NSTemporaryDirectory()).appending("misfire-\(UUID().uuidString)")
    defer { unlink(socket.string) }
    let manager = try NotifySocket(socket)
    let daemon = try DaemonProcess(conf: site.conf, manager: manager)
    let line = await daemon.line("retrying until it works")
    #expect(line?.contains(complaint) == true, "\(line ?? "")")
    #expect(await manager.message(beginning: "READY=1") != nil)
    let status = await manager.message(beginning: "STATUS=trying again: ")
    #expect(status?.contains(complaint) == true, "\(status ?? "")")
    try mending()
    #expect(await daemon.line("works again") != nil)

    try site.move(site.pictures[0])
    #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
    #expect(await daemon.stop() == 0)
    #expect(daemon.log.count { $0.contains("retrying until it works") } == 1)
  }

  @Test func `ends when it is told to, whatever it waits for`() async throws {
    try await withSite { site in
      try Data().write(to: URL(filePath: site.folder.appending("mined").string))
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("retrying until it works") != nil)
      #expect(await daemon.stop() == 0)
    }
  }
}
