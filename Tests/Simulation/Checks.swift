internal import Corpus
internal import Files
internal import Mining
import Scheduling
import SystemPackage
import Systemd
internal import Training

/// Something happened that never should.
package struct Violation: Error, CustomStringConvertible {
  package let what: String
  package let time: Duration
  package let seed: UInt64

  package var description: String {
    "after \(Int(time / .seconds(1))) s, with seed \(seed): \(what)"
  }
}

/// The state that the checks need.
struct Checks {
  var arrived: Set<Content> = []
  /// For the last twenty pictures reported that could teach something, whether each looks like the object.
  private var lastDrops: [Bool] = []
  var isIntakeStopped: Bool { lastDrops.count == 20 && lastDrops.count(where: \.self) > 10 }
  /// Contents that the log reported as mined.
  var toldMined: Set<Int> = []
  var unsealedSince: Duration?
  var trainingDueSince: Duration?
  /// Until when a training waits because the process died in the previous one.
  var trainingPauseEnd = Duration.zero
  var staleModelSince: Duration?
  var reloadRequested: Duration?
  /// Whether the last reload was rejected, which the status shows until another is accepted.
  var isReloadRejected = false
  var lastMetrics = Duration.zero
  var reportDueSince: Duration?
  /// Since when there may be something to clean up.
  var cleanUpDueSince: Duration?
  /// When a training ended; cleaning up waits for trainings, however many follow each other.
  var lastTraining = Duration.zero
  /// Since when the live model has not mined all mined pictures, with nothing else to do.
  var reminingDueSince: Duration?
  /// When a slow picture was last decoded.
  var lastSlow = Duration.zero
  var nextAudit = Duration.zero
  var failures = FailureChecks()
  /// The numbers of effects and log lines in this simulated hour.
  var hour = 0
  var effectCount = 0
  var newsCount = 0
  /// The number of files that arrived, and how many of them were processed before this hour.
  var arrivalCount = 0
  var earlierCount = 0

  /// If most of the last pictures look like the object, no more are taken until somebody has acted.
  mutating func noteDrops(_ effects: [Effect]) {
    var drops: [Bool] = []
    for case .tell(let news) in effects {
      switch news {
      case .picture(let report) where report.looksLikeObject: drops.append(true)
      case .picture(let report) where report.fate == .mined: drops.append(false)
      case .started, .reloaded, .intakeResumed: lastDrops = []
      default: break
      }
    }
    if !isIntakeStopped { lastDrops = (lastDrops + drops).suffix(20) }
  }

  mutating func forgetProcess() {
    failures = FailureChecks()
    isReloadRejected = false
    trainingPauseEnd = .zero
    (trainingDueSince, staleModelSince, reloadRequested) = (nil, nil, nil)
    (reportDueSince, reminingDueSince, cleanUpDueSince) = (nil, nil, nil)
  }
}

extension Simulation {
  func violation(_ what: String) -> Violation {
    Violation(what: what, time: now, seed: scenario.seed)
  }

  // MARK: After every event

  func check(_ effects: [Effect], after event: Event) throws(Violation) {
    try checkAmount(effects)
    noteTimes(of: event)
    checks.noteDrops(effects)
    let isStarting = process?.hasBegun == false
    var said: [FailureChecks.Word] = []
    var hasEnded = false
    var saysDeath = false
    for effect in effects {
      switch effect {
      case .notify(.watchdog):
        if process!.isStuck { throw violation("the watchdog is fed while nothing progresses") }
      case .train(let budget):
        if now < checks.trainingPauseEnd {
          throw violation("it died while training, and trains again at once")
        }
        if budget.memory > max(16 << 20, (1 << 30) >> min(2 * disk.trainingDeaths, 40)) {
          throw violation("it trains with as much memory as it died with")
        }
        if process!.training != nil { throw violation("two trainings at once") }
        if now > disturbedUntil, disk.sinceTraining < process!.edition!.threshold {
          throw violation("a training begins, and none is due")
        }
      case .mine where checks.isIntakeStopped:
        throw violation("most of the last pictures show the object, and it takes more")
      case .cleanUp: checks.cleanUpDueSince = nil
      case .end:
        hasEnded = true
        if process!.mustSeal, now > disturbedUntil, disk.rowsUnsealed > 0 {
          throw violation("it stops with \(disk.rowsUnsealed) rows unsealed")
        }
      case .tell(let news):
        switch news {
        case .failing(let failure):
          said.append(.failing(failure.activity))
          note { $0.failures += 1 }
        case .worksAgain(let ended):
          said.append(.worksAgain(ended.last.activity, count: ended.count, ended.duration))
        case .noLongerDue(let ended):
          said.append(.noLongerDue(ended.last.activity, count: ended.count, ended.duration))
        case .diedTraining: saysDeath = true
        case .reloaded:
          (checks.reloadRequested, checks.isReloadRejected) = (nil, false)
        case .reloadRejected:
          (checks.reloadRequested, checks.isReloadRejected) = (nil, true)
        case .picture(let report) where report.fate == .mined:
          if !checks.toldMined.insert(report.windows).inserted {
            throw violation("\(report.picture) is told to be mined twice")
          }
        default: break
        }
      default: break
      }
    }
    if case .opened(.success(let opening)) = event, opening.trainingDeaths.isNew != saysDeath {
      throw violation("it does not say that it died while training")
    }
    let due = checks.failures.due(
      after: event, isStarting: isStarting, isStopping: process!.stopDeadline != nil,
      isTraining: process!.training != nil, isTelling: process!.edition == .telling,
      hasModel: process!.scheduler.state.model.isLoaded, now: now)
    if said != due { throw violation("of failures it says \(said), and \(due) is due") }
    try checkTimer(effects, hasEnded)
    if now >= checks.nextAudit {
      checks.nextAudit = now + .seconds(60)
      try audit()
    }
  }

  private func noteTimes(of event: Event) {
    switch event {
    case .trained:
      checks.lastTraining = now
      checks.cleanUpDueSince = now
    case .opened(.success):
      (checks.reportDueSince, checks.cleanUpDueSince) = (now, now)
    case .sealed(.success(.done(let byteCount))) where byteCount > 0:
      checks.reportDueSince = checks.reportDueSince ?? now
      checks.cleanUpDueSince = checks.cleanUpDueSince ?? now
    case .reportWritten(.success): checks.reportDueSince = nil
    default: break
    }
  }

  private func checkTimer(_ effects: [Effect], _ hasEnded: Bool) throws(Violation) {
    guard !hasEnded else { return }
    guard case .wake(let time)? = effects.last, time > origin + now,
      time <= origin + now + SimulatedProcess.watchdogInterval / 2
    else { throw violation("it sets no timer, or a useless one: \(effects)") }
  }

  /// An idle hour has 720 listings, each with its ping and timers, and a message for each picture and fault.
  private func checkAmount(_ effects: [Effect]) throws(Violation) {
    let hour = Int(now.components.seconds / 3_600)
    if hour != checks.hour {
      checks.hour = hour
      (checks.effectCount, checks.newsCount) = (0, 0)
      checks.earlierCount = checks.arrivalCount - disk.inbox.count
    }
    checks.effectCount += effects.count
    for case .tell in effects { checks.newsCount += 1 }
    let pictures = checks.arrivalCount - checks.earlierCount
    guard checks.effectCount < 10_000 + 60 * pictures else {
      throw violation("\(checks.effectCount) effects in an hour: it runs in circles")
    }
    guard checks.newsCount < 300 + 8 * pictures else {
      throw violation("\(checks.newsCount) lines in an hour: it floods the log")
    }
  }

  // MARK: Every minute

  /// Whether something that began at `since` is overdue: for longer than `limit`, nothing has stood in its way.
  private func isOverdue(_ since: Duration?, _ limit: Duration) -> Bool {
    since.map { now - max($0, disturbedUntil) > limit } ?? false
  }

  private func audit() throws(Violation) {
    guard let process, !process.isStuck, process.stopDeadline == nil, now > disturbedUntil else {
      return
    }
    guard process.hasBegun, let edition = process.edition else {
      if isOverdue(process.startDeadline, .seconds(200)) { throw violation("it does not begin") }
      return
    }
    let isModelUsable = disk.modelEdition.features == edition.features && !disk.isModelDamaged
    if process.loadedGeneration != nil {
      let limit = Duration.seconds(200) + .milliseconds(200 * disk.inbox.count)
      for file in disk.inbox.values
      where file.isWhole && !checks.isIntakeStopped {
        // Slow pictures are decoded one at a time, so each is timed from the previous one.
        let isSlow = if case .slow = file.content.kind { true } else { false }
        let since = isSlow ? max(file.readableSince, checks.lastSlow) : file.readableSince
        guard isOverdue(since, limit) else { continue }
        throw violation(
          "\(file.entry.path) lies in the inbox since \(file.since), and nobody looks")
      }
      let isTrainingDue =
        disk.sinceTraining >= edition.threshold && process.training == nil
      checks.trainingDueSince = isTrainingDue ? checks.trainingDueSince ?? now : nil
      if isOverdue(checks.trainingDueSince.map { max($0, checks.trainingPauseEnd) }, .seconds(200))
      {
        throw violation("a training is due since \(checks.trainingDueSince!)")
      }
    }
    checks.unsealedSince = disk.rowsUnsealed > 0 ? checks.unsealedSince ?? now : nil
    if isOverdue(checks.unsealedSince, .seconds(3_800)) {
      throw violation("rows are unsealed since \(checks.unsealedSince!)")
    }
    let isStale =
      isModelUsable && process.loadedGeneration != disk.generation && process.training == nil
    checks.staleModelSince = isStale ? checks.staleModelSince ?? now : nil
    if isOverdue(checks.staleModelSince, .seconds(130)) {
      throw violation("generation \(disk.generation) is published, and not mined with")
    }
    if isOverdue(checks.reloadRequested, .seconds(120)) {
      throw violation("a reload is not answered since \(checks.reloadRequested!)")
    }
    if edition == .telling {
      if isOverdue(checks.lastMetrics, .seconds(150)) {
        throw violation("the metrics are of \(checks.lastMetrics)")
      }
      if isOverdue(checks.reportDueSince, .seconds(200)) {
        throw violation("a report is due since \(checks.reportDueSince!)")
      }
    }
    let isReminingDue =
      edition == .telling && disk.inbox.isEmpty && process.training == nil
      && process.loadedGeneration != nil && process.loadedGeneration != disk.passGeneration
    checks.reminingDueSince = isReminingDue ? checks.reminingDueSince ?? now : nil
    if isOverdue(checks.reminingDueSince, .seconds(600)) {
      throw violation("mining again is due since \(checks.reminingDueSince!)")
    }
    let isCleanUpPossible = process.training == nil && now - checks.lastTraining > .seconds(700)
    if isCleanUpPossible, isOverdue(checks.cleanUpDueSince, .seconds(700)) {
      throw violation("a clean-up is due since \(checks.cleanUpDueSince!)")
    }
    if now - disturbedUntil > .seconds(700) {
      let open = process.scheduler.state.failures.open.filter {
        $0.value.last != nil && !($0.key == .adopt && disk.isModelDamaged)
          && ($0.key != .cleanUp || isCleanUpPossible)
      }
      if let (activity, failure) = open.first {
        throw violation("\(activity) has failed \(failure.count) times, though nothing is wrong")
      }
    }
  }

  // MARK: At the end

  func checkEnd() throws(Violation) {
    guard let process, process.hasBegun else { throw violation("it does not run in the end") }
    if let path = disk.inbox.keys.first { throw violation("\(path) is left in the inbox") }
    let known = checks.arrived.filter { !disk.removed.contains($0.number) }
    for content in known {
      let fate: Disk.Fate =
        switch content.kind {
        case .picture, .unreadable, .slow: .mined
        case .noPicture, .crashesDecoder, .crashesDaemon, .object: .quarantined
        }
      guard disk.fates[content.number] == fate else {
        throw violation("\(content) has become \(String(describing: disk.fates[content.number]))")
      }
    }
    if disk.rowsUnsealed > 0 { throw violation("\(disk.rowsUnsealed) rows are not sealed") }
    let state = process.scheduler.state
    if state.training.isRunning || state.training.isDue || state.change.isUnderway {
      throw violation("it is not at rest")
    }
    // Listings without news are recorded now and then, these at once.
    guard process.recorded.overflows == state.counters.missedEvents.overflows,
      process.recorded.foundByRescan == state.counters.missedEvents.foundByRescan
    else {
      throw violation("missed events are not recorded, or twice: \(process.recorded)")
    }
    guard case .idle? = state.shown?.work, state.shown?.trouble == nil else {
      throw violation("it shows \(state.shown?.text ?? "nothing")")
    }
    guard (state.shown?.rejectedReload != nil) == checks.isReloadRejected else {
      throw violation("it shows \(state.shown?.text ?? "nothing") after a reload")
    }
  }
}
