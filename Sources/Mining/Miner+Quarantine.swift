internal import Corpus
internal import Detecting
internal import Digest
internal import Durable
internal import Files
internal import Pictures
internal import Settings
internal import Synchronization
internal import SystemPackage
internal import Text

extension Miner {
  /// Whether quarantine has room for another picture.
  package func hasRoomInQuarantine() throws -> Bool { try roomInQuarantine() > 0 }

  /// How many files are in quarantine now.
  package func quarantinedCount() throws -> Int {
    guard let modified = folderEntry(at: setup.folders.quarantine)?.modified else { return 0 }
    return try quarantineCount.withLock { known in
      if known.count == nil || known.listed != modified {
        known.count = try Quarantine(setup.folders.quarantine).count()
        known.listed = modified
      }
      return known.count!
    }
  }

  /// For how many more pictures quarantine has room.
  func roomInQuarantine() throws -> Int {
    try setup.folders.quarantineLimit
      - quarantineCount.withLock { known in
        // Counted up to the limit, and listed when it seems full: somebody may have made room.
        let modified = folderEntry(at: setup.folders.quarantine)?.modified
        if known.count.map({ $0 >= setup.folders.quarantineLimit && known.listed != modified })
          ?? true
        {
          known.count = try modified == nil ? 0 : Quarantine(setup.folders.quarantine).count()
          known.listed = modified
        }
        return known.count!
      }
  }

  /// Quarantines pictures with the reason beside each: NAME and NAME.reason.txt.
  ///
  /// Each step is done for all of them before the next: a flood of files that are not pictures takes only a few
  /// transactions and synchronisations per batch.
  /// - Returns: why some are still where they were.
  func quarantine(_ pictures: [ScannedPicture]) throws -> [FilePath: DurableError] {
    let refused = pictures.compactMap { picture in
      picture.path.lastComponent.map {
        (path: picture.path, sha256: picture.digest!, name: $0, reason: picture.fate.refusal!)
      }
    }
    guard !refused.isEmpty else { return [:] }
    try ledger.quarantine(refused.map { ($0.sha256, $0.name, $0.reason) })
    FaultPoint.reach(.refusalRecorded)
    let moved = try Durable.move(refused.map(\.path), into: setup.folders.quarantine)
    FaultPoint.reach(.refusalMoved)
    var failures: [FilePath: DurableError] = [:]
    var kept: [(picture: (sha256: SHA256Digest, reason: String), place: FilePath)] = []
    for (picture, place) in zip(refused, moved) {
      switch place {
      case .success(let place): kept.append(((picture.sha256, picture.reason), place))
      case .failure(let error): failures[picture.path] = error
      }
    }
    // They are in quarantine even if there is no room for the reasons, which the next start adds then.
    let explained = Result { try explain(kept.map { ($0.place, $0.picture.reason) }) }
    FaultPoint.reach(.refusalExplained)
    try ledger.recordKept(kept.map { ($0.picture.sha256, $0.place) })
    quarantineCount.withLock { known in known.count = known.count.map { $0 + kept.count } }
    FaultPoint.reach(.refusalPlaced)
    try explained.get()
    return failures
  }

  /// Writes the reason beside each picture.
  private func explain(_ pictures: [(place: FilePath, reason: String)]) throws {
    try Durable.add(pictures.map { (reasonFile($0.reason), $0.place.reason) })
  }

  /// Adds the reasons that a crash or a full disk kept from being written. Call it only while nothing mines.
  package func explainQuarantined() throws {
    try explain(
      Quarantine(setup.folders.quarantine).unexplained().map(\.path).compactMap { place in
        guard let digest = try? PictureBytes(reading: place).digest,
          let known = try ledger.picture(digest), known.kept == place, let reason = known.reason
        else { return nil }
        return (place, reason)
      })
  }
}

/// How many pictures are in quarantine, as far as this process knows.
struct QuarantineCount {
  var count: Int?
  /// When the folder had last changed at its last listing.
  var listed: FileTime?
}
