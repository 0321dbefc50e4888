internal import Durable
internal import Files
internal import Glibc
internal import Synchronization
package import SystemPackage

/// Records beside the ledger that a training is running, so that after a death the next start knows.
///
/// The count of deaths in training is reset when `training_memory` changes and when the machine reboots: a power cut is not
/// a training's fault.
package final class TrainingMark: Sendable {
  private let path: FilePath
  private let state: Mutex<State>

  private struct State {
    var deaths = TrainingDeaths.none
    /// When the last death was noticed, in seconds since the machine started; nil once a training has worked since.
    var noticed: Int?
    var memory: Int?
    /// Whether the training worked whose end is not recorded yet; nil if there is none.
    var unrecordedEnd: Bool?

    func line(isUnderway: Bool, memory: Int) -> Line {
      Line(isUnderway: isUnderway, deaths: deaths.count, memory: memory, noticed: noticed)
    }
  }

  /// Reads what an earlier process left.
  package init(statePath: FilePath) throws {
    let path = statePath.sibling(".training")
    self.path = path
    var state = State()
    if let line = try Self.read(path) {
      state.memory = line.memory
      state.deaths = TrainingDeaths(
        count: line.deaths + (line.isUnderway ? 1 : 0), isNew: line.isUnderway)
      state.noticed = line.noticed
    }
    self.state = Mutex(state)
  }

  /// How often earlier processes died in training, for read-only use; 0 once a training has worked since.
  /// - Parameter memory: the settings' `training_memory`.
  static func deathCount(statePath: FilePath, memory: Int) throws -> Int {
    guard let line = try read(statePath.sibling(".training")), line.memory == memory,
      line.noticed != nil
    else { return 0 }
    return line.deaths
  }

  /// Nil if there is none from this boot.
  private static func read(_ path: FilePath) throws -> Line? {
    guard path.exists else { return nil }
    let line = Line(String(decoding: try path.firstBytes(256), as: UTF8.self))
    return line.flatMap { $0.isOfThisBoot ? $0 : nil }
  }

  /// How often earlier processes died in training.
  /// - Parameter memory: the settings' `training_memory`.
  /// - Returns: a death is new once.
  package func takeDeaths(memory: Int) throws -> TrainingDeaths {
    let now = Line.now
    return try state.withLock { state in
      if state.memory != memory { state = State(memory: memory) }
      if state.deaths.isNew {
        // Counted now, so that a process that is killed before it trains does not count it again.
        state.noticed = now
        try write(state.line(isUnderway: false, memory: memory))
      }
      defer { state.deaths.isNew = false }
      var deaths = state.deaths
      deaths.age = state.noticed.map { .seconds(max(0, now - $0)) }
      return deaths
    }
  }

  /// A training begins.
  package func begin(memory: Int) throws {
    try state.withLock { state in
      if state.memory != memory { state = State(memory: memory) }
      state.unrecordedEnd = nil
      try write(state.line(isUnderway: true, memory: memory))
    }
  }

  /// It has ended, or is abandoned. If that cannot be recorded, `recordEnd` tries again.
  /// - Parameter hasWorked: whether it did what it should.
  package func end(hasWorked: Bool) throws {
    state.withLock { $0.unrecordedEnd = hasWorked }
    try recordEnd()
  }

  /// Records the end of the last training, unless that is done.
  package func recordEnd() throws {
    try state.withLock { state in
      guard let hasWorked = state.unrecordedEnd else { return }
      if hasWorked { state.noticed = nil }
      if state.deaths.count > 0, let memory = state.memory {
        try write(state.line(isUnderway: false, memory: memory))
      } else if path.exists {
        try Durable.remove(path)
      }
      state.unrecordedEnd = nil
    }
  }

  private func write(_ line: Line) throws {
    try Durable.write(line.text.utf8, to: path, as: Line.file)
  }
}

/// That earlier processes died while training: by a kill, for lack of memory, by the watchdog, of a fault.
package struct TrainingDeaths: Sendable, Equatable {
  /// With these settings, since the machine started.
  package var count = 0
  /// Whether the process before this one did, and nobody has said so yet.
  package var isNew = false
  /// How long ago the last of them was noticed, so that the next training waits; nil if a training has worked since.
  package var age: Duration?

  package static let none = TrainingDeaths(count: 0, isNew: false)

  package init(count: Int, isNew: Bool, age: Duration? = nil) {
    self.count = count
    self.isNew = isNew
    self.age = age
  }
}

/// `began 1795380000 1 268435456 3600`: when the machine started, how often a process died in training before,
/// `training_memory`, and how many seconds after the machine's start the last death was noticed, unless a training has
/// worked since.
private struct Line {
  let isUnderway: Bool
  let deaths: Int
  let memory: Int
  var noticed: Int?
  var boot = Self.boot

  static let file = OwnFile.text(
    "a note that a training is running", orElse: "set another state_path",
    beginning: ["began ", "ended "])

  /// Each death costs a pause, so that there are never so many.
  private static let mostDeaths = 1_000

  var text: String {
    "\(isUnderway ? "began" : "ended") \(boot) \(deaths) \(memory)\(noticed.map { " \($0)" } ?? "")\n"
  }

  /// The time since the machine started, in seconds.
  static var now: Int {
    var since = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &since)
    return since.tv_sec
  }

  /// When the machine started, in seconds. A file below /proc/sys would give it exactly, but the service's sandbox hides
  /// it.
  private static var boot: Int {
    var date = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &date)
    return date.tv_sec - now
  }

  /// Wrong if the clock was set by more than that since; the only consequence is that deaths are forgotten.
  var isOfThisBoot: Bool { abs(boot - Self.boot) <= 60 }
}

extension Line {
  /// Nil for anything else.
  fileprivate init?(_ text: String) {
    let words = text.split { $0.isWhitespace }
    guard (4...5).contains(words.count), ["began", "ended"].contains(words[0]),
      let boot = Int(words[1]), (0...1 << 48).contains(boot),
      let deaths = Int(words[2]), (0...Self.mostDeaths).contains(deaths),
      let memory = Int(words[3]),
      words.count == 4 || (0...1 << 48).contains(Int(words[4]) ?? -1)
    else { return nil }
    self.init(
      isUnderway: words[0] == "began", deaths: deaths, memory: memory,
      noticed: words.count == 5 ? Int(words[4]) : nil, boot: boot)
  }
}
