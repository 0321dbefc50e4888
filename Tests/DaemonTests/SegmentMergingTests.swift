import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// A feature file in segments, of which the idle daemon makes fewer.
@Suite(.timeLimit(.minutes(5))) struct `Merging segments` {
  private static let settings = [
    "hn_retrain_threshold": "1000000", "hn_review_percentile": "null", "hn_min_probability": "0.2",
    // So that all segments are of like size.
    "hn_max_per_image": "5",
  ]
  private static let environment = ["MISFIRE_PLAIN_BYTES": "1"]

  /// Each seal makes a segment, and three of like size become one.
  @Test(arguments: [FaultPoint.segmentsMerged, .segmentRemoved])
  func `is finished by the next start, when it is killed`(step: FaultPoint) async throws {
    try await withSite(Self.settings) { site in
      for picture in site.pictures.prefix(5) {
        let mined = try Command.run(
          "/usr/bin/env",
          ["MISFIRE_PLAIN_BYTES=1", Command.folder.appending(path: "misfire").path, "mine"]
            + ["--conf", site.conf.string, site.drops.appending(picture).string])
        #expect(mined.status == 0, "\(mined.errors)")
      }
      let before = try segments(site)
      #expect(before >= 4)
      let killed = try DaemonProcess(
        conf: site.conf,
        environment: Self.environment.merging(["MISFIRE_FAULT_POINT": "\(step)"]) { $1 })
      try site.copy(site.pictures[5])
      #expect(await killed.end() == -SIGKILL)
      try check(site)

      let next = try DaemonProcess(conf: site.conf, environment: Self.environment)
      try site.copy(site.pictures[6])
      #expect(await next.line("info mined") != nil)
      // What the kill left is cleared away beside what is merged.
      while try segments(site) >= before {
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(await next.stop() == 0)
      try check(site)
    }
  }

  private func check(_ site: Site) throws {
    #expect(try site.misfire("verify").output == "all is well\n")
    #expect(try site.sealedRowCount() == site.status().hardNegatives.sealed)
  }

  private func segments(_ site: Site) throws -> Int {
    try FileManager.default.contentsOfDirectory(
      atPath: site.folder.appending(["output", "features.hdf5.segments"]).string
    ).count { $0.hasSuffix(".hdf5") }
  }
}
