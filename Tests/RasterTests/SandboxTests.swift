import Foundation
import Raster
import Testing

@Suite(.enabled(if: !Sanitizer.isActive, "a sanitizer's own calls are forbidden in it"))
struct `The sandbox` {
  /// Runs the probe, which lies beside the tests.
  func probe(_ attempt: String) throws -> Process {
    let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appending(path: "SandboxProbe")
    process.arguments = [attempt]
    try process.run()
    process.waitUntilExit()
    return process
  }

  @Test func `lets a process compute`() throws {
    let process = try probe("compute")
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }

  @Test(arguments: [
    "read a file", "write a file", "open a socket", "start a program", "see other processes",
    "run what it wrote", "start a thread",
  ])
  func `ends a process that tries more`(attempt: String) throws {
    let process = try probe(attempt)
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(process.terminationStatus == SIGSYS)
  }
}
