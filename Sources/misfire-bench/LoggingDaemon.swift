import Foundation
import SystemPackage

/// The folder of the executables that were built with this one.
let builtExecutables = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  .deletingLastPathComponent()

/// A daemon whose log this process reads line by line.
final class LoggingDaemon {
  private let process = Process()
  private let log = Pipe()
  private var unread = Data()

  /// Starts the daemon, and returns when it watches its inbox.
  init(_ executable: URL, conf: FilePath) throws {
    process.executableURL = executable
    process.arguments = ["--conf", conf.string]
    process.standardError = log
    try process.run()
    waitForLine(about: "watching")
  }

  func waitForLine(about text: String) {
    while true {
      while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread = Data(unread[(end + 1)...])
        if line.contains(text) { return }
      }
      let more = log.fileHandleForReading.availableData
      precondition(!more.isEmpty, "the daemon ended before it said “\(text)”")
      unread += more
    }
  }

  /// The time in ms from closing a picture's file in the inbox to the log line about it, which follows the ledger's
  /// transaction and the move to `hn_mined`.
  func latency(ofDropping file: [UInt8], as name: String, into inbox: FilePath) throws -> Double {
    try Data(file).write(to: URL(filePath: inbox.appending(name).string))
    let closed = ContinuousClock.now
    waitForLine(about: "mined \(name)")
    return closed.duration(to: .now) / .milliseconds(1)
  }

  func residentMegabytes() throws -> Double {
    let status = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    guard let kilobytes = status.firstMatch(of: /VmRSS:\s*(\d+)/).flatMap({ Double($0.1) }) else {
      fatalError("no VmRSS in /proc/\(process.processIdentifier)/status")
    }
    return kilobytes / 1024
  }

  func stop() {
    process.terminate()
    process.waitPromptly()
  }
}

extension Process {
  /// `waitUntilExit` looks only every 50 ms.
  func waitPromptly() {
    while isRunning { Thread.sleep(forTimeInterval: 1e-4) }
  }
}
