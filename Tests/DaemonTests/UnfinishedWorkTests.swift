import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What a kill interrupts of the work done while nothing arrives. The next start resumes it, without a picture or a
/// training to trigger it.
@Suite(.timeLimit(.minutes(5))) struct `Unfinished work` {
  private static let settings = [
    "hn_retrain_threshold": "1000000", "hn_review_percentile": "null", "hn_min_probability": "0.2",
    // Makes all segments about the same size.
    "hn_max_per_image": "5",
  ]
  /// Makes every seal write a segment, and allows readers no time.
  private static let segmented = ["MISFIRE_PLAIN_BYTES": "1"]

  /// Three segments of similar size become one.
  @Test(arguments: [FaultPoint.segmentWritten, .segmentsMerged, .segmentRemoved])
  func `of merging is done by the next start`(step: FaultPoint) async throws {
    try await withSite(Self.settings) { site in
      for picture in site.pictures.prefix(3) { try mine(picture, in: site) }
      let before = try segments(of: site)
      #expect(before.files == before.named && before.named.count == 4)
      let rows = try site.sealedRowCount()

      let killed = try DaemonProcess(
        conf: site.conf,
        environment: Self.segmented.merging(["MISFIRE_FAULT_POINT": "\(step)"]) { $1 })
      #expect(await killed.end() == -SIGKILL)
      let left = try segments(of: site)
      #expect(left.files.count > left.named.count, "\(step) left \(left)")
      try check(site, rows: rows)

      let next = try DaemonProcess(conf: site.conf, environment: Self.segmented)
      // The drawn rows, and the hard negatives in one segment.
      while case let segments = try segments(of: site),
        segments.named.count != 2 || segments.files != segments.named
      {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(await next.stop() == 0)
      try check(site, rows: rows)
    }
  }

  @Test func `of a seal gives back the space that the ledger needs no more`() async throws {
    try await withSite(
      Self.settings.merging(["hn_min_probability": "0.001", "hn_max_per_image": "60"]) { $1 }
    ) { site in
      #expect(
        try site.kill(
          "mine", site.pictures.prefix(8).map { site.drops.appending($0).string }, after: "sealed")
          == -SIGKILL)
      // Enough to be worth the work.
      #expect(try freeBytes(of: site) > 4 << 20)
      let next = try DaemonProcess(conf: site.conf)
      while try freeBytes(of: site) > 4 << 20 { try await Task.sleep(for: .milliseconds(50)) }
      #expect(await next.stop() == 0)
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }

  @Test func `of taking back is done by the next start`() async throws {
    try await withSite(Self.settings) { site in
      for picture in site.pictures.prefix(2) { try mine(picture, in: site) }
      let rows = try #require(try site.sealedRowCount())
      #expect(
        try site.kill(
          "forget", [site.pictures[0]], after: "takenBack")
          == -SIGKILL)
      #expect(try site.sealedRowCount() == rows)
      let next = try DaemonProcess(conf: site.conf)
      while try site.sealedRowCount() == rows { try await Task.sleep(for: .milliseconds(200)) }
      #expect(await next.stop() == 0)
      try check(site, rows: site.status().hardNegatives.total)
    }
  }

  /// Like a training that was killed before it deleted any model.
  @Test func `of keeping few models is done by the next start`() async throws {
    try await withSite(["models_keep": "1"]) { site in
      try site.change(["C": "1"])
      #expect(try site.kill("train", ["--force"], after: "promotionFinished") == -SIGKILL)
      #expect(try site.names(in: "output/models") == ["0001.hdf5", "0002.hdf5"])
      let next = try DaemonProcess(conf: site.conf)
      while try site.names(in: "output/models") != ["0002.hdf5"] {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(await next.stop() == 0)
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }

  /// A training that was killed before it retired any row, and one before they left the file.
  @Test(arguments: ["promotionFinished", "retired"])
  func `of keeping few rows is done by the next start`(step: String) async throws {
    try await withSite([
      "hn_min_margin": "-0.9", "hn_max_per_image": "8", "hn_max_rows": "null",
      "hn_retrain_threshold": "1000000", "hn_remine": "false",
    ]) { site in
      let pictures = site.pictures.prefix(4).map { site.drops.appending($0).string }
      #expect(try site.misfire("mine", pictures).status == 0)
      for penalty in ["1", "2", "4"] {
        try site.change(["C": penalty])
        #expect(try site.misfire("train", ["--force"]).status == 0)
      }
      let all = try #require(try site.sealedRowCount())
      try site.change(["C": "8", "hn_max_rows": "\(all - 1)"])
      #expect(try site.kill("train", ["--force"], after: step) == -SIGKILL)
      #expect(try site.sealedRowCount() == all)
      let next = try DaemonProcess(conf: site.conf)
      while try site.sealedRowCount() == all { try await Task.sleep(for: .milliseconds(200)) }
      #expect(await next.stop() == 0)
      try check(site, rows: site.status().hardNegatives.total)
    }
  }

  // MARK: What there is

  private func mine(_ picture: String, in site: Site) throws {
    let mined = try site.misfire(
      "mine", [site.drops.appending(picture).string], environment: Self.segmented)
    #expect(mined.status == 0, "\(mined.errors)")
  }

  private func check(_ site: Site, rows: Int?) throws {
    #expect(try site.misfire("verify").output == "all is well\n")
    #expect(try site.sealedRowCount() == rows)
    #expect(try site.status().hardNegatives.sealed == rows)
  }

  /// The names in the folder of segments, and those in the feature file, as Python reads them.
  private func segments(of site: Site) throws -> (files: [String], named: [String]) {
    let file = site.folder.appending(["output", "features.hdf5"]).string
    let named = try Python.run(
      """
      import h5py, os, sys
      with h5py.File(sys.argv[1], 'r') as file:
          sources = [source for item in file.values() if item.is_virtual for source in item.virtual_sources()]
      print(*{os.path.basename(source.file_name) for source in sources})
      """, [file])
    return (
      try site.names(in: "output/features.hdf5.segments"),
      named.split(whereSeparator: \.isWhitespace).map(String.init).sorted()
    )
  }

  private func freeBytes(of site: Site) throws -> Int {
    let printed = try Python.run(
      """
      import sqlite3, sys
      ledger = sqlite3.connect(sys.argv[1])
      print(ledger.execute('PRAGMA freelist_count').fetchone()[0] * ledger.execute('PRAGMA page_size').fetchone()[0])
      """, [site.folder.appending(["output", "state.sqlite"]).string])
    return try #require(Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
