import Foundation
import SystemPackage
import TestSupport
import Testing

/// Progressive JPEGs with many scans used to occupy a decoder for half a minute each while other pictures waited.
@Suite(.timeLimit(.minutes(10))) struct `Pictures that take long to decode` {
  @Test func `are mined in the end or refused, and no other waits for them`() async throws {
    try await withSite([
      "threads": "2", "hn_max_per_image": "1", "hn_retrain_threshold": "1000000",
      "hn_review_percentile": "null",
    ]) { site in
      let slow = (0..<3).map { "slow-\($0).jpg" }
      for (seed, name) in slow.enumerated() {
        try draw(site.folder.appending(name), seed: seed, isWhole: seed > 0)
        // Older than all others, so that they come first.
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -1_000)],
          ofItemAtPath: site.folder.appending(name).string)
        try FileManager.default.moveItem(
          atPath: site.folder.appending(name).string, toPath: site.inbox.appending(name).string)
      }
      let others = Array(site.pictures.prefix(12))
      for picture in others { try site.move(picture) }
      let daemon = try DaemonProcess(conf: site.conf)
      let lines = await daemon.lines(["info mined", "quarantined", "left "], count: 15)
      #expect(await daemon.stop() == 0)
      #expect(lines.count == 15, "\(daemon.log)")
      let refused = lines.filter { !$0.contains("info mined") }
      #expect(refused.count == 1 && refused[0].contains("quarantined slow-0.jpg: "), "\(refused)")
      let last = try #require(lines.lastIndex { line in others.contains { line.contains($0) } })
      let waiting = lines[last...].count { line in slow.contains { line.contains($0) } }
      #expect(waiting >= 2, "\(lines)")
      #expect(try site.names(in: "inbox") == [])
    }
  }

  /// Draws a picture of 17 or 38 megapixels that repeats one of its scans, so that decoding takes seconds.
  /// - Parameter isWhole: whether the scan is the same each time, so that the picture is valid.
  private func draw(_ path: FilePath, seed: Int, isWhole: Bool) throws {
    _ = try Python.run(
      """
      import cv2, numpy as np, sys
      path, seed, is_whole = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "true"
      tile = np.random.default_rng(seed).integers(0, 256, (64, 64)).astype(np.uint8)
      pixels = np.tile(np.kron(tile, np.ones((4, 4), np.uint8)), [24 if is_whole else 16] * 2)
      flags = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 60]
      picture = cv2.imencode(".jpg", pixels, flags)[1].tobytes()
      # Where each scan ends, its tables included.
      ends, at = [], 2
      while picture[at + 1] != 0xD9:
          code = picture[at + 1]
          at += 2 + int.from_bytes(picture[at + 2:at + 4], "big")
          if code != 0xDA: continue
          while picture[at] != 0xFF or picture[at + 1] == 0: at += 1
          ends.append(at)
      start, end = ends[:2] if is_whole else ends[-2:]
      open(path, "wb").write(picture[:end] + 80 * picture[start:end] + picture[end:])
      """, [path.string, "\(seed)", "\(isWhole)"])
  }
}
