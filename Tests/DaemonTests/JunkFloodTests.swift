import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

/// Many files that are not pictures, with some pictures among them: 200,000 in `make soak`.
@Suite(.timeLimit(.minutes(30))) struct `A flood of junk` {
  static let count = Soak.isRunning ? 200_000 : 400

  /// The quarantine stays bounded, the pictures are mined, and neither disk nor memory runs out.
  @Test func `fills the quarantine to its limit, and keeps no picture from being mined`()
    async throws
  {
    let limit = Self.count / 2
    let settings = [
      "hn_quarantine_limit": "\(limit)", "hn_retrain_threshold": "1000000000",
      "hn_settle_seconds": "0.5",
    ]
    try await withSite(settings) { site in
      let draft = site.folder.appending("draft")
      for number in 0..<Self.count {
        // Starts like a JPEG file; each has different content.
        try site.write([0xFF, 0xD8, 0xFF] + Array("\(number)".utf8), to: "draft")
        #expect(rename(draft.string, site.inbox.appending("junk-\(number).jpg").string) == 0)
      }
      let daemon = try DaemonProcess(conf: site.conf, executable: Soak.executable("misfired"))
      #expect(await daemon.line("as many as hn_quarantine_limit allows") != nil)
      let written = try daemon.bytesWritten
      for picture in site.pictures { try site.move(picture) }
      let mined = await daemon.lines(["info mined"], count: site.pictures.count)
      #expect(mined.count == site.pictures.count)
      let peak = try daemon.peakMemory
      #expect(await daemon.stop() == 0)
      let status = try site.status()
      #expect(status.images.quarantined == limit)
      #expect(try site.names(in: "inbox").count == Self.count - limit)
      #expect(try site.names(in: "quarantine").count == 2 * limit)
      // Each quarantined file costs its move, its reason and its share of a transaction: 15 kB if many arrive
      // together, 42 kB if each has its own transaction.
      #expect(written < limit * 50_000, "\(written / limit) bytes a file")
      #expect(peak < 100_000_000 + Self.count * 2_500 || Sanitizer.isActive, "\(peak) bytes")
      Soak.report(
        "\(Self.count) files of junk: \(written / limit) bytes written a file in quarantine, at most \(peak / 1_000_000) MB"
      )
    }
  }
}
