import Foundation
import Settings
import SystemPackage

/// The rows about the daemon: how soon it watches the inbox, how much memory it then uses, and how soon it acknowledges a
/// picture.
///
/// The daemon built beside this program takes turns with another version's daemon, each in a folder of its own.
/// - Parameter earlier: the folder of the other version's executables.
func measureLatency(
  _ subject: Subject, rounds: Int, folder: FilePath, besides earlier: String?,
  into table: inout Table
) throws {
  let daemons = [builtExecutables] + (earlier.map { [URL(filePath: $0)] } ?? [])
  let sites = try daemons.enumerated().map { number, executables in
    try QuietSite(
      of: subject, in: folder.appending("daemon-\(number)"),
      daemon: executables.appending(path: "misfired"))
  }
  for _ in 0..<rounds {
    for site in sites { try site.measureStart() }
  }
  for site in sites { try site.start() }
  for (index, file) in subject.files.enumerated() {
    for site in sites { try site.measureDrop(of: file, as: "latency-\(index).jpg") }
  }
  for site in sites { site.stop() }

  func add(
    _ what: String, _ values: KeyPath<QuietSite, [Double]>, _ unit: String, goal: String = ""
  ) {
    let values = sites.map { $0[keyPath: values].sorted() }
    let medians = values.map { $0[$0.count / 2] }
    func median(_ index: Int) -> String { "\(fixed(medians[index], 1)) \(unit)" }
    table.add(
      what, median(0),
      against: medians.count > 1
        ? "the earlier version: \(median(1))" : "slowest: \(fixed(values[0].last!, 1)) \(unit)",
      ratio: medians.count > 1 ? fixed(medians[0] / medians[1], 2) : "", goal: goal)
  }
  add("from starting the daemon to its watching", \.starts, "ms")
  add("what it holds when idle", \.memories, "MB")
  add(
    "from closing a scene's file to its acknowledgement", \.latencies, "ms", goal: "under 50 ms")
}

/// A daemon that has nothing else to do (it never trains and holds nothing out), with its measurements.
private final class QuietSite {
  private(set) var starts: [Double] = []
  private(set) var memories: [Double] = []
  private(set) var latencies: [Double] = []
  private let conf: FilePath
  private let inbox: FilePath
  private let executable: URL
  private var daemon: LoggingDaemon?

  init(of subject: Subject, in folder: FilePath, daemon: URL) throws {
    let original = subject.setup.path.removingLastComponent()
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    for name in ["features.hdf5", "model.hdf5", "models"] {
      try FileManager.default.copyItem(
        atPath: original.appending(name).string, toPath: folder.appending(name).string)
    }
    var text = try String(contentsOfFile: subject.setup.path.string, encoding: .utf8)
    for key in [
      "features_path", "classifier_path", "state_path", "models_path", "hn_inbox", "hn_mined",
      "hn_quarantine", "report_path",
    ] {
      text.replace("\"\(key)\": \"\(original.string)/", with: "\"\(key)\": \"\(folder.string)/")
    }
    text.replace(
      "{", with: "{ \"hn_retrain_threshold\": 1000000000, \"validation_share\": 0,",
      maxReplacements: 1)
    conf = folder.appending("cars.json")
    try Data(text.utf8).write(to: URL(filePath: conf.string))
    inbox = folder.appending("inbox")
    executable = daemon
  }

  /// Starts the daemon, measures its memory after a second, and stops it.
  func measureStart() throws {
    let begun = ContinuousClock.now
    try start()
    starts.append(begun.duration(to: .now) / .milliseconds(1))
    Thread.sleep(forTimeInterval: 1)
    memories.append(try daemon!.residentMegabytes())
    stop()
  }

  func start() throws { daemon = try LoggingDaemon(executable, conf: conf) }

  func measureDrop(of file: [UInt8], as name: String) throws {
    latencies.append(try daemon!.latency(ofDropping: file, as: name, into: inbox))
  }

  func stop() {
    daemon?.stop()
    daemon = nil
  }
}
