import Foundation
import SystemPackage
import TestSupport
import Testing

/// Other users could lock any file that they can read, and so block the service.
@Suite(.timeLimit(.minutes(10))) struct `What others may not lock` {
  /// Runs `misfire` or the daemon with a umask that grants everything to everyone.
  private static let careless = ["/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"]

  /// The most permissions that a file can have, by the end of its name.
  private static let most = [
    ".lock": 0o600, "state.sqlite": 0o640, "-wal": 0o640, "-shm": 0o640, ".in-hand": 0o640,
  ]

  @Test func `is closed to them, whatever the umask`() async throws {
    try await withSite { site in
      try FileManager.default.removeItem(atPath: site.folder.appending("output").string)
      for command in ["extract", "train"] {
        let result = try Command.run(
          Self.careless[0],
          Self.careless.dropFirst() + [
            Command.folder.appending(path: "misfire").path, command, "--conf", site.conf.string,
          ])
        #expect(result.status == 0, "\(result.errors)")
      }
      try expectClosed(site)
      try await mine(site)
    }
  }

  @Test func `is closed to them when it is opened, where an earlier release left it open`()
    async throws
  {
    try await withSite { site in
      for name in try site.names(in: "output") where name.hasPrefix("state.sqlite") {
        #expect(chmod(site.folder.appending("output").appending(name).string, 0o666) == 0)
      }
      try await mine(site)
    }
  }

  /// Checks the files that a daemon keeps while it runs, and those that remain afterwards.
  private func mine(_ site: Site) async throws {
    let daemon = try DaemonProcess(conf: site.conf, launcher: Self.careless)
    try site.move(site.pictures[0])
    #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
    #expect(
      try Set(["-wal", "-shm", ".in-hand", ".misfired.lock"].map { "state.sqlite" + $0 })
        .isSubset(of: site.names(in: "output")))
    try expectClosed(site)
    #expect(await daemon.stop() == 0)
    try expectClosed(site)
  }

  private func expectClosed(_ site: Site) throws {
    for name in try site.names(in: "output") {
      guard let most = Self.most(of: name) else { continue }
      let path = site.folder.appending("output").appending(name)
      let given = try path.stat().permissions.rawValue
      #expect(given & ~CInterop.Mode(most) == 0, "\(name): \(String(given, radix: 8))")
    }
  }

  private static func most(of name: String) -> Int? {
    most.first { name.hasSuffix($0.key) }?.value
  }
}
