internal import Corpus
internal import Files
internal import Inotify
internal import Mining

// Listing the inbox, and mining its pictures.

extension Scheduler {
  mutating func note(_ news: InboxNews, _ now: Instant) {
    // Without a model, it may be long until the names are needed.
    if state.model.isLoaded { state.inbox.movedIn.remember(news.movedIn) }
    if news.tellsOfFiles { state.inbox.isListingDue = true }
    if news.overflowCount > 0 {
      state.counters.missedEvents.overflows += news.overflowCount
      (state.inbox.isListingDue, state.inbox.isCatchingUp) = (true, true)
      tell(.eventsLost)
    }
    switch news.watch {
    case .watched(let networkFileSystem):
      succeed(in: .watch, now)
      adapt(to: networkFileSystem)
      state.inbox.isListingDue = true
      // What was there before the first watch is no news.
      if state.inbox.isWatchKnown { state.inbox.isCatchingUp = true }
      state.failures.lift(.list, now: now)
    case .refused(let refusal):
      fail(Failure(.watch, .limit, refusal.folder, words: "\(refusal)"), now)
    case .missing, nil: break
    }
    if news.watch != nil { state.inbox.isWatchKnown = true }
  }

  /// Lists the inbox more often if the kernel does not report everything, and says so.
  mutating func adapt(to networkFileSystem: String?) {
    state.inbox.pollInterval =
      networkFileSystem == nil ? limits.pollInterval : limits.remotePollInterval
    if let networkFileSystem, networkFileSystem != state.inbox.networkFileSystem {
      tell(.networkFileSystem(networkFileSystem))
    }
    state.inbox.networkFileSystem = networkFileSystem
  }

  // MARK: Listing

  mutating func startListing(_ now: Instant) -> Bool {
    // Without a model the inbox may grow for weeks: it is not even listed.
    guard state.model.isLoaded, !state.inbox.isMiningDue, mayTry(.list, now)
    else { return false }
    let isTime = state.inbox.nextListing.map { $0 <= now } ?? true
    guard state.inbox.isListingDue || isTime else { return false }
    // The first listing finds what arrived while nobody watched.
    state.inbox.isRescan =
      state.inbox.hasBeenListed
      && (state.inbox.isCatchingUp || !state.inbox.isListingDue && state.inbox.isPoll)
    state.inbox.wasListingDue = state.inbox.isListingDue
    state.inbox.isListingDue = false
    state.inbox.wasCatchingUp = state.inbox.isCatchingUp
    state.inbox.isCatchingUp = false
    state.inbox.queue.note(movedIn: state.inbox.movedIn)
    state.inbox.movedIn = []
    state.inbox.listingStart = now
    start(.list, .list(state.inbox.queue))
    return true
  }

  mutating func noteListed(_ result: Result<Listed, Failure>, _ now: Instant) {
    guard let listed = take(result, of: .list, now) else {
      if state.inbox.wasListingDue { state.inbox.isListingDue = true }
      if state.inbox.wasCatchingUp { state.inbox.isCatchingUp = true }
      return
    }
    let refill = listed.refill
    state.inbox.queue = listed.queue
    state.inbox.hasBeenListed = true
    state.counters.waiting = listed.queue.waitingCount
    take(listed.counts, now)
    // What could not be mined was taken away.
    if listed.queue.waitingCount == 0 { noteNotDue(.mine, now) }
    note(modelFile: listed.modelFile)
    for entry in refill.newUnminable { tell(.unminable(entry)) }
    if state.inbox.isRescan {
      state.counters.missedEvents.rescans += 1
      state.counters.missedEvents.foundByRescan += refill.newCount
      if refill.newCount > 0 {
        tell(.foundByRescan(count: refill.newCount, state.counters.missedEvents))
      }
    }
    if listed.queue.unplacedCount == 0 { state.inbox.isFullQuarantineSaid = false }
    if state.inbox.drops.note(waiting: listed.queue.waitingCount) {
      tell(.intakeResumed)
    }
    if listed.queue.isEmpty { state.throughput.rest() } else { state.throughput.begin(now: now) }
    let listingTime = state.inbox.listingStart?.duration(to: now) ?? .zero
    let nextPoll = now + max(state.inbox.pollInterval, listingTime * limits.pollRatio)
    state.inbox.isPoll = refill.nextLook.map { $0 >= nextPoll } ?? true
    state.inbox.nextListing = min(refill.nextLook ?? nextPoll, nextPoll)
  }

  // MARK: Mining

  mutating func startMining(_ now: Instant) -> Bool {
    guard !state.inbox.drops.isStopped, mayTry(.mine, now) else { return false }
    if let decoded = state.inbox.decoded, !state.inbox.queue.putFirst(decoded: decoded) {
      state.inbox.decoded = nil
    }
    guard !state.inbox.queue.isEmpty else { return false }
    start(.mine, .mine(state.inbox.queue.batch))
    return true
  }

  mutating func noteMined(_ batch: MinedBatch, _ now: Instant) {
    let toTell: [PictureReport]
    if batch.taken > 0 {
      // Even if it was found to be slow again, as an attempt that failed had used up its pixels.
      if state.inbox.queue.first == state.inbox.decoded { state.inbox.decoded = nil }
      toTell = state.inbox.queue.finish(batch, now: now)
      state.throughput.add(batch.reports.count { !$0.fate.isLeftInPlace })
      state.counters.waiting = state.inbox.queue.waitingCount
      // An empty queue does not show what has arrived meanwhile.
      if state.inbox.queue.isEmpty { state.inbox.isListingDue = true }
    } else {
      toTell = state.inbox.queue.noteToldEarly(batch.reports)
    }
    // What is told is counted, once; those without room in quarantine are told together.
    state.counters.add(toTell)
    state.counters.add(
      batch.reports.filter { if case .unplaced = $0.fate { true } else { false } })
    if batch.reports.contains(where: { $0.fate == .mined }) { scheduleSeal(now) }
    for report in toTell { tell(.picture(report)) }
    watchDrops(toTell)
    if state.inbox.queue.unplacedCount > 0, !state.inbox.isFullQuarantineSaid {
      state.inbox.isFullQuarantineSaid = true
      tell(.quarantineFull)
    }
    if !batch.reports.isEmpty { emit(.noteTold) }
    if let counts = batch.counts { take(counts, now) }
    note(modelFile: batch.modelFile)
    if let failure = batch.failure {
      fail(failure, now)
    } else if batch.taken > 0 {
      succeed(in: .mine, now)
    }
  }

  /// Decodes slow pictures beside mining, one at a time.
  mutating func startDecodingSlow(_ now: Instant) {
    guard !state.isDecodingSlow, state.inbox.decoded == nil, state.change.isNone,
      mayTry(.mine, now), let picture = state.inbox.queue.nextSlow
    else { return }
    state.isDecodingSlow = true
    emit(.decodeSlow(picture))
  }

  mutating func noteSlowDecoded(
    _ picture: FolderEntry, _ result: Result<Done, Failure>, _ now: Instant
  ) {
    state.isDecodingSlow = false
    switch result {
    case .success: state.inbox.decoded = picture
    case .failure(let failure): fail(failure, now)
    }
  }

  /// Reports what an earlier process did and could not report. Pictures that it could not move either arrive again, as
  /// known.
  mutating func tellUntold(_ reports: [PictureReport]) {
    guard !reports.isEmpty else { return }
    for report in reports { tell(.pictureBefore(report)) }
    state.inbox.queue.noteToldEarly(reports)
    emit(.noteTold)
  }

  private mutating func watchDrops(_ reports: [PictureReport]) {
    guard state.inbox.drops.note(reports, limits) else { return }
    state.inbox.isListingDue = true
    tell(.intakeStopped(likeObject: state.inbox.drops.likeObjectCount, of: limits.watchedDrops))
  }
}
