import Foundation
import SystemPackage
import TestSupport
import Testing

/// Signals that reach the daemon before it is ready.
@Suite(.timeLimit(.minutes(5))) struct `Early signals` {
  /// The settings file is a pipe here, so that the daemon blocks reading it until the test continues.
  @Test func `a SIGHUP while the settings are read ends nothing and is not forgotten`() async throws
  {
    try await withSite { site in
      let text = try Data(contentsOf: URL(filePath: site.conf.string))
      let pipe = site.folder.appending("pipe.json")
      #expect(mkfifo(pipe.string, 0o600) == 0)
      let daemon = try DaemonProcess(conf: pipe)
      try await write(text, to: pipe) {
        // Opening the pipe for writing waits until the daemon opens it, so the daemon has now reached that point.
        let status = try String(contentsOfFile: "/proc/\(daemon.processID)/status", encoding: .utf8)
        let caught = status.firstMatch(of: /SigCgt:\s+([0-9a-f]+)/).flatMap {
          UInt64($0.1, radix: 16)
        }
        #expect((caught ?? 0) & 1 << (SIGHUP - 1) != 0, "\(status)")
        daemon.signal(SIGHUP)
      }
      #expect(await daemon.line("watching") != nil)
      try await write(text, to: pipe) {}
      #expect(await daemon.line("reloaded the settings") != nil)
      #expect(await daemon.stop() == 0)
    }
  }

  /// Runs on a thread of its own, because opening a pipe waits for its reader.
  private func write(
    _ bytes: Data, to pipe: FilePath, before body: @escaping @Sendable () throws -> Void
  ) async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      Thread {
        done.resume(
          with: Result {
            let file = try FileDescriptor.open(pipe, .writeOnly)
            try file.closeAfter {
              try body()
              _ = try file.writeAll(bytes)
            }
          })
      }.start()
    }
  }
}
