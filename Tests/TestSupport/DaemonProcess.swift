package import Foundation
import Synchronization
package import SystemPackage

/// A `misfired` process, running the executable built with the tests.
package final class DaemonProcess: Sendable {
  private let process: ChildProcess
  private let transcript = Transcript()
  private let stream: AsyncStream<String>

  /// - Parameters:
  ///   - manager: the socket of a service manager that the daemon should notify.
  ///   - variables: added to this process's environment.
  ///   - executable: the program; nil: the one built with the tests.
  ///   - launcher: a command that becomes the daemon; the daemon's own command line is appended to it.
  package init(
    conf: FilePath, manager: NotifySocket? = nil, environment variables: [String: String] = [:],
    executable: URL? = nil, launcher: [String] = []
  ) throws {
    let daemon = executable ?? Command.folder.appending(path: "misfired")
    var environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    environment["NOTIFY_SOCKET"] = manager?.path.string
    environment["JOURNAL_STREAM"] = nil
    let pipe = Pipe()
    process = try ChildProcess(
      "/usr/bin/env", launcher + [daemon.path, "--conf", conf.string], environment: environment,
      errors: pipe.fileHandleForWriting)
    try pipe.fileHandleForWriting.close()
    stream = pipe.lines { [transcript] line in transcript.lines.withLock { $0.append(line) } }
  }

  package var processID: Int32 { process.processID }

  /// A launcher that runs a program with no more rights than any user; only root can use it.
  package static let asNobody = launcher(user: 65534, group: 65534)

  /// A launcher that runs a program as this user, with this group only; only root can use it.
  package static func launcher(user: Int, group: Int) -> [String] {
    ["/usr/bin/setpriv", "--reuid", "\(user)", "--regid", "\(group)", "--clear-groups"]
  }

  /// The next log line that contains one of `texts`; nil if the daemon ends without one.
  package func line(_ texts: String...) async -> String? {
    await lines(texts, count: 1).first
  }

  /// The next `count` such lines; fewer if the daemon ends first.
  package func lines(_ texts: [String], count: Int) async -> [String] {
    var lines: [String] = []
    var iterator = stream.makeAsyncIterator()
    while lines.count < count, let line = await iterator.next() {
      if texts.contains(where: line.contains) { lines.append(line) }
    }
    return lines
  }

  /// All log lines so far.
  package var log: [String] { transcript.lines.withLock { $0 } }

  /// Its peak memory so far, in bytes.
  package var peakMemory: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
      return status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }! * 1024
    }
  }

  /// The bytes it has caused to be written to disk so far.
  package var bytesWritten: Int {
    get throws {
      let counts = try String(contentsOfFile: "/proc/\(processID)/io", encoding: .utf8)
      return counts.firstMatch(of: /\nwrite_bytes: (\d+)/).flatMap { Int($0.1) }!
    }
  }

  package func signal(_ signal: Int32) {
    kill(processID, signal)
  }

  /// Stops the daemon until it gets SIGCONT, and waits until all its threads have stopped.
  package func pause() { process.pause() }

  /// Waits for the daemon to end.
  /// - Returns: the exit status, or the negative number of the signal.
  package func end() async -> Int32 {
    await process.end()
  }

  package func stop() async -> Int32 {
    signal(SIGTERM)
    return await end()
  }
}

private final class Transcript: Sendable {
  let lines = Mutex<[String]>([])
}
