import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files that make codecs fail, dropped into the real daemon's inbox.
@Suite(.timeLimit(.minutes(30))) struct `Poison` {
  /// The number of mutated pictures dropped; `make fuzz` uses 10,000.
  private static let count =
    ProcessInfo.processInfo.environment["MISFIRE_MUTATED_PICTURES"].flatMap { Int($0) } ?? 300

  @Test(arguments: [1] as [UInt64])
  func `in pictures stops nothing: each is mined or put aside with a reason`(seed: UInt64)
    async throws
  {
    try await withSite(["hn_retrain_threshold": "100000000", "max_megapixels": "4"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      var contents: Set<Data> = []
      var mutated = MutatedPictures(of: try originals(site), seed: seed)
      // In portions, so that the daemon mines while more arrive.
      for start in stride(from: 0, to: Self.count, by: 100) {
        let portion = start..<min(start + 100, Self.count)
        for index in portion {
          let bytes = Data(mutated.next()!)
          contents.insert(bytes)
          let draft = site.folder.appending("draft")
          try bytes.write(to: URL(filePath: draft.string))
          try FileManager.default.moveItem(
            atPath: draft.string, toPath: site.inbox.appending("\(index).jpg").string)
        }
        let fates = await daemon.lines(
          ["info mined", "is known", "quarantined", "left"], count: portion.count)
        try #require(fates.count == portion.count, "the daemon ended: \(daemon.log.suffix(3))")
      }
      #expect(await daemon.stop() == 0)

      #expect(try site.names(in: "inbox") == [])
      let quarantine = Set(try site.names(in: "quarantine"))
      let putAside = quarantine.filter { $0.hasSuffix(".jpg") }
      #expect(try site.names(in: "mined").count + putAside.count == Self.count)
      for name in putAside {
        let reason = site.folder.appending(["quarantine", .init("\(name).reason.txt")!])
        #expect(try !Data(contentsOf: URL(filePath: reason.string)).isEmpty)
      }
      let status = try site.status()
      #expect(status.images.mined > 0 && status.images.quarantined > 0)
      #expect(status.images.quarantined == putAside.count)
      #expect(!daemon.log.contains { $0.contains("retrying") })
    }
  }

  /// A drawn picture in every supported format, and some real pictures if present.
  private func originals(_ site: Site) throws -> [[UInt8]] {
    let folder = site.folder.appending("originals")
    let real = try RealPictures.scenes().prefix(4).map(\.path)
    _ = try Python.run(
      """
      import os, sys, cv2, pillow_heif
      from PIL import Image
      pillow_heif.register_heif_opener()
      folder, *pictures = sys.argv[1:]
      os.mkdir(folder)
      exif = Image.Exif()
      exif[0x112] = 6
      for number, picture in enumerate(pictures):
          pixels = cv2.resize(cv2.imread(picture), (220, 150), interpolation=cv2.INTER_AREA)
          for kind in "jpg", "png", "bmp", "webp", "ppm", "pgm", "jp2":
              name = f"{folder}/{number}.{kind}"
              cv2.imwrite(name, cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if kind == "pgm" else pixels)
          image = Image.fromarray(pixels)
          image.save(f"{folder}/{number}-progressive.jpg", progressive=True, exif=exif)
          image.quantize(16).save(f"{folder}/{number}-palette.png")
          image.save(f"{folder}/{number}-animated.webp", save_all=True, append_images=[image.rotate(90)])
          image.save(f"{folder}/{number}.tiff", compression="tiff_lzw")
          for kind in "heic", "avif", "gif":
              image.save(f"{folder}/{number}.{kind}")
      """, [folder.string, site.drops.appending(site.pictures[0]).string] + real)
    return try site.names(in: "originals").map {
      [UInt8](try Data(contentsOf: URL(filePath: folder.appending($0).string)))
    }
  }

  @Test func `of a terabyte is left where it is, and said once`() async throws {
    try await withSite { site in
      let huge = site.inbox.appending("huge.jpg")
      try Data([0xFF, 0xD8, 0xFF]).write(to: URL(filePath: huge.string))
      #expect(truncate(huge.string, 1 << 40) == 0)
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("left huge.jpg in the inbox: it is longer than any") != nil)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("left huge.jpg") } == 1)
    }
  }
}
