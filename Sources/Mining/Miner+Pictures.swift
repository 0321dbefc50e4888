internal import Corpus
package import Detecting
internal import Detection
internal import Digest
internal import Durable
internal import Evaluation
package import Files
internal import Foundation
internal import Pictures
internal import Settings
package import SystemPackage
internal import Text

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
  ///   - goesOn: asked before each picture but the first; after a no, no other is begun.
  ///   - notBegun: hears of those that were not, which stay as they are.
  /// - Returns: a report a picture, in their order; those that have vanished are left out, and those whose files are
  ///   others by now, or are being written over.
  /// - Throws: what is wrong with the machine (disk full, I/O error, no model); no unacknowledged
  ///   picture has been moved then, and calling again is safe.
  package func mineInbox(
    _ pictures: [FolderEntry], refusal: String? = nil,
    acknowledged: ([PictureReport]) -> Void = { _ in },
    while goesOn: @Sendable () -> Bool = { true },
    notBegun: ([FolderEntry]) -> Void = { _ in }
  ) throws -> [PictureReport] {
    _ = try objectPictures.hash()
    let looked = try scan(
      pictures.map(\.path), .droppedIn, AwaitedSurroundings(of: self), refusal: refusal,
      listed: pictures, while: goesOn)
    let begun = zip(pictures, looked).filter { $1 != nil }
    if begun.count < pictures.count {
      notBegun(zip(pictures, looked).filter { $1 == nil }.map(\.0))
    }
    let (pictures, scanned) = (begun.map(\.0), begun.map { $1! })
    FaultPoint.reach(.scanned)
    let reports = try acknowledge(scanned.filter { !$0.hasVanished })
    FaultPoint.reach(.acknowledged)
    acknowledged(reports)
    // What was written over since is another picture, and the next look at the inbox takes that.
    let isWhole = pictures.map { folderEntry(at: $0.path) == $0 }
    let whole = zip(scanned, isWhole).filter { $0.1 && !$0.0.isSlow }.map(\.0)
    let refused = whole.filter { $0.refusal != nil }
    let room = refused.isEmpty ? 0 : try roomInQuarantine()
    let unplaced = Set(refused.dropFirst(max(room, 0)).map(\.path))
    let stuck = try clear(whole.filter { !unplaced.contains($0.path) })
    try giveUp(zip(scanned, isWhole).filter { !$0.1 }.map(\.0))
    return reports.map { unplaced.contains($0.picture) ? $0.leftForWantOfRoom : $0 }
      + reports.filter { stuck.contains($0.picture) }.map(\.left)
  }

  /// Hashes pictures of `image_dataset` that are not hashed yet, so that `mineInbox` tells copies of them.
  ///
  /// `mineInbox` does so itself, which takes minutes where they are 100,000.
  /// - Parameter goesOn: asked after each step; where it says no, hashing leaves off.
  /// - Returns: whether all are hashed.
  /// - Throws: what is wrong with the machine.
  package func hashObjectPictures(while goesOn: () -> Bool) throws -> Bool {
    try objectPictures.hash(while: goesOn)
  }

  /// Mines pictures where they are, again if they are known already, and acknowledges them together.
  /// - Parameters:
  ///   - areNegatives: each picture as it is, resized to the window, is a hard negative, whatever the detector
  ///     says of it.
  ///   - isDryRun: looks only; nothing is kept.
  /// - Returns: a report a picture, in their order.
  /// - Throws: what is wrong with the machine, or that there is no model.
  package func mine(
    _ pictures: [FilePath], areNegatives: Bool = false, isDryRun: Bool = false
  ) throws -> [PictureReport] {
    try mine(
      pictures, areNegatives: areNegatives, isDryRun: isDryRun, AwaitedSurroundings(of: self))
  }

  /// The same, as one part of a batch.
  /// - Parameter surroundings: of the whole batch.
  package func mine(
    _ pictures: [FilePath], areNegatives: Bool, isDryRun: Bool,
    _ surroundings: AwaitedSurroundings
  ) throws -> [PictureReport] {
    try mine(
      pictures, areNegatives ? .chosenAsNegative : .chosen, isDryRun: isDryRun, surroundings)
  }

  /// Mines pictures that were dropped in before and are kept, again; those that have vanished are
  /// left out.
  package func mineAgain(_ pictures: [FilePath]) throws -> [PictureReport] {
    try mine(pictures, .keptAfterDrop, isDryRun: false, AwaitedSurroundings(of: self))
  }

  /// Scans pictures where they are, each once, and keeps nothing of them: the part of the way that needs no ledger.
  /// - Parameter isChosen: whether somebody answers for the pictures; otherwise they are looked at as dropped ones are.
  /// - Returns: what was seen, in their order.
  /// - Throws: what is wrong with the machine, or that there is no model.
  package func scanApart(_ pictures: [FilePath], isChosen: Bool) throws -> [ScannedPicture] {
    _ = try objectPictures.hash()
    return try scanAll(pictures, isChosen ? .chosen : .listed, AwaitedSurroundings(of: self))
  }

  private func mine(
    _ pictures: [FilePath], _ occasion: Occasion, isDryRun: Bool,
    _ surroundings: AwaitedSurroundings
  ) throws -> [PictureReport] {
    let scanned = try scanAll(pictures, occasion, surroundings).filter {
      occasion.isChosen || !$0.hasVanished
    }
    guard !isDryRun else { return scanned.map { PictureReport($0) } }
    let reports = try acknowledge(scanned)
    try ledger.recordKept(
      reports.filter { $0.outcome == .mined }.map { ($0.sha256!, absolute($0.picture)) })
    return reports
  }

  /// How a picture came to be mined.
  enum Occasion {
    /// Somebody dropped it into the inbox: what is known is passed over, a share may be held out,
    /// and it may show the object after all.
    case droppedIn
    /// The same of a picture that lies elsewhere, and stays there.
    case listed
    /// It was kept after that: it may still show the object.
    case keptAfterDrop
    /// Somebody chose it, and answers for it.
    case chosen
    /// The same, and it is a cut-out that some detector took for the object.
    case chosenAsNegative

    var isChosen: Bool { self == .chosen || self == .chosenAsNegative }
    /// Whether it is new, and nobody answers for it.
    var isNew: Bool { self == .droppedIn || self == .listed }
    /// Whether a link stands for what it leads to: in the inbox it may be anybody's.
    var followsLinks: Bool { isChosen || self == .listed }
  }

  /// Reads and scans pictures: one picture a thread where there are many, bands of each where few.
  /// - Parameters:
  ///   - listed: the files that are meant; nil: whatever is there.
  ///   - goesOn: asked before each picture but the first.
  /// - Returns: nil for pictures that were not begun, as `goesOn` said no.
  private func scan(
    _ paths: [FilePath], _ occasion: Occasion, _ surroundings: AwaitedSurroundings,
    refusal: String? = nil, listed: [FolderEntry]? = nil,
    while goesOn: @Sendable () -> Bool = { true }
  ) throws -> [ScannedPicture?] {
    let detector = try requireDetector()
    let threads = settings.threads
    return try concurrentMap(count: paths.count, threads: threads) { index in
      guard index == 0 || goesOn() else { return nil }
      defer { pictureScanned() }
      return try scan(
        paths[index], occasion, surroundings, refusal, listed?[index], with: detector,
        threads: max(1, threads / paths.count))
    }
  }

  private func scanAll(
    _ paths: [FilePath], _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> [ScannedPicture] {
    try scan(paths, occasion, surroundings).map { $0! }
  }

  private func scan(
    _ path: FilePath, _ occasion: Occasion, _ surroundings: AwaitedSurroundings,
    _ refusal: String?, _ listed: FolderEntry?, with detector: LiveDetector, threads: Int
  ) throws -> ScannedPicture {
    let start = ContinuousClock.now
    var content: PictureContent?
    let result: ScannedPicture.Result
    do {
      let picture = try PictureBytes(
        reading: path, maximumCount: settings.maximumByteCount, followingLink: occasion.followsLinks
      )
      // What was written over since it was listed may be half of another picture: the next look at the inbox takes it.
      guard listed == nil || folderEntry(at: path) == listed else {
        throw PictureUnreadable(path: path, reason: .noSuchFileOrDirectory)
      }
      content = picture.content
      FaultPoint.reach(.pictureRead, of: path.lastComponent?.string ?? "")
      result =
        try passedOver(picture.content, occasion, surroundings) ?? refusal.map { .refused($0) }
        ?? mine(picture, occasion, surroundings, with: detector, threads: threads)
    } catch let error as PictureUnreadable {
      guard !error.isMachineFailing else { throw error }
      result = .unreadable(error.reason)
    } catch let error as PictureRefused {
      result = .refused(error.reason)
    } catch is PictureSlow {
      result = .slow
    }
    return ScannedPicture(
      path: path, digest: content?.digest, byteCount: content?.byteCount ?? 0,
      generation: detector.generation, result: result, duration: start.duration(to: .now))
  }

  private func mine(
    _ picture: PictureBytes, _ occasion: Occasion, _ surroundings: AwaitedSurroundings,
    with detector: LiveDetector, threads: Int
  ) throws -> ScannedPicture.Result {
    let image = try decoded(picture, isHurried: occasion == .droppedIn)
    let object = try objectPicture(picture.content, surroundings)
    if occasion.isNew, object == nil, let original = try objectPictures.original(of: image) {
      return .object(objectAdvice("it is a copy of \(original)"))
    }
    let result =
      occasion == .chosenAsNegative
      ? detector.take(image)
      : detector.mine(
        image, besides: object?.negatives?.objects ?? [],
        doubt: try doubt(picture.digest, occasion, detector),
        choice: HitChoice(settings, isDropped: !occasion.isChosen), threads: threads)
    // Who names a held-out picture sees what the detector makes of it.
    if case .mined(let windows, let found, _) = result, occasion.isChosen,
      try object?.isHeldOut ?? isHeldOutDistraction(picture.content)
    {
      return .shown(windows: windows, found)
    }
    return result
  }

  /// What becomes of a picture without looking at it; nil where it is to be mined.
  func passedOver(
    _ picture: PictureContent, _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> ScannedPicture.Result? {
    let digest = picture.digest
    switch occasion {
    case .droppedIn, .listed:
      if let record = try ledger.image(digest) { return .known(record) }
      // Whether one of these measures has been decided: no other share may hold it out as a picture without the object.
      if let object = try objectPicture(picture, surroundings) {
        return objectRefusal(of: object, occasion)
      }
      let isHeldOut =
        try HeldOutShare(settings.hnValidationShare).contains(digest)
        || isHeldOutDistraction(picture)
      return isHeldOut ? .heldOut : nil
    case .keptAfterDrop:
      // One that was written over is another picture, which nobody dropped in.
      guard try ledger.image(digest)?.state == .mined else {
        return .unreadable(.noSuchFileOrDirectory)
      }
    case .chosen, .chosenAsNegative:
      if let forgetting = try ledger.image(digest)?.forgettingInWords {
        return .refused(forgetting)
      }
    }
    return try objectPicture(picture, surroundings).flatMap { objectRefusal(of: $0, occasion) }
  }

  /// A picture of `image_dataset`, and what may be learnt of it.
  struct ObjectPicture {
    /// Where it is there.
    let path: FilePath
    /// nil: none of it may be mined.
    let negatives: NegativePicture?
    /// Whether it measures, so that nothing of it may be learnt.
    let isHeldOut: Bool
  }

  /// What is known of a picture in `image_dataset`, by its content; nil for others.
  func objectPicture(_ picture: PictureContent, _ surroundings: AwaitedSurroundings) throws
    -> ObjectPicture?
  {
    guard let path = try objectPictures.picture(of: picture) else { return nil }
    guard settings.objectClearance != nil else {
      return ObjectPicture(path: path, negatives: nil, isHeldOut: false)
    }
    switch try surroundings.get().standing(of: picture.digest) {
    case .teaches(let negatives):
      return ObjectPicture(path: path, negatives: negatives, isHeldOut: false)
    case .measures(let negatives):
      return ObjectPicture(path: path, negatives: negatives, isHeldOut: true)
    case nil:
      return ObjectPicture(path: path, negatives: nil, isHeldOut: false)
    }
  }

  /// Whether the picture is one of `image_distractions` that measures detectors: mined, it would measure nothing any more.
  func isHeldOutDistraction(_ picture: PictureContent) throws -> Bool {
    guard HeldOutShare(settings.validationShare).contains(picture.digest),
      try distractionPictures.picture(of: picture) != nil
    else { return false }
    return try ledger.image(picture.digest)?.state != .mined
  }

  /// Why nothing of a picture that is in `image_dataset` is a negative; nil where what lies around its objects may be.
  private func objectRefusal(of object: ObjectPicture, _ occasion: Occasion)
    -> ScannedPicture.Result?
  {
    let likeness = "its content is that of \(object.path)"
    if occasion == .chosenAsNegative || settings.objectClearance == nil {
      return .object(objectAdvice(likeness))
    }
    if object.negatives == nil {
      return .object(
        "nobody knows where in it objects are, as \(likeness) in image_dataset: correct its annotation"
      )
    }
    if object.isHeldOut, !occasion.isChosen {
      return .object(
        "it measures what detectors miss, as \(likeness) in image_dataset, which was not drawn for training"
      )
    }
    return nil
  }

  private func objectAdvice(_ likeness: String) -> String {
    """
    it shows the object, as \(likeness) in image_dataset; if it does not, take that one out of image_dataset, and try \
    again what is in quarantine by `misfire retry`
    """
  }

  /// Which windows of a picture wait for a person.
  private func doubt(_ digest: SHA256Digest, _ occasion: Occasion, _ detector: LiveDetector) throws
    -> Doubt
  {
    guard !occasion.isChosen, let margin = detector.doubtedMargin else { return .none }
    return Doubt(margin: margin, known: try ledger.hardNegatives(of: digest))
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

  /// Takes pictures that have been dealt with out of the inbox.
  /// - Returns: those that the system does not let us move.
  private func clear(_ pictures: [ScannedPicture]) throws -> Set<FilePath> {
    var failures = try keep(pictures.filter { !$0.isUnreadable && $0.refusal == nil })
    failures.merge(try quarantine(pictures.filter { $0.refusal != nil })) { $1 }
    // One that may not be moved stays, and the others need not wait; other failures are the machine's.
    if let failure = failures.values.first(where: { $0.code != .notPermitted }) { throw failure }
    return Set(failures.keys)
  }

  /// Moves pictures to the others that were mined, and records where each is now.
  /// - Returns: why some are still where they were.
  private func keep(_ pictures: [ScannedPicture]) throws -> [FilePath: DurableError] {
    let moved = try Durable.move(pictures.map(\.path), into: settings.hnMined)
    FaultPoint.reach(.moved)
    try ledger.recordKept(
      zip(pictures, moved).compactMap { picture, place in
        if case .success(let kept) = place { (picture.digest!, kept) } else { nil }
      })
    FaultPoint.reach(.placed)
    var failures: [FilePath: DurableError] = [:]
    for case (let picture, .failure(let error)) in zip(pictures, moved) {
      failures[picture.path] = error
    }
    try giveUp(pictures.filter { failures[$0.path]?.code == .noSuchFileOrDirectory })
    return failures.filter { $0.value.code != .noSuchFileOrDirectory }
  }

  /// Records that the content of new pictures is nowhere any more, by where it was last: so nobody goes
  /// on looking for it.
  private func giveUp(_ pictures: [ScannedPicture]) throws {
    let new = pictures.filter(\.isNew)
    if !new.isEmpty { try ledger.recordKept(new.map { ($0.digest!, $0.path) }) }
  }
}

extension AcknowledgedPicture {
  /// What the ledger is told of a picture; nil where there is nothing to tell.
  fileprivate init?(_ picture: ScannedPicture, _ hog: HOGDescriptor) {
    guard let digest = picture.digest, let name = picture.path.lastComponent else { return nil }
    switch picture.result {
    case .known, .shown, .refused, .object, .unreadable, .slow:
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
    let outcome: Outcome
    var windows = 0
    var hits: [HardNegative] = []
    var isObject = false
    switch picture.result {
    case .known:
      outcome = picture.refusal.map { .quarantined($0) } ?? .known
    case .heldOut:
      outcome = .heldOut
    case .refused(let reason):
      outcome = .quarantined(reason)
    case .object(let reason):
      outcome = .quarantined(reason)
      isObject = true
    case .unreadable(let reason):
      outcome = .left(PictureUnreadable(path: picture.path, reason: reason).advice)
    case .slow:
      outcome = .left("it takes long to decode")
    case .shown(let scored, let found):
      outcome = .heldOut
      windows = scored
      hits = found.sorted { $0.margin > $1.margin }
    case .mined(let scored, let found, _):
      outcome = .mined
      windows = scored
      hits = found.sorted { $0.margin > $1.margin }
    }
    self.init(
      picture: picture.path, outcome: outcome, sha256: picture.digest, windows: windows,
      hits: hits, new: new, generation: picture.generation, duration: picture.duration,
      sinceTraining: sinceTraining, isObject: isObject)
    isSlow = picture.isSlow
  }

  /// The same of a picture that cannot be used, and for which quarantine has no room.
  fileprivate var leftForWantOfRoom: PictureReport {
    var report = self
    if case .quarantined(let reason) = outcome { report.outcome = .left(reason) }
    report.isForWantOfRoom = true
    return report
  }

  /// The same of a picture that could not be moved.
  fileprivate var left: PictureReport {
    var report = self
    report.outcome = .left("it cannot be moved; take it out, or let the service's user move it")
    return report
  }
}

/// The path from the root, so that it can be found again from anywhere.
private func absolute(_ path: FilePath) -> FilePath {
  FilePath(FileManager.default.currentDirectoryPath).pushing(path).lexicallyNormalized()
}
