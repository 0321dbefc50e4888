import Detection
import Scheduling
import Settings
import SystemPackage

/// Runs the real scheduler on a simulated machine, from its first start until some quiet hours after the last act.
///
/// **Invariant:** the same scenario gives the same events, effects and findings.
package final class Simulation {
  typealias Time = Duration

  package let scenario: Scenario
  var random: SplitMix64
  var now = Time.zero
  /// The instant at which the scheduler's time starts.
  let origin = ContinuousClock.now
  var agenda = Agenda()

  // The machine.
  var disk = Disk()
  var faults: [Fault: Time] = [:]
  /// When the last fault, crash or change will be over.
  var disturbedUntil = Time.zero
  /// Until when events are lost.
  var deafUntil = Time.zero
  var isHangDue = false

  // The daemon's process.
  let limits: OperationalLimits
  var process: SimulatedProcess?
  var processCount = 0

  /// What happened, in words; nil if it is not recorded.
  var trace: [String]?

  // What is checked.
  var checks = Checks()
  package private(set) var figures = Figures()

  package struct Figures: Sendable {
    package var events = 0
    package var effects = 0
    package var pictures = 0
    package var starts = 0
    package var trainings = 0
    package var failures = 0
    package var simulated = Duration.zero
  }

  package init(_ scenario: Scenario) {
    self.scenario = scenario
    random = SplitMix64(seed: scenario.seed ^ 0x5EED)
    var limits = OperationalLimits(watchdogInterval: SimulatedProcess.watchdogInterval)
    // Most work on an idle day is listings. Nine of ten runs list less often, and so run much faster.
    if !scenario.seed.isMultiple(of: 10) { limits.pollInterval = .seconds(60) }
    self.limits = limits
  }

  /// Runs the scenario to its end.
  /// - Throws: `Violation`.
  package func run() throws(Violation) {
    for act in scenario.acts { agenda.add(.act(act.kind), at: act.time) }
    let end = max(
      Duration.seconds(86_400 * scenario.days), scenario.acts.last?.time ?? .zero)
    agenda.add(.mendEverything, at: end + .seconds(10_800))
    let last = end + .seconds(10_800 + 14_400)
    startProcess()
    while let (time, item) = agenda.next(), time <= last {
      now = max(now, time)
      try perform(item)
    }
    figures.simulated = now
    try checkEnd()
  }

  private func perform(_ item: Agenda.Item) throws(Violation) {
    switch item {
    case .act(let kind): try perform(kind)
    case .deliver(let event, let id):
      guard process?.id == id else { return }
      try handle(event)
    case .finish(let effect, let id):
      guard process?.id == id else { return }
      try finish(effect)
    case .timer(let id, let number):
      guard process?.id == id, process?.timer == number else { return }
      try handle(.woke)
    case .start(let id):
      guard process == nil, processCount == id else { return }
      startProcess()
    case .grow(let path, let inode, let end): grow(path, inode, until: end)
    case .supervise(let id, let number):
      guard process?.id == id, process?.supervision == number else { return }
      try supervise()
    case .outOfMemory(let id):
      guard process?.id == id, process?.training != nil else { return }
      endProcess(isFault: false, downFor: .seconds(1))
    case .mendEverything: try mendEverything()
    }
  }

  /// Hands an event to the scheduler and performs the effects.
  func handle(_ event: Event) throws(Violation) {
    let effects = process!.scheduler.handle(event, now: origin + now)
    if trace != nil { note(event, effects) }
    figures.events += 1
    figures.effects += effects.count
    try check(effects, after: event)
    for effect in effects { execute(effect) }
  }

  private func note(_ event: Event, _ effects: [Effect]) {
    let made = effects.map { String("\($0)".prefix(160)) }.joined(separator: " | ")
    trace?.append("\(Int(now / .milliseconds(1))) ms: \("\(event)".prefix(200)) -> \(made)")
  }

  func isOn(_ fault: Fault) -> Bool {
    faults[fault].map { $0 > now } ?? false
  }

  func note(_ change: (inout Figures) -> Void) { change(&figures) }
}
