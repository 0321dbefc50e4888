internal import Corpus
internal import Files
internal import Inbox
import Mining
import Scheduling
import Settings
import SystemPackage
internal import Training

// How the simulated machine performs each effect: how long it takes, and the result.

extension Simulation {
  private static let ledger = FilePath("/site/state.sqlite")
  private static let features = FilePath("/site/f.hdf5")

  func execute(_ effect: Effect) {
    guard let id = process?.id else { return }
    switch effect {
    case .tell(.started): process!.hasBegun = true
    case .tell, .noteTold, .show: break
    case .notify(let notification): take(notification)
    case .wake(let time):
      process!.timer += 1
      agenda.add(.timer(process: id, number: process!.timer), at: time - origin)
    case .end(let status): end(status)
    case .train(let budget):
      disk.isTrainingMarked = true
      process!.training = .init(
        rows: disk.rows, edition: process!.edition!, session: process!.session)
      disk.rowsSealed = disk.rows
      disk.rowsUnsealed = 0
      note { $0.trainings += 1 }
      let duration = Duration.seconds(Int.random(in: 5..<600, using: &random))
      if budget.memory > scenario.trainingMemory {
        // The kernel ends the process before the training is done.
        disturb(for: min(duration, .seconds(3)) + .seconds(3))
        agenda.add(.outOfMemory(process: id), at: now + min(duration, .seconds(3)))
      }
      agenda.add(.finish(effect, process: id), at: now + duration)
    case .decodeSlow:
      agenda.add(
        .finish(effect, process: id),
        at: now + .seconds(Int.random(in: 3..<30, using: &random)))
    case .writeReport, .cleanUp:
      agenda.add(.finish(effect, process: id), at: now + time(of: effect))
    default:
      process!.countsBeforeTraining = nil
      if case .mine(let pictures) = effect { disk.inHand = disk.batch(of: pictures).map(\.inode) }
      if isHangDue, process!.isReady {
        isHangDue = false
        process!.isStuck = true
        return
      }
      if case .seal = effect {
        agenda.add(.deliver(.sealProgressed, process: id), at: now + .milliseconds(1))
      }
      let end = now + time(of: effect)
      if case .mine = effect {
        // Report the progress of a long batch, at most once a second.
        var sign = now + .seconds(1)
        while sign < end {
          agenda.add(.deliver(.pictureScanned, process: id), at: sign)
          sign += .seconds(1)
        }
      }
      agenda.add(.finish(effect, process: id), at: end)
    }
  }

  private func time(of effect: Effect) -> Duration {
    var time: Duration
    switch effect {
    case .list: time = .milliseconds(1)
    case .mine(let pictures): time = .milliseconds(30 * disk.batch(of: pictures).count)
    case .cleanUp: time = .milliseconds(Int.random(in: 1..<9_000, using: &random))
    case .writeReport: time = .milliseconds(Int.random(in: 100..<3_000, using: &random))
    case .seal: time = .milliseconds(50)
    default: time = .milliseconds(5)
    }
    if !faults.isEmpty {
      if isOn(.slow) { time = time * 50 }
      // SQLite waits ten seconds for the lock.
      if isOn(.ledgerLocked) { time += .seconds(10) }
    }
    return time
  }

  private func end(_ status: Effect.EndStatus) {
    let downFor = process?.downFor
    switch status {
    case .wrongSettings:
      // They stay wrong, so systemd does not restart the service.
      endProcess(isFault: false, downFor: downFor)
    case .done, .abandoning:
      disk.isTrainingMarked = false
      endProcess(isFault: false, downFor: downFor)
    }
  }

  /// The first of these faults that is active, as the daemon would report it.
  private func failure(_ activity: Activity, _ candidates: Fault...) -> Failure? {
    guard !faults.isEmpty else { return nil }
    for fault in candidates where isOn(fault) {
      let (cause, path): (Failure.Cause, FilePath?) =
        switch fault {
        case .diskFull: (.diskFull, activity == .seal ? Self.features : Self.ledger)
        case .ledgerLocked: (.locked, Self.ledger)
        case .inboxGone: (.missing, Disk.folder)
        case .inboxUnreadable: (.notPermitted, Disk.folder)
        case .readOnlyInbox: (.readOnly, Disk.folder)
        case .noDecoder: (.noDecoder, nil)
        case .sealBroken: (.inputOutput, Self.features)
        case .reportBroken: (.notPermitted, "/site/r.html")
        case .metricsBroken: (.notPermitted, "/site/m.prom")
        case .trainingBroken: (.wrongKind, "/site/models")
        case .sealLocked, .slow, .unwatched, .watchRefused: (.unknown, nil)
        }
      // The message contains a number that changes, as real messages do.
      return Failure(activity, cause, path, words: "\(fault) at \(now)")
    }
    return nil
  }

  private func result<Value>(
    _ value: Value, _ activity: Activity, _ failure: Failure?
  ) -> Result<Value, Failure> {
    failure.map { .failure($0) } ?? .success(value)
  }

  /// Reports the result of an effect to the scheduler.
  func finish(_ effect: Effect) throws(Violation) {
    switch effect {
    case .open(let isSealed): try open(isSealed: isSealed)
    case .list(let queue): try list(queue)
    case .mine(let pictures): try mine(pictures)
    case .remine(let limit):
      let failure = failure(.remine, .ledgerLocked, .diskFull, .noDecoder)
      try handle(
        .remined(result(failure == nil ? remine(limit) : ReminingOutcome(), .remine, failure)))
    case .seal: try seal()
    case .adopt(let known): try adopt(known)
    case .record(let events):
      let failure = failure(.record, .ledgerLocked, .diskFull)
      if failure == nil { process!.recorded = process!.recorded + events }
      try handle(.recorded(result(events, .record, failure)))
    case .recordIntake(let isStopped):
      let failure = failure(.record, .ledgerLocked, .diskFull)
      try handle(.intakeRecorded(result(isStopped, .record, failure)))
    case .writeMetrics:
      let failure = failure(.metrics, .metricsBroken, .ledgerLocked, .diskFull)
      if failure == nil { checks.lastMetrics = now }
      try handle(.metricsWritten(result(Done(), .metrics, failure)))
    case .train: try train()
    case .writeReport:
      try handle(
        .reportWritten(result(Done(), .report, failure(.report, .reportBroken, .diskFull))))
    case .cleanUp:
      if isOn(.sealLocked) { return try handle(.cleanedUp(.success(.busy))) }
      let outcomes = [
        CleanUp.merged, .deleted(3), .retired(.init(count: 2, remaining: 5)), .keeping, .done,
        .done,
      ]
      try handle(
        .cleanedUp(
          result(
            outcomes.randomElement(using: &random)!, .cleanUp,
            failure(.cleanUp, .sealBroken, .diskFull))))
    case .decodeSlow(let picture):
      let failure = failure(.mine, .noDecoder)
      checks.lastSlow = now
      if failure == nil {
        let file = disk.inbox[picture.path]
        if file?.entry == picture,
          process!.everDecoded.updateValue(picture, forKey: picture.path) == picture
        {
          throw violation("\(picture.path) is decoded again")
        }
        process!.decodedSlow = file?.content.number
      }
      try handle(.slowDecoded(picture, result(Done(), .mine, failure)))
    case .tell, .noteTold, .notify, .show, .wake, .end: break
    }
  }

  /// What the mining thread counts: perhaps just before the end of a training that is reported before its count is.
  private func counts() -> WorkCounts {
    if let before = process!.countsBeforeTraining, Bool.random(using: &random) { return before }
    return currentCounts()
  }

  private func currentCounts() -> WorkCounts {
    let process = process!
    return WorkCounts(
      generation: process.loadedGeneration, sinceTraining: disk.sinceTraining,
      isTrainingDue: process.loadedGeneration != nil
        && disk.sinceTraining >= process.edition!.threshold,
      isSealDue: disk.rowsUnsealed > 500)
  }

  private func open(isSealed: Bool) throws(Violation) {
    let edition = disk.settings
    if edition == .wrong {
      let wrong = Failure(.start, .wrongSettings, "/site/world.json", words: "a typo")
      return try handle(.opened(.failure(wrong)))
    }
    if let old = process!.edition, !isSealed, old.features != edition.features {
      return try handle(.sealNeeded)
    }
    if let failure = failure(.start, .diskFull, .ledgerLocked) {
      return try handle(.opened(.failure(failure)))
    }
    process!.edition = edition
    process!.session += 1
    process!.reminingPosition = nil
    process!.decodedSlow = nil
    process!.everDecoded = [:]
    var restored: Int?
    if disk.isModelDamaged {
      disk.replaceModel(at: now)
      disk.isModelDamaged = false
      restored = disk.generation
    }
    let fits = disk.modelEdition.features == edition.features
    process!.loadedGeneration = fits ? disk.generation : nil
    var opening = Opening(
      SettingsEdition.parsed[edition]!, counts: currentCounts(), hasUnsealed: disk.rowsUnsealed > 0,
      hasModel: fits)
    opening.unusableModel = fits ? nil : "the model was made for other settings"
    opening.modelFile = fits ? disk.modelFile : nil
    opening.restoredGeneration = restored
    opening.faultedCount = disk.faultedCount
    opening.trainingDeaths = takeTrainingDeaths()
    disk.faultedCount = 0
    var news = InboxNews()
    news.watch = watchNow
    deliver(.inboxNews(news), after: .milliseconds(200))
    try handle(.opened(.success(opening)))
  }

  private func takeTrainingDeaths() -> TrainingDeaths {
    // A training of this process can continue while it opens other settings.
    let isNew = disk.isTrainingMarked && process!.training == nil
    if isNew {
      disk.isTrainingMarked = false
      disk.trainingDeaths += 1
      disk.trainingDeathNoticed = now
    }
    if let noticed = disk.trainingDeathNoticed {
      let pause = Duration.seconds(min(10 << min(disk.trainingDeaths - 1, 20), 3_600))
      checks.trainingPauseEnd = noticed + pause
    }
    return TrainingDeaths(
      count: disk.trainingDeaths, isNew: isNew, age: disk.trainingDeathNoticed.map { now - $0 })
  }

  private func list(_ queue: WorkQueue) throws(Violation) {
    if let failure = failure(.list, .inboxGone, .inboxUnreadable, .ledgerLocked) {
      return try handle(.listed(.failure(failure)))
    }
    var queue = queue
    var listing = Inbox.Listing()
    if !disk.inbox.isEmpty {
      listing.files = disk.inbox.values.map(\.entry).sorted {
        ($0.modified, $0.inode) < ($1.modified, $1.inode)
      }
    }
    let files = disk.inbox
    let refill = queue.refill(
      from: listing, now: origin + now,
      probe: FileProbe(
        hasPictureEnd: { files[$0].map { $0.hasEnd && $0.isWhole } ?? false },
        isBeingWritten: { files[$0]?.isOpen ?? false }, entry: { files[$0]?.entry }))
    try handle(
      .listed(
        .success(
          Listed(queue: queue, refill: refill, counts: counts(), modelFile: disk.modelFile))))
  }

  private func mine(_ pictures: ArraySlice<FolderEntry>) throws(Violation) {
    let batch = disk.batch(of: pictures)
    let refusal = batch.first.map { disk.suspects[$0.inode, default: 0] > 1 } ?? false
    var result = MinedBatch()
    result.duration = .milliseconds(30 * batch.count)
    if let failure = failure(.mine, .ledgerLocked, .diskFull, .noDecoder) {
      result.failure = failure
      return try handle(.mined(result))
    }
    let victims = batch.compactMap { disk.inbox[$0.path]?.content }
    if !refusal,
      victims.contains(where: { $0.kind == .crashesDaemon && disk.fates[$0.number] == nil })
    {
      return endProcess(isFault: true, downFor: .seconds(1))
    }
    for entry in batch {
      guard let file = disk.inbox[entry.path], file.entry == entry else { continue }
      result.reports.append(try look(at: file, refusal: refusal))
    }
    if isOn(.readOnlyInbox) {
      // Those that stay are reported when they have been moved.
      result.reports.removeAll { !$0.fate.isNew }
      result.failure = failure(.mine, .readOnlyInbox)
      return try handle(.mined(result))
    }
    for entry in batch {
      guard let file = disk.inbox[entry.path], file.entry == entry else { continue }
      if result.reports.contains(where: { $0.fate == .slow && $0.picture == entry.path }) {
        continue
      }
      if file.readableSince <= now { disk.inbox[entry.path] = nil }
    }
    disk.inHand = []
    for entry in batch { disk.suspects[entry.inode] = nil }
    note { $0.pictures += batch.count }
    result.taken = batch.count
    result.counts = counts()
    result.modelFile = disk.modelFile
    try handle(.mined(result))
  }

  /// Reads, scans and acknowledges one picture.
  private func look(at file: SimulatedFile, refusal: Bool) throws(Violation)
    -> PictureReport
  {
    let content = file.content
    let fate: PictureFate
    switch (content.kind, disk.fates[content.number]) {
    case (.unreadable, _) where now < file.readableSince: fate = .unreadable(.permissionDenied)
    case (_, .mined): fate = .known
    case (_, .quarantined): fate = .refused("as before")
    case (.noPicture, nil), (.crashesDecoder, nil):
      disk.fates[content.number] = .quarantined
      fate = .refused("no picture")
    case (.object, nil):
      disk.fates[content.number] = .quarantined
      fate = .refusedAsObject("it shows the object")
    case (_, nil) where refusal:
      disk.fates[content.number] = .quarantined
      fate = .refused("misfired crashed twice")
    case (.crashesDaemon, nil): preconditionFailure("it would have crashed")
    case (.slow, nil) where process!.decodedSlow != content.number:
      fate = .slow
    case (.picture, nil), (.unreadable, nil), (.slow, nil):
      let hardNegatives = content.hardNegatives
      guard file.isWhole else { throw violation("\(file.entry.path) is mined half-written") }
      disk.fates[content.number] = .mined
      disk.rowsUnsealed += hardNegatives
      if hardNegatives > 0 { checks.unsealedSince = checks.unsealedSince ?? now }
      fate = .mined
    }
    // The number of windows tells which content it was.
    return PictureReport(
      picture: file.entry.path, fate: fate, sha256: nil, windows: content.number,
      generation: process!.loadedGeneration, duration: .milliseconds(30),
      sinceTraining: disk.sinceTraining)
  }

  private func remine(_ limit: Int) -> ReminingOutcome {
    var look = ReminingOutcome()
    guard process!.edition == .telling, let generation = process!.loadedGeneration,
      disk.passGeneration != generation
    else { return look }
    let position = (process!.reminingPosition ?? 0) + limit
    look.count = limit
    look.duration = .milliseconds(5)
    // The first step of a pass finds something, whatever becomes of the others.
    if process!.reminingPosition == nil, !disk.fates.isEmpty {
      look.hardNegatives = 1
      disk.rowsUnsealed += 1
      checks.unsealedSince = checks.unsealedSince ?? now
    }
    if position >= disk.fates.count {
      disk.passGeneration = generation
      process!.reminingPosition = nil
      look.report = .example(pictures: disk.fates.count, hardNegatives: 0)
    } else {
      process!.reminingPosition = position
      look.isMore = true
    }
    return look
  }

  private func seal() throws(Violation) {
    if isOn(.sealLocked) { return try handle(.sealed(.success(.busy))) }
    if let failure = failure(.seal, .sealBroken, .diskFull, .ledgerLocked) {
      return try handle(.sealed(.failure(failure)))
    }
    let isAny = disk.rowsUnsealed > 0
    disk.rowsSealed = disk.rows
    disk.rowsUnsealed = 0
    checks.unsealedSince = nil
    try handle(.sealed(.success(.done(byteCount: isAny ? 4_000 * disk.rowsSealed : 0))))
  }

  private func adopt(_ known: FolderEntry?) throws(Violation) {
    let file = disk.modelFile
    var isNew = false
    if file != known {
      if disk.isModelDamaged {
        let failure = Failure(.adopt, .damaged, file.path, words: "damaged at \(now)")
        return try handle(.adopted(.failure(failure)))
      }
      let fits = disk.modelEdition.features == process!.edition!.features
      if fits, process!.loadedGeneration != disk.generation {
        process!.loadedGeneration = disk.generation
        process!.reminingPosition = nil
        isNew = true
      }
    }
    try handle(
      .adopted(
        .success(Adoption(file: file, isNew: isNew, generation: process!.loadedGeneration))))
  }

  private func train() throws(Violation) {
    guard let training = process!.training else { return }
    process!.training = nil
    disk.isTrainingMarked = false
    if let failure = failure(.train, .trainingBroken, .diskFull, .ledgerLocked) {
      return try handle(.trained(.failure(failure)))
    }
    process!.countsBeforeTraining = currentCounts()
    disk.lastClaimed += 1
    disk.rowsAtTraining = max(disk.rowsAtTraining, training.rows)
    let isRefused = Int.random(in: 0..<5, using: &random) == 0
    if !isRefused {
      disk.generation = disk.lastClaimed
      disk.modelEdition = training.edition
      // The daemon only notices that the damage is repaired when it next tries to adopt the model.
      if disk.isModelDamaged { disturb(for: .zero) }
      disk.replaceModel(at: now)
      disk.isModelDamaged = false
      if training.session == process!.session { process!.loadedGeneration = disk.generation }
      if !isOn(.unwatched) { deliver(.modelFolderChanged, after: .milliseconds(300)) }
    }
    disk.trainingDeathNoticed = nil
    let report = TrainingReport.example(
      generation: disk.lastClaimed, fate: isRefused ? .refused : .published)
    var result = Training(report)
    result.failure = failure(.cleanUp, .sealBroken)
    try handle(.trained(.success(result)))
  }
}
