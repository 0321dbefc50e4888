import Foundation
import SystemPackage
import TestSupport
import Testing

/// A program that drops a picture can go on writing to it while it is read.
@Suite struct `A file that grows while it is read` {
  /// Memory use used to grow with whatever the writer added, until the process was aborted.
  @Test(arguments: [
    (["mine"], "dropped.jpg", 64 << 20, "it is longer than any picture of max_megapixels"),
    (["import"], "detector.txt", 249 << 20, "is over 250 MiB long"),
  ])
  func `costs no more memory than the largest that is read, and is refused like a larger one`(
    words: [String], name: String, size: Int, refusal: String
  ) throws {
    try withSite(["max_megapixels": "1"]) { site in
      let path = site.folder.appending(name)
      let growing = try GrowingFile(path, size: size, growth: 1 << 30)
      defer { growing.stop() }
      let result = try Command.measure(
        "misfire", words + [path.string, "--conf", site.conf.string])
      #expect(result.errors.contains("\(path)"), "\(result.errors)")
      #expect(result.errors.contains(refusal), "\(result.errors)")
      let other = try Command.measure("misfire", ["status", "--conf", site.conf.string])
      #expect(
        result.peakBytes < other.peakBytes + size + 32 << 20,
        "\(result.peakBytes >> 20) MiB, and \(other.peakBytes >> 20) MiB without it")
    }
  }
}
