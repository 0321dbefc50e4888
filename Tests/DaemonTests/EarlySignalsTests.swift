import Foundation
import SystemPackage
import TestSupport
import Testing

/// What reaches the daemon before it is ready.
@Suite(.timeLimit(.minutes(5))) struct `Early signals` {
  /// The settings are a pipe here, so that the daemon waits where it reads them until the test lets it go on.
  @Test func `a SIGHUP while the settings are read ends nothing and is not forgotten`() async throws
  {
    try await withSite { site in
      let text = try Data(contentsOf: URL(filePath: site.conf.string))
      let pipe = site.folder.appending("pipe.json")
      #expect(mkfifo(pipe.string, 0o600) == 0)
      let daemon = try DaemonProcess(conf: pipe)
      try await write(text, to: pipe) {
        // Whoever opens the pipe to write it waits for the daemon to open it: it is there now.
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

  /// On a thread of its own: to open a pipe waits for who reads it.
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
