import Foundation
import Raster
import TestSupport
import Testing

@Suite(.enabled(if: !Sanitizer.isActive, "a sanitizer's own calls are forbidden in it"))
struct `The sandbox` {
  /// Runs the probe, which is in the tests' folder.
  /// - Returns: its exit status, or the negative number of the signal that ended it.
  func probe(_ attempt: String) throws -> Int32 {
    try Command.run("SandboxProbe", [attempt]).status
  }

  @Test func `lets a process compute`() throws {
    #expect(try probe("compute") == 0)
  }

  @Test(arguments: [
    "read a file", "write a file", "open a socket", "start a program", "see other processes",
    "signal its parent", "signal everybody", "run what it wrote", "start a thread",
    "ask for its parent's processors", "read its parent's clock", "take a page out of use",
    "inherit a priority",
  ])
  func `ends a process that tries more`(attempt: String) throws {
    #expect(try probe(attempt) == -SIGSYS)
  }

  @Test func `lets a process abort`() throws {
    // Otherwise Swift's runtime would start another program, which prints a backtrace.
    let result = try Command.run(
      "SandboxProbe", ["abort"], environment: ["SWIFT_BACKTRACE": "enable=no"])
    #expect(result.status == -SIGABRT)
  }

  @Test func `lets a process wait on when it was stopped and continued`() async throws {
    let output = Pipe()
    let process = try ChildProcess(
      Command.folder.appending(path: "SandboxProbe").path, ["wait"],
      output: output.fileHandleForWriting)
    try output.fileHandleForWriting.close()
    var lines = output.lines().makeAsyncIterator()
    #expect(await lines.next() == "waiting")
    process.pause()
    kill(process.processID, SIGCONT)
    #expect(await process.end() == 0)
  }
}
