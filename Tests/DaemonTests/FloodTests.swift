import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing
import World

/// Many pictures at once: 100,000 in `make soak`.
@Suite(.timeLimit(.minutes(60))) struct `A flood of pictures` {
  static let count = Soak.isRunning ? 100_000 : 2_000

  @Test func `is mined to the last one, at a steady rate and in bounded memory`() async throws {
    let settings = [
      "hn_retrain_threshold": "1000000000", "hn_settle_seconds": "0.5", "hn_min_margin": "-0.9",
    ]
    try await withSite(settings) { site in
      let names = try draw(Self.count, in: site)
      let daemon = try DaemonProcess(conf: site.conf, executable: Soak.executable("misfired"))
      #expect(await daemon.line("watching") != nil)
      for name in names {
        let drawn = site.folder.appending("flood").appending(name)
        #expect(rename(drawn.string, site.inbox.appending(name).string) == 0)
      }
      let lines = await daemon.lines(["info mined"], count: names.count)
      let peak = try daemon.peakMemory
      #expect(await daemon.stop() == 0)

      // The log, the folder, the ledger and the HDF5 file must agree.
      let mined = lines.compactMap { $0.firstMatch(of: /mined ([^:]+):/)?.1 }
      #expect(mined.count == names.count && Set(mined) == Set(names.map { $0[...] }))
      #expect(try Set(site.names(in: "mined")) == Set(names))
      let status = try site.status()
      #expect(status.images.mined == names.count && status.images.waiting == 0)
      let found = lines.compactMap { $0.firstMatch(of: /([\d,]+) hard negative/) }
        .compactMap { Int($0.1.replacing(",", with: "")) }.reduce(0, +)
      #expect(found > names.count / 100)
      #expect(status.hardNegatives.total == found)
      #expect(try site.sealedRowCount() == found)
      #expect(daemon.log.count { $0.contains("error") } == 0)

      // A sanitizer delays releasing freed memory.
      #expect(peak < 400_000_000 || Sanitizer.isActive, "\(peak) bytes")
      let rates = try [0..<names.count / 10, 9 * names.count / 10..<names.count].map {
        try rate(lines[$0])
      }
      Soak.report(
        """
        \(names.count) pictures: \(Int(rates[0])) a second in the first tenth, \(Int(rates[1])) in the last; \
        \(found) hard negatives; at most \(peak / 1_000_000) MB
        """)
      if Soak.isRunning { #expect(rates[1] > rates[0] / 2) }
    }
  }

  /// Draws window-sized pictures, no two the same, outside the inbox.
  private func draw(_ count: Int, in site: Site) throws -> [String] {
    let folder = site.folder.appending("flood")
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: false)
    let scenes = (0..<40).map { World.scene(seed: 1_000 + $0) }
    let window = (width: 96, height: 32)
    var random = SeededGenerator(seed: 1)
    return try (0..<count).map { index in
      let scene = scenes[index % scenes.count]
      let x = Int.random(in: 0...scene.width - window.width, using: &random)
      let y = Int.random(in: 0...scene.height - window.height, using: &random)
      var picture = scene.cropped(
        to: Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)
      ).pixels
      for byte in 0..<4 { picture[byte] = UInt8(truncatingIfNeeded: index >> (8 * byte)) }
      let name = "\(index).pgm"
      try Data("P5 \(window.width) \(window.height) 255\n".utf8 + picture)
        .write(to: URL(filePath: folder.appending(name).string))
      return name
    }
  }

  /// Lines per second, from the times at the start of the lines.
  private func rate(_ lines: ArraySlice<String>) throws -> Double {
    let times = try [lines.first!, lines.last!].map { line in
      try Date(
        String(line.prefix { $0 != " " }),
        strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
    return Double(lines.count) / times[1].timeIntervalSince(times[0])
  }
}

/// What years of mining leave behind.
@Suite(.enabled(if: Soak.isRunning), .timeLimit(.minutes(10)))
struct `A ledger of a million pictures` {
  @Test func `answers at once, and lets the daemon start at once`() async throws {
    try await withSite { site in
      try fill(site)
      let clock = ContinuousClock()
      let answers = try (0..<5).map { _ in
        try clock.measure {
          let answer = try Command.run(
            Soak.executable("misfire").path, ["status", "--conf", site.conf.string])
          #expect(answer.output.contains("1,000,000 mined"), "\(answer.errors)")
        }
      }
      let start = clock.now
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(
        conf: site.conf, manager: manager, executable: Soak.executable("misfired"))
      #expect(await manager.message(beginning: "READY=1") != nil)
      let ready = start.duration(to: clock.now)
      daemon.signal(SIGKILL)
      Soak.report("1,000,000 pictures: status in \(answers.min()!), ready in \(ready)")
      #expect(answers.min()! < .milliseconds(100))
      #expect(ready < .seconds(1))
    }
  }

  /// Fills the site's ledger with a million mined pictures, each with two hard negatives.
  private func fill(_ site: Site) throws {
    _ = try Python.run(
      """
      import sqlite3, sys
      ledger = sqlite3.connect(sys.argv[1])
      ledger.executescript('''
        BEGIN;
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
        INSERT INTO images (sha256, name, state, generation, windows, kept)
          SELECT randomblob(32), n || '.jpg', 'mined', 1, 400, '/var/lib/misfire/mined/' || n || '.jpg' FROM numbers;
        INSERT INTO hard_negatives
            (image, x0, y0, x1, y1, layer, margin, probability, generation, verdict, row)
          SELECT id, column1, 0, column1 + 96, 32, 0, 0.1, 0.6, 1, 'kept', 2 * id + column1
          FROM images, (VALUES (0), (1));
        COMMIT;
        ''')
      """, [site.folder.appending(["output", "state.sqlite"]).string])
  }
}
