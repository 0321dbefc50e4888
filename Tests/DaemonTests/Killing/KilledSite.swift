import Foundation
import SystemPackage
import TestSupport
import World

/// A site whose daemon is killed.
struct KilledSite {
  let site: Site
  /// Good pictures, by the act in which they arrive, and files that look like complete pictures but are not.
  private var waiting: [Act: [FilePath]]
  private var broken: [FilePath]
  private(set) var dropped: Set<String> = []
  private var runCount = 0
  /// Whether the feature file has segments from the first seal on.
  private let isGrown: Bool

  /// - Parameters:
  ///   - folder: created as a copy of the template.
  ///   - template: the result of `makeTemplate`.
  ///   - isGrown: whether the feature file has segments from the first seal on.
  init(_ folder: FilePath, copying template: Template, isGrown: Bool = false) throws {
    self.isGrown = isGrown
    site = try Site(folder, copying: template.site)
    waiting = template.pictures
    broken = template.broken
  }

  // MARK: The template

  struct Template: Sendable {
    let site: Site
    let pictures: [Act: [FilePath]]
    let broken: [FilePath]
  }

  /// Draws pictures and trains two generations with few features; the first is live.
  static func makeTemplate(_ folder: FilePath) throws -> Template {
    let site = try Site(
      folder.appending("site"),
      settings: [
        "pixels_per_cell": "[8, 8]", "hn_min_margin": "-0.99", "hn_max_per_image": "3",
        "hn_review_percentile": "null", "hn_window_step": "8", "hn_pyramid_scale": "2.5",
        "percent_gt_images": "1", "validation_share": "0", "threads": "1",
      ])
    try FileManager.default.removeItem(atPath: site.folder.appending("output").string)
    try site.succeed("extract")
    try site.succeed("train")
    try site.change(["C": "0.1"])
    try site.succeed("train")
    try site.change(["C": "0.01"])
    try site.succeed("models", "pin", "1")
    let drawn = try DrawnDataset(
      in: folder.appending("more"), cars: 0, scenes: 0, drops: 130, seed: 7)
    let names = try FileManager.default.contentsOfDirectory(atPath: drawn.drops.string).sorted()
    let paths = names.map { drawn.drops.appending($0) }
    // The same content also arrives under another name.
    let copy = drawn.drops.appending("copy.jpg")
    try FileManager.default.copyItem(atPath: paths[0].string, toPath: copy.string)
    let broken = try (0..<90 as Range<UInt8>).map { index in
      let path = drawn.drops.appending("broken-\(index).jpg")
      try Data([0xFF, 0xD8, 0xFF, index, 0xFF, 0xD9]).write(to: URL(filePath: path.string))
      return path
    }
    return Template(
      site: site,
      pictures: [
        .mining: [copy] + paths[..<60], .remining: Array(paths[60..<75]),
        .living: Array(paths[75...]),
      ], broken: broken)
  }

  // MARK: Dropping

  /// Drops pictures. Every other one is copied in, so that it can be seen incomplete; the others are moved in.
  mutating func drop(_ count: Int, of act: Act) throws {
    var files = Array(waiting[act]!.prefix(count))
    waiting[act]!.removeFirst(files.count)
    if act == .mining, let file = broken.popLast() { files.append(file) }
    for file in files {
      let name = file.lastComponent!.string
      let bytes = try Data(contentsOf: URL(filePath: file.string))
      let place = URL(filePath: site.inbox.appending(name).string)
      if dropped.count.isMultiple(of: 2) {
        try bytes.write(to: place)
      } else {
        let aside = URL(filePath: site.folder.appending(name).string)
        try bytes.write(to: aside)
        try FileManager.default.moveItem(at: aside, to: place)
      }
      dropped.insert(name)
    }
  }

  /// The pictures in the site's folders. Each must be in exactly one of them.
  func found() throws -> [String] {
    try ["inbox", "mined", "quarantine"]
      .filter { FileManager.default.fileExists(atPath: site.folder.appending($0).string) }
      .flatMap { try site.names(in: $0) }
      .filter { !$0.hasSuffix(".reason.txt") && !$0.hasSuffix(".draft") }.sorted()
  }

  // MARK: Acts

  /// Sets up an act.
  func begin(_ act: Act) throws {
    switch act {
    case .mining:
      try site.change(["hn_retrain_threshold": "1", "hn_remine": "true"])
    case .remining:
      try site.change(["hn_retrain_threshold": "1000000"])
      try site.succeed("models", "pin", "2")
    case .living:
      // Each re-mining would find something new, and trainings would never end.
      try site.change(["hn_retrain_threshold": "1", "hn_remine": "false", "hn_max_rows": "40"])
      try site.succeed("models", "unpin")
    }
  }

  /// Drops the rest of an act's pictures, and lets the daemon finish undisturbed.
  mutating func finish(_ act: Act) async throws {
    try drop(.max, of: act)
    while act == .mining && !broken.isEmpty { try drop(0, of: act) }
    let (daemon, rest) = try start()
    guard await rest.value else { throw Unfinished(log: daemon.log) }
    _ = await daemon.stop()
  }

  /// The daemon ended although nothing killed it.
  struct Unfinished: Error {
    let log: [String]
  }

  /// Starts the daemon, drops pictures before and after, and kills it.
  /// - Returns: whether the daemon still had work to do.
  mutating func kill(at moment: KillMoment, in act: Act) async throws -> Bool {
    try drop(1, of: act)
    switch moment {
    case .step(let step):
      let (daemon, rest) = try start(["MISFIRE_FAULT_POINT": "\(step)"])
      try drop(1, of: act)
      let killer = Task { [isGrown] in
        guard await rest.value else { return false }
        // By then it has begun the work that it does when idle.
        if isGrown { try await Task.sleep(for: .milliseconds(300)) }
        daemon.signal(SIGKILL)
        return true
      }
      _ = await daemon.end()
      rest.cancel()
      return try await !killer.value
    case .time(let time):
      let (daemon, rest) = try start()
      try drop(1, of: act)
      try await Task.sleep(for: time)
      daemon.signal(SIGKILL)
      _ = await daemon.end()
      rest.cancel()
      return true
    }
  }

  /// - Returns: the daemon, and a task that is true once everything the daemon knows of is done.
  private mutating func start(_ environment: [String: String] = [:]) throws
    -> (DaemonProcess, rest: Task<Bool, Never>)
  {
    runCount += 1
    // After a death in training the next one waits, longer each time. Skip the wait, as a person who fixed the cause
    // would.
    let mark = site.folder.appending(["output", "state.sqlite.training"]).string
    if FileManager.default.fileExists(atPath: mark) {
      try FileManager.default.removeItem(atPath: mark)
    }
    var environment = environment
    if isGrown { environment["MISFIRE_PLAIN_BYTES"] = "1" }
    let manager = try NotifySocket(site.folder.appending("notify-\(runCount)"))
    let daemon = try DaemonProcess(conf: site.conf, manager: manager, environment: environment)
    let rest = Task {
      for await message in manager.messages
      where message.contains("STATUS=idle") && message.hasSuffix("until retraining") {
        return true
      }
      return false
    }
    return (daemon, rest)
  }
}
