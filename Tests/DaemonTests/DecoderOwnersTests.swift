import Foundation
import TestSupport
import Testing

/// The daemon's decoder processes, as other processes see them.
@Suite(
  .enabled(if: getuid() == 0, "only root can give files away"), .timeLimit(.minutes(5)))
struct `Pictures of several users` {
  @Test func `are decoded by a process each`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      var counts: [Int] = []
      let start = ContinuousClock.now
      for (picture, user) in zip(site.pictures, [1, 2, 1, 2] as [uid_t]) {
        let aside = site.folder.appending(picture).string
        try Data(contentsOf: URL(filePath: site.drops.appending(picture).string))
          .write(to: URL(filePath: aside))
        #expect(chown(aside, user, 0) == 0)
        try FileManager.default.moveItem(
          atPath: aside, toPath: site.inbox.appending(picture).string)
        #expect(await daemon.line("info mined \(picture)") != nil)
        counts.append(try decoderCount(of: daemon))
      }
      // There are others: root's, which reads the pictures of the object, and one that is ready for the next user. A
      // decoder ends after a minute, so a slower machine has fewer.
      let isSlow = start.duration(to: .now) > .seconds(50)
      #expect(isSlow || counts == [counts[0], counts[0] + 1, counts[0] + 1, counts[0] + 1])
      #expect(await daemon.stop() == 0)
    }
  }

  private func decoderCount(of daemon: DaemonProcess) throws -> Int {
    let children = "/proc/\(daemon.processID)/task"
    return try FileManager.default.contentsOfDirectory(atPath: children).map { thread in
      try String(contentsOfFile: "\(children)/\(thread)/children", encoding: .utf8)
        .split(separator: " ").count
    }.reduce(0, +)
  }
}
