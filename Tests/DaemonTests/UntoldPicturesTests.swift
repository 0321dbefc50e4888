import Durable
import Foundation
import TestSupport
import Testing

/// `kill -9` between an action on a picture and the log line that reports it.
@Suite(.timeLimit(.minutes(10))) struct `What the log could not tell` {
  @Test(arguments: [FaultPoint.acknowledged, .renamed, .moved, .placed])
  func `of pictures that were mined is told after the restart, marked so, and once`(
    step: FaultPoint
  ) async throws {
    try await withSite(["hn_retrain_threshold": "100000", "hn_validation_share": "0.3"]) { site in
      let pictures = site.pictures[..<12]
      for picture in pictures { try site.copy(picture) }
      let killed = try DaemonProcess(
        conf: site.conf, environment: ["MISFIRE_FAULT_POINT": "\(step)"])
      #expect(await killed.end() == -SIGKILL)
      #expect(told(killed) == [:])

      let next = try await restart(site, andMine: site.pictures[12])
      let lines = told(next)
      #expect(lines.count == 13)
      #expect(lines.values.allSatisfy { $0.count == 1 }, "\(lines)")
      #expect(lines.values.joined().contains { $0.contains("before the restart: ") })
      #expect(!next.log.contains { $0.contains("is known") }, "\(next.log)")

      let third = try await restart(site, andMine: site.pictures[13])
      #expect(told(third).count == 1)
    }
  }

  @Test(
    arguments: [
      FaultPoint.refusalRecorded, .refusalMoved, .refusalExplained, .refusalPlaced,
    ])
  func `of quarantine is told after the restart, marked so`(step: FaultPoint) async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      try site.write([0xFF, 0xD8, 0xFF, 0x00, 0xFF, 0xD9], to: "inbox/broken.jpg")
      let killed = try DaemonProcess(
        conf: site.conf, environment: ["MISFIRE_FAULT_POINT": "\(step)"])
      #expect(await killed.end() == -SIGKILL)
      #expect(told(killed) == [:])

      let next = try await restart(site, andMine: site.pictures[0])
      let line = told(next)["broken.jpg"]?.first
      #expect(
        line?.contains("warning quarantined before the restart: broken.jpg: the JPEG") == true,
        "\(next.log)")
      #expect(try site.names(in: "quarantine") == ["broken.jpg", "broken.jpg.reason.txt"])

      let third = try await restart(site, andMine: site.pictures[1])
      #expect(told(third).count == 1)
    }
  }

  @Test func `is nothing where it was told and the daemon is killed at rest`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      for picture in site.pictures[..<5] { try site.copy(picture) }
      let manager = try NotifySocket(site.folder.appending("notify"))
      let first = try DaemonProcess(conf: site.conf, manager: manager)
      // The status shows this once there is nothing left to report.
      #expect(await manager.messages.first { $0.contains("STATUS=idle: 5 pictures") } != nil)
      first.signal(SIGKILL)
      #expect(await first.end() == -SIGKILL)
      try site.succeed("mine", site.drops.appending(site.pictures[6]).string)
      let next = try await restart(site, andMine: site.pictures[5])
      #expect(Set(told(next).keys) == [site.pictures[5]])
    }
  }

  /// The log lines that report each picture's outcome, keyed by the picture's name.
  private func told(_ daemon: DaemonProcess) -> [String: [String]] {
    var told: [String: [String]] = [:]
    for line in daemon.log {
      let said = /(?:mined|held out|quarantined) (?:before the restart: )?([^ :,]+)[:, ]/
      if let name = line.firstMatch(of: said)?.1 { told[String(name), default: []].append(line) }
    }
    return told
  }

  /// Starts the daemon, drops a picture that comes last, and stops the daemon.
  private func restart(_ site: Site, andMine picture: String) async throws -> DaemonProcess {
    let daemon = try DaemonProcess(conf: site.conf)
    #expect(await daemon.line("watching") != nil)
    try site.move(picture)
    #expect(await daemon.line("mined \(picture)", "held out \(picture)") != nil)
    #expect(await daemon.stop() == 0)
    return daemon
  }
}
