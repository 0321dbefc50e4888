internal import Corpus
internal import Detection
internal import Digest
internal import Durable
internal import Foundation
internal import Settings
public import SystemPackage

// The way of a picture: read once → named by its content → known? → decoded → scanned → acknowledged
// → moved. What is known, held out or broken leaves the way earlier.

extension Miner {
  /// Mines pictures of the inbox, acknowledges them together, and moves them out of it.
  ///
  /// Pictures that cannot be used go to quarantine with the reason beside them; what the machine
  /// does not let us read stays where it is.
  /// - Parameters:
  ///   - pictures: entries of the inbox that are complete.
  ///   - refusal: why these go to quarantine unseen; nil: they are mined.
  ///   - acknowledged: hears of the pictures once the ledger has acknowledged them, whatever
  ///     becomes of the rest of the way.
  /// - Returns: a report a picture, in their order; those that have vanished are left out.
  /// - Throws: what is wrong with the machine (disk full, I/O error, no model); no unacknowledged
  ///   picture has been moved then, and calling again is safe.
  public func mineInbox(
    _ pictures: [FolderEntry], refusal: String? = nil,
    acknowledged: ([PictureReport]) -> Void = { _ in }
  ) throws -> [PictureReport] {
    let scanned = try scan(pictures.map(\.path), .droppedIn, refusal: refusal)
    FaultPoint.reach(.scanned)
    let reports = try acknowledge(scanned.filter { !$0.hasVanished })
    FaultPoint.reach(.acknowledged)
    acknowledged(reports)
    let stuck = try clear(
      zip(pictures, scanned).map { (picture: $1, isWhole: isUnchanged($0, $1)) })
    return reports
      + reports.filter { stuck.contains($0.picture) }.map { report in
        var report = report
        report.outcome = .left(
          "it cannot be moved; take it out, or let the service's user move it")
        return report
      }
  }

  /// Mines pictures where they are, again if they are known already, and acknowledges them together.
  /// - Parameter isDryRun: looks only; nothing is kept.
  /// - Returns: a report a picture, in their order.
  /// - Throws: what is wrong with the machine, or that there is no model.
  public func mine(_ pictures: [FilePath], isDryRun: Bool = false) throws -> [PictureReport] {
    try mine(pictures, .chosen, isDryRun: isDryRun)
  }

  /// Mines pictures that were dropped in before and are kept, again; those that have vanished are
  /// left out.
  func mineAgain(_ pictures: [FilePath]) throws -> [PictureReport] {
    try mine(pictures, .keptAfterDrop, isDryRun: false)
  }

  private func mine(_ pictures: [FilePath], _ occasion: Occasion, isDryRun: Bool) throws
    -> [PictureReport]
  {
    let scanned = try scan(pictures, occasion).filter { occasion == .chosen || !$0.hasVanished }
    guard !isDryRun else { return scanned.map { PictureReport($0) } }
    let reports = try acknowledge(scanned)
    try ledger.recordKept(
      reports.compactMap { report in report.sha256.map { ($0, absolute(report.picture)) } })
    return reports
  }

  /// How a picture came to be mined.
  private enum Occasion {
    /// Somebody dropped it into the inbox: what is known is passed over, a share may be held out,
    /// and it may show the object after all.
    case droppedIn
    /// It was kept after that: it may still show the object.
    case keptAfterDrop
    /// Somebody chose it, and answers for it.
    case chosen
  }

  /// Reads and scans pictures: one picture a thread where there are many, bands of each where few.
  private func scan(_ paths: [FilePath], _ occasion: Occasion, refusal: String? = nil) throws
    -> [ScannedPicture]
  {
    let detector = try requireDetector()
    let threads = settings.threads
    return try concurrentMap(count: paths.count, threads: threads) { index in
      try scan(
        paths[index], occasion, refusal, with: detector, threads: max(1, threads / paths.count))
    }
  }

  private func scan(
    _ path: FilePath, _ occasion: Occasion, _ refusal: String?, with detector: LiveDetector,
    threads: Int
  ) throws -> ScannedPicture {
    let start = ContinuousClock.now
    var digest: SHA256Digest?
    let result: ScannedPicture.Result
    do {
      let picture = try PictureBytes(reading: path, maximumCount: settings.maximumByteCount)
      digest = picture.digest
      result =
        try passedOver(picture.digest, occasion) ?? refusal.map { .refused($0) }
        ?? detector.mine(
          picture.decoded(maximumPixels: settings.maximumPixels),
          isDoubted: occasion != .chosen, choice: HitChoice(settings), threads: threads)
    } catch let error as PictureUnreadable {
      guard !error.isMachineFailing else { throw error }
      result = .unreadable(error.reason)
    } catch let error as PictureRefused {
      result = .refused(error.reason)
    }
    return ScannedPicture(
      path: path, digest: digest, generation: detector.generation, result: result,
      duration: start.duration(to: .now))
  }

  /// What becomes of a picture without looking at it; nil where it is to be mined.
  private func passedOver(_ digest: SHA256Digest, _ occasion: Occasion) throws
    -> ScannedPicture.Result?
  {
    switch occasion {
    case .droppedIn:
      if let record = try ledger.image(digest) { return .known(record) }
      return HeldOutShare(settings.hnValidationShare).contains(digest) ? .heldOut : nil
    case .keptAfterDrop:
      // One that was written over is another picture, which nobody dropped in.
      return try ledger.image(digest)?.state == .mined ? nil : .unreadable(.noSuchFileOrDirectory)
    case .chosen:
      return nil
    }
  }

  /// Makes what was found durable, in one transaction, and tells it.
  private func acknowledge(_ pictures: [ScannedPicture]) throws -> [PictureReport] {
    let acknowledged = pictures.map { AcknowledgedPicture($0, settings.hog) }
    var added = try ledger.acknowledge(acknowledged.compactMap(\.self)).makeIterator()
    let new = acknowledged.map { $0 == nil ? [] : added.next()! }
    var sinceTraining =
      try ledger.counts().sinceTraining - new.joined().count { !$0.isSetAside }
    return zip(pictures, new).map { picture, new in
      sinceTraining += new.count { !$0.isSetAside }
      return PictureReport(picture, new: new, sinceTraining: sinceTraining)
    }
  }

  /// Whether the file is still the one that was read; what was written over it since is another
  /// picture, and the next look at the inbox takes that.
  private func isUnchanged(_ entry: FolderEntry, _ picture: ScannedPicture) -> Bool {
    picture.digest != nil && folderEntry(at: entry.path) == entry
  }

  /// Takes pictures that have been dealt with out of the inbox, unless they were written over since.
  /// - Returns: those that the system does not let us move.
  private func clear(_ pictures: [(picture: ScannedPicture, isWhole: Bool)]) throws
    -> Set<FilePath>
  {
    var refused: [(path: FilePath, digest: SHA256Digest, reason: String)] = []
    var mined: [(path: FilePath, digest: SHA256Digest, isNew: Bool)] = []
    // Where the content of a picture was seen last that is nowhere any more: nobody need look for it.
    var places: [(SHA256Digest, FilePath)] = []
    for (picture, isWhole) in pictures {
      guard let digest = picture.digest else { continue }
      let isNew = picture.result.isNew
      switch picture.result {
      case .unreadable:
        continue
      case _ where !isWhole:
        if isNew { places.append((digest, picture.path)) }
      case .refused(let reason):
        refused.append((picture.path, digest, reason))
      case .known(let record) where record.state == .quarantined:
        refused.append((picture.path, digest, record.reason ?? "refused before"))
      case .known, .heldOut, .mined:
        mined.append((picture.path, digest, isNew))
      }
    }
    let moved = try Durable.move(mined.map(\.path), into: settings.hnMined)
    FaultPoint.reach(.moved)
    var failures: [(path: FilePath, error: DurableError)] = []
    for (picture, place) in zip(mined, moved) {
      switch place {
      case .success(let kept):
        places.append((picture.digest, kept))
      case .failure(let error) where error.code == .noSuchFileOrDirectory:
        if picture.isNew { places.append((picture.digest, picture.path)) }
      case .failure(let error):
        failures.append((picture.path, error))
      }
    }
    try ledger.recordKept(places)
    FaultPoint.reach(.placed)
    for (path, digest, reason) in refused {
      do {
        try quarantine(path, digest: digest, reason: reason)
      } catch let error as DurableError {
        failures.append((path, error))
      }
    }
    // One that may not be moved stays alone; any other failure is the machine's.
    if let (_, error) = failures.first(where: { $0.error.code != .notPermitted }) { throw error }
    return Set(failures.map(\.path))
  }

  /// Puts a picture aside with the reason beside it: NAME and NAME.reason.txt.
  private func quarantine(_ path: FilePath, digest: SHA256Digest, reason: String) throws {
    guard let name = path.lastComponent else { return }
    try ledger.quarantine(digest, name: name, reason: reason)
    FaultPoint.reach(.refusalRecorded)
    let kept = try Durable.move(path, into: settings.hnQuarantine)
    FaultPoint.reach(.refusalMoved)
    try Durable.write("\(reason)\n".utf8, to: kept.reason)
    FaultPoint.reach(.refusalExplained)
    try ledger.recordKept([(digest, kept)])
    FaultPoint.reach(.refusalPlaced)
  }
}

extension AcknowledgedPicture {
  /// What the ledger is told of a picture; nil where there is nothing to tell.
  fileprivate init?(_ picture: ScannedPicture, _ hog: HOGDescriptor) {
    guard let digest = picture.digest, let name = picture.path.lastComponent else { return nil }
    switch picture.result {
    case .known, .refused, .unreadable:
      return nil
    case .heldOut:
      self.init(sha256: digest, name: name, isHeldOut: true, generation: nil, windows: 0)
    case .mined(let windows, let hardNegatives, let features):
      self.init(
        sha256: digest, name: name, generation: picture.generation, windows: windows,
        hardNegatives: hardNegatives, features: features, hog: hog)
    }
  }
}

extension PictureReport {
  fileprivate init(
    _ picture: ScannedPicture, new: [HardNegative] = [], sinceTraining: Int = 0
  ) {
    var windows = 0
    var hits: [HardNegative] = []
    switch picture.result {
    case .known(let record):
      outcome = record.state == .quarantined ? .quarantined(record.reason ?? "") : .known
    case .heldOut:
      outcome = .heldOut
    case .refused(let reason):
      outcome = .quarantined(reason)
    case .unreadable(let reason):
      outcome = .left(PictureUnreadable(path: picture.path, reason: reason).advice)
    case .mined(let scored, let found, _):
      outcome = .mined
      windows = scored
      hits = found.sorted { $0.margin > $1.margin }
    }
    self.picture = picture.path
    sha256 = picture.digest
    generation = picture.generation
    duration = picture.duration
    self.windows = windows
    self.hits = hits
    self.new = new
    self.sinceTraining = sinceTraining
  }
}

/// The path from the root, so that it can be found again from anywhere.
private func absolute(_ path: FilePath) -> FilePath {
  FilePath(FileManager.default.currentDirectoryPath).pushing(path).lexicallyNormalized()
}
