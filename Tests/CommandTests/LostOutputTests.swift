import Foundation
import SystemPackage
import TestSupport
import Testing

/// They used to be lost without a word, and the status was 0.
@Suite struct `Results that a full disk does not take` {
  @Test(arguments: [
    ("detect --json drops", 1), ("detect --csv --exit-code drops", 2), ("status --json", 1),
    ("mine --stdin0 --json < paths", 75),
  ])
  func `are a failure`(words: String, status: Int32) throws {
    try withSite { site in
      try site.write("drops/\(site.pictures[0])\0".utf8, to: "paths")
      let misfire = Command.folder.appending(path: "misfire").path
      let result = try Command.run(
        "/bin/sh", ["-c", "MISFIRE_CONF=\(site.conf) \(misfire) \(words) > /dev/full"],
        in: site.folder.string)
      #expect(result.status == status, "\(result)")
      #expect(result.errors.contains("the output is not complete"), "\(result)")
    }
  }

  @Test func `are none where nobody reads them any more`() throws {
    try withSite { site in
      let misfire = Command.folder.appending(path: "misfire").path
      let result = try Command.run(
        "/bin/sh",
        [
          "-c",
          "trap '' PIPE; (\(misfire) status --conf \(site.conf); echo \"status $?\" >&2) | true",
        ])
      #expect(result.errors.contains("status 0\n"), "\(result)")
    }
  }
}
