import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct `Clearing up` {
  private static let settings = [
    "hn_keep_mined": #""1 B""#, "hn_retrain_threshold": "1000000", "hn_review_percentile": "null",
  ]

  @Test func `deletes mined pictures and tells how many`() async throws {
    try await withSite(Self.settings) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures.prefix(3) { try site.copy(picture) }
      let told = await daemon.line("info deleted 3 pictures from", "because of hn_keep_mined")
      #expect(told != nil)
      #expect(try site.names(in: "mined") == [])
      #expect(await daemon.stop() == 0)
      #expect(try site.status().images.mined == 3)
      let verified = try site.misfire("verify")
      #expect(verified.output == "all is well\n")
      #expect(
        verified.errors.hasPrefix("misfire: 3 pictures were deleted because of hn_keep_mined"))
      let remined = try site.misfire("mine", ["--mined"])
      #expect(
        remined.errors.contains(
          "none of the 3 mined pictures is in its place any more, 3 of them because of hn_keep_mined"
        ),
        "\(remined)")
    }
  }

  @Test(arguments: [FaultPoint.deletingRecorded, .picturesDeleted])
  func `is finished by the next start, when it is killed`(step: FaultPoint) async throws {
    try await withSite(Self.settings) { site in
      let killed = try DaemonProcess(
        conf: site.conf, environment: ["MISFIRE_FAULT_POINT": "\(step)"])
      for picture in site.pictures.prefix(3) { try site.copy(picture) }
      #expect(await killed.end() == -SIGKILL)
      #expect(try site.names(in: "mined").count == (step == .deletingRecorded ? 3 : 0))
      #expect(try site.misfire("verify").output == "all is well\n")
      let next = try DaemonProcess(conf: site.conf)
      #expect(await next.line("watching") != nil)
      // A picture that arrives now is deleted after the earlier ones.
      try site.copy(site.pictures[4])
      #expect(await next.line("info deleted 1 picture from") != nil)
      #expect(await next.stop() == 0)
      #expect(try site.names(in: "mined") == [])
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }
}
