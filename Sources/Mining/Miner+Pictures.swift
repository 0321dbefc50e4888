internal import Corpus
internal import Detecting
internal import Detection
internal import Digest
internal import Durable
internal import Evaluation
package import Files
internal import Pictures
internal import Settings
internal import SystemPackage

// The way of a picture: read once → named by its content → known? → decoded → scanned → acknowledged → moved. What is known, held
// out or broken leaves the way earlier: its fate is decided then.

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
    let fates = try clear(zip(scanned, isWhole).filter(\.1).map(\.0))
    try giveUp(zip(scanned, isWhole).filter { !$0.1 }.map(\.0))
    return reports.flatMap { report -> [PictureReport] in
      switch fates[report.picture] {
      case nil: [report]
      // It was mined all the same.
      case .unmovable?: [report, report.with(.unmovable)]
      case let fate?: [report.with(fate)]
      }
    }
  }

  /// Reads and scans pictures: one picture a thread where there are many, bands of each where few.
  /// - Parameters:
  ///   - listed: the files that are meant; nil: whatever is there.
  ///   - goesOn: asked before each picture but the first.
  /// - Returns: nil for pictures that were not begun, as `goesOn` said no.
  func scan(
    _ paths: [FilePath], _ occasion: Occasion, _ surroundings: AwaitedSurroundings,
    refusal: String? = nil, listed: [FolderEntry]? = nil,
    while goesOn: @Sendable () -> Bool = { true }
  ) throws -> [ScannedPicture?] {
    let detector = try requireDetector()
    let threads = setup.threads
    return try concurrentMap(count: paths.count, threads: threads) { index in
      guard index == 0 || goesOn() else { return nil }
      defer { pictureScanned() }
      return try scan(
        paths[index], occasion, surroundings, refusal, listed?[index], with: detector,
        threads: max(1, threads / paths.count))
    }
  }

  private func scan(
    _ path: FilePath, _ occasion: Occasion, _ surroundings: AwaitedSurroundings,
    _ refusal: String?, _ listed: FolderEntry?, with detector: LiveDetector, threads: Int
  ) throws -> ScannedPicture {
    let start = ContinuousClock.now
    var content: PictureContent?
    var findings = ScannedPicture.Findings.none
    let fate: PictureFate
    do {
      let picture = try PictureBytes(
        reading: path, maximumCount: setup.reader.maximumByteCount,
        followingLink: occasion.followsLinks
      )
      // What was written over since it was listed may be half of another picture: the next look at the inbox takes it.
      guard listed == nil || folderEntry(at: path) == listed else {
        throw PictureUnreadable(path: path, reason: .noSuchFileOrDirectory)
      }
      content = picture.content
      FaultPoint.reach(.pictureRead, of: path.lastComponent?.string ?? "")
      switch try prospect(of: picture.content, occasion, surroundings) {
      case .decided(let decided): fate = decided
      case .toBeMined where refusal != nil: fate = .refused(refusal!)
      case .toBeMined(let prospect):
        (fate, findings) = try mine(picture, occasion, prospect, with: detector, threads: threads)
      }
    } catch let error as PictureUnreadable {
      guard !error.isMachineFailing else { throw error }
      fate = .unreadable(error.reason)
    } catch let error as PictureRefused {
      fate = .refused(error.reason)
    } catch is PictureSlow {
      fate = .slow
    }
    return ScannedPicture(
      path: path, digest: content?.digest, byteCount: content?.byteCount ?? 0,
      generation: detector.generation, fate: fate, findings: findings,
      duration: start.duration(to: .now))
  }

  /// Decodes a picture and looks at it.
  /// - Parameter object: what is known of it, where it is in `image_dataset`.
  private func mine(
    _ picture: PictureBytes, _ occasion: Occasion, _ object: ObjectPicture?,
    with detector: LiveDetector, threads: Int
  ) throws -> (PictureFate, ScannedPicture.Findings) {
    let image = try decoded(picture, isHurried: occasion == .droppedIn)
    if occasion.isNew, object == nil, let original = try objectPictures.original(of: image) {
      return (refusedAsObject("it is a copy of \(original)"), .none)
    }
    guard occasion != .chosenAsNegative else { return (.mined, detector.take(image)) }
    let findings = detector.mine(
      image, besides: object?.negatives?.objects ?? [],
      doubt: try doubt(picture.digest, occasion, detector),
      choice: HitChoice(setup.mining, isDropped: !occasion.isChosen), threads: threads)
    // Who names a held-out picture sees what the detector makes of it.
    let isShown =
      try occasion.isChosen && (object?.isHeldOut ?? isHeldOutNegative(picture.content))
    return (isShown ? .shown : .mined, findings)
  }

  /// Which windows of a picture wait for a person.
  private func doubt(_ digest: SHA256Digest, _ occasion: Occasion, _ detector: LiveDetector) throws
    -> Doubt
  {
    guard !occasion.isChosen, let margin = detector.reviewMargin else { return .none }
    return Doubt(margin: margin, known: try ledger.hardNegatives(of: digest))
  }

  /// Makes what was found durable, in one transaction, and tells it.
  func acknowledge(_ pictures: [ScannedPicture]) throws -> [PictureReport] {
    let acknowledged = pictures.map { AcknowledgedPicture($0, setup.hog) }
    var added = try ledger.acknowledge(acknowledged.compactMap(\.self)).makeIterator()
    let new = acknowledged.map { $0 == nil ? [] : added.next()! }
    var sinceTraining =
      try ledger.counts().sinceTraining - new.joined().count { !$0.isSetAside }
    return zip(pictures, new).map { picture, new in
      sinceTraining += new.count { !$0.isSetAside }
      return PictureReport(picture, new: new, sinceTraining: sinceTraining)
    }
  }
}

extension AcknowledgedPicture {
  /// What the ledger is told of a picture; nil where there is nothing to tell.
  fileprivate init?(_ picture: ScannedPicture, _ hog: HOGDescriptor) {
    guard picture.fate.isNew, let digest = picture.digest, let name = picture.path.lastComponent
    else { return nil }
    guard picture.fate == .mined else {
      self.init(sha256: digest, name: name, isHeldOut: true, generation: nil, windows: 0)
      return
    }
    let found = picture.findings
    self.init(
      sha256: digest, name: name, generation: picture.generation, windows: found.windows,
      hardNegatives: found.hardNegatives, features: found.features, hog: hog)
  }
}
