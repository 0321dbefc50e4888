import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the real daemon does while the machine fails, and once it works again.
@Suite(.timeLimit(.minutes(10))) struct `misfired on a failing machine` {
  @Test(.enabled(if: SmallDisk.isPossible)) func `waits for room on a full disk`() async throws {
    try await withTemporaryFolder { disk in
      try await withSmallDisk(bytes: 64 << 20, at: disk) {
        let site = try Site(
          disk.appending("site"), settings: ["hn_min_margin": "-0.99", "hn_max_per_image": "20"])
        let ballast = disk.appending("ballast")
        try await expectPatience(
          site, try DaemonProcess(conf: site.conf), "no room for the ledger on this disk",
          whenBroken: { try SmallDisk.fill(with: ballast) },
          mending: { try FileManager.default.removeItem(atPath: ballast.string) })
        let files = try FileManager.default.subpathsOfDirectory(atPath: disk.string)
        let litter = files.filter { name in
          name.hasSuffix(".draft")
            || !name.hasSuffix(".lock") && !name.hasSuffix("-wal")
              && (try? disk.appending(FilePath(name).components).stat().size) == 0
        }
        #expect(litter == [])
      }
    }
  }

  /// Because this inbox is a file system of its own, each attempt used to leave another copy among the mined
  /// pictures.
  @Test(.enabled(if: SmallDisk.isPossible))
  func `keeps what it cannot take out of a read-only inbox`() async throws {
    try await withSite { site in
      try await withSmallDisk(bytes: 1 << 20, at: site.inbox) {
        try await expectPatience(
          site, try DaemonProcess(conf: site.conf), "Read-only file system",
          whenBroken: { try SmallDisk.allowWriting(false, to: site.inbox) },
          mending: { try SmallDisk.allowWriting(true, to: site.inbox) })
      }
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can be another user"))
  func `waits until it may read its inbox`() async throws {
    try await withSite { site in
      try site.giveToNobody()
      let daemon = try DaemonProcess(conf: site.conf, launcher: DaemonProcess.asNobody)
      try await expectPatience(
        site, daemon, "cannot read the folder \(site.inbox): Permission denied",
        whenBroken: { chmod(site.inbox.string, 0) },
        mending: { chmod(site.inbox.string, 0o700) })
    }
  }

  /// The daemon used to take each picture as gone, and found it again at once, hundreds of times a second.
  @Test func `waits for the folder of mined pictures that was moved away`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      let (mined, elsewhere) = (site.folder.appending("mined"), site.folder.appending("elsewhere"))
      try await expectPatience(
        site, daemon, "cannot move files into \(mined): No such file or directory; put the folder",
        whenBroken: {
          try FileManager.default.moveItem(atPath: mined.string, toPath: elsewhere.string)
        },
        mending: {
          try FileManager.default.moveItem(atPath: elsewhere.string, toPath: mined.string)
        })
      #expect(!daemon.log.contains { $0.contains("is known") })
    }
  }

  @Test func `waits for file handles`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      func limit(_ handles: String) throws {
        let result = try Command.run(
          "/usr/bin/prlimit", ["--pid", "\(daemon.processID)", "--nofile=\(handles):"])
        #expect(result.status == 0, "\(result.errors)")
      }
      try await expectPatience(
        site, daemon, "Too many open files", whenBroken: { try limit("3") },
        mending: { try limit("1024") })
    }
  }

  @Test func `waits for a ledger that another process has locked`() async throws {
    try await withSite { site in
      let holder = try PythonSession(
        """
        import sqlite3
        def answer(path, statement):
            global ledger
            if path: ledger = sqlite3.connect(path, isolation_level=None)
            ledger.execute(statement)
            return True
        """)
      let path = site.folder.appending(["output", "state.sqlite"]).string
      try await expectPatience(
        site, try DaemonProcess(conf: site.conf),
        "\(path): another process has locked the ledger for 10 seconds",
        whenBroken: { let _: Bool = try holder.ask(path, "BEGIN IMMEDIATE") },
        mending: { let _: Bool = try holder.ask("", "ROLLBACK") })
    }
  }

  /// When a library was missing, all pictures used to go to quarantine because nothing could decode them.
  @Test func `waits for a decoder that can be started`() async throws {
    try await withSite { site in
      let folder = URL(filePath: site.folder.appending("bin").string)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      let (program, decoder) = (
        folder.appending(path: "misfired"), folder.appending(path: "misfire-decode")
      )
      try Command.install(Command.folder.appending(path: "misfired").path, as: program.path)
      try FileManager.default.createSymbolicLink(
        at: decoder, withDestinationURL: Command.folder.appending(path: "misfire-decode"))
      let daemon = try DaemonProcess(conf: site.conf, executable: program)
      try await expectPatience(
        // With status 1, or with the signal that ends one that is still starting.
        site, daemon, "no picture can be decoded: \(decoder.path) exits at startup (",
        whenBroken: {
          try FileManager.default.removeItem(at: decoder)
          try FileManager.default.createSymbolicLink(
            at: decoder, withDestinationURL: URL(filePath: "/bin/false"))
          try endDecoders(of: daemon)
        },
        mending: {
          try FileManager.default.removeItem(at: decoder)
          try FileManager.default.createSymbolicLink(
            at: decoder, withDestinationURL: Command.folder.appending(path: "misfire-decode"))
        })
      #expect(try site.names(in: "quarantine") == [])
    }
  }

  /// Breaks something, moves a picture in, and repairs it: the daemon reports it once, loses nothing, and recovers
  /// without help.
  private func expectPatience(
    _ site: Site, _ daemon: DaemonProcess, _ complaint: String,
    whenBroken: () throws -> Void, mending: () throws -> Void
  ) async throws {
    #expect(await daemon.line("watching") != nil)
    try site.move(site.pictures[0])
    #expect(await daemon.line("info mined \(site.pictures[0])") != nil)

    // Pause the daemon, so that it does not mine the picture before things are broken.
    daemon.pause()
    try site.move(site.pictures[1])
    try whenBroken()
    daemon.signal(SIGCONT)
    let line = await daemon.line("retrying until it works")
    #expect(line?.contains(complaint) == true, "\(line ?? "")")
    #expect(try site.names(in: "inbox") == [site.pictures[1]])
    try mending()
    #expect(await daemon.line("works again") != nil)

    try site.move(site.pictures[2])
    #expect(await daemon.line("info mined \(site.pictures[2])") != nil)
    #expect(await daemon.stop() == 0)
    #expect(try site.names(in: "mined") == Array(site.pictures[...2]))
    #expect(try site.status().images.mined == 3)
    let complaints = daemon.log.filter { $0.contains("retrying until it works") }
    #expect(complaints.count == 1, "\(complaints)")
    #expect(try site.misfire("verify").output == "all is well\n")
  }

  /// Ends the decoders that a paused daemon has started, so that it must start others.
  private func endDecoders(of daemon: DaemonProcess) throws {
    let process = "/proc/\(daemon.processID)"
    let decoders = try FileManager.default.contentsOfDirectory(atPath: "\(process)/task").flatMap {
      try String(contentsOfFile: "\(process)/task/\($0)/children", encoding: .utf8)
        .split(separator: " ")
    }
    for decoder in decoders {
      kill(Int32(decoder)!, SIGKILL)
      // One that is still ending would take a picture, which would be blamed for its death.
      while try !String(contentsOfFile: "/proc/\(decoder)/stat", encoding: .utf8).contains(") Z ") {
        usleep(1_000)
      }
    }
  }
}
