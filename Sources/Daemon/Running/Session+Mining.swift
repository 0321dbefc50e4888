internal import Corpus
internal import Detecting
internal import Files
internal import Mining
internal import Scheduling
internal import Settings
internal import Synchronization

extension Session {
  /// Mines pictures; the first alone if it is suspected of having crashed an earlier process.
  /// - Returns: their outcomes, even if the machine failed; only acknowledged pictures are moved. None is taken while there
  ///   are
  /// pictures of `image_dataset` to hash first.
  func mine(_ pictures: ArraySlice<FolderEntry>, clock: DaemonClock) -> MinedBatch {
    desk.withLock { desk in
      var result = MinedBatch()
      let batch = desk.inHand.batch(of: pictures)
      var acknowledged: [PictureReport] = []
      var notBegun: [FolderEntry] = []
      do {
        let hashingEnd = clock.now() + OperationalLimits.hashingTime
        guard try miner.hashObjectPictures(while: { clock.now() < hashingEnd }) else {
          return result
        }
        let isGivenUp = batch.first.map { desk.inHand.isGivenUp($0) } ?? false
        let start = clock.now()
        result.reports = try desk.inHand.hold(
          batch, tellingAfter: miner.lastPicture(),
          isDone: { reports in !reports.contains { $0.fate == .slow } }
        ) {
          try miner.mineInbox(
            Array(batch), refusal: isGivenUp ? Self.crashRefusal : nil,
            acknowledged: { acknowledged = $0 },
            while: { clock.now() < start + OperationalLimits.batchTime },
            notBegun: { notBegun = $0 })
        }
        result.duration = start.duration(to: clock.now())
        // If a later one began before it, the next batch finds that one gone.
        result.taken =
          notBegun.first.flatMap { batch.firstIndex(of: $0) }
          .map { $0 - batch.startIndex } ?? batch.count
        result.modelFile = modelFile
        result.counts = try counts()
      } catch {
        // Those that stay are reported when they have been moved.
        if result.taken == 0 {
          result.reports = acknowledged.filter {
            $0.fate.isNew || folderEntry(at: $0.picture) == nil
          }
        }
        result.failure = Failure(error, during: .mine)
      }
      return result
    }
  }

  /// Decodes a slow picture, so that it can be mined like the others.
  func decodeSlow(_ picture: FolderEntry) throws -> Done {
    try miner.decodeSlow(picture)
    return Done()
  }

  /// Records that the log has reported all pictures.
  func noteTold() {
    desk.withLock { $0.inHand.noteTold() }
  }

  private static let crashRefusal =
    "misfired crashed twice while processing this picture; see the journal"

  /// Mines some mined pictures again, if the settings ask for it and it is not done yet.
  func remine(_ limit: Int, clock: DaemonClock) throws -> ReminingOutcome {
    guard setup.mining.looksAgain, let generation = miner.detector?.generation else {
      return ReminingOutcome()
    }
    return try desk.withLock { desk in
      var look = ReminingOutcome()
      if desk.remining?.generationNumber != generation {
        desk.remining = nil
        guard try !miner.hasRemined() else { return look }
      }
      var remining = try desk.remining ?? Remining(miner)
      let batch = desk.inHand.batch(of: try remining.upcoming(limit))
      guard let first = batch.first else {
        look.report = try remining.finish()
        desk.remining = nil
        return look
      }
      defer { desk.remining = remining }
      look.isMore = true
      if desk.inHand.isGivenUp(first) {
        remining.passOver()
        look.skipped = first.path
        return look
      }
      let start = clock.now()
      let reports = try desk.inHand.hold(batch) {
        try remining.mine(
          batch.count, while: { clock.now() < start + OperationalLimits.batchTime })
      }
      look.count = reports.count
      look.hardNegatives = reports.reduce(0) { $0 + $1.hardNegatives }
      look.duration = start.duration(to: clock.now())
      return look
    }
  }
}
