import Foundation
import Settings
import SystemPackage

/// The row about how soon the daemon, which has nothing else to do, acknowledges a picture that was copied in.
///
/// The daemon is the one built beside this program. The clock runs from the file's closing to the daemon's line about it,
/// which comes after the ledger's transaction and the move to `hn_mined`.
func measureLatency(_ subject: Subject, into table: inout Table) throws {
  let daemon = try IdleDaemon(conf: quietSettings(subject))
  var times: [Duration] = []
  for (index, file) in subject.files.enumerated() {
    let name = "latency-\(index).jpg"
    let path = subject.settings.hnInbox.appending(name)
    try Data(file).write(to: URL(filePath: path.string))
    let closed = ContinuousClock.now
    daemon.waitForLine(about: "mined \(name)")
    times.append(closed.duration(to: .now))
  }
  daemon.stop()
  let milliseconds = times.map { $0 / .milliseconds(1) }.sorted()
  table.add(
    "from closing a scene's file to its acknowledgement",
    "\(fixed(milliseconds[milliseconds.count / 2], 1)) ms",
    against: "slowest of \(milliseconds.count): \(fixed(milliseconds.last!, 1)) ms", ratio: "",
    goal: "under 50 ms")
}

/// The subject's settings, but without a training in between.
private func quietSettings(_ subject: Subject) throws -> FilePath {
  let never = "\"hn_retrain_threshold\": 1000000000"
  var text = try String(contentsOfFile: subject.settings.path.string, encoding: .utf8)
  if text.contains("hn_retrain_threshold") {
    text.replace(/"hn_retrain_threshold": *\d+/, with: never)
  } else {
    text.replace("{", with: "{ \(never),", maxReplacements: 1)
  }
  // Beside the subject's own, which relative paths start from.
  let conf = subject.settings.path.removingLastComponent().appending("latency.json")
  try Data(text.utf8).write(to: URL(filePath: conf.string))
  return conf
}

/// A daemon whose log is read line by line.
private final class IdleDaemon {
  private let process = Process()
  private let log = Pipe()
  private var unread = Data()

  init(conf: FilePath) throws {
    let here = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.executableURL = here.deletingLastPathComponent().appending(path: "misfired")
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

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
