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

// A picture's path: read once → identified by its content → known? → decoded → scanned → acknowledged → moved. Known,
// held-out or broken pictures leave the path earlier, with their fate.

extension Miner {
  /// Mines pictures of the inbox, acknowledges them together, and moves them out of it.
  ///
  /// Unusable pictures go to quarantine with the reason beside them; pictures that the machine cannot read stay where they
  /// are.
  /// - Parameters:
  ///   - pictures: entries of the inbox that are complete.
  ///   - refusal: why to quarantine these unseen; nil to mine them.
  ///   - acknowledged: called with the pictures once the ledger has acknowledged them, whatever happens afterwards.
  ///   - goesOn: asked before each picture but the first; after a false, no other is started.
  ///   - notBegun: called with those that were not started, which stay as they are.
  /// - Returns: one report per picture, in their order; pictures that have vanished, were replaced or are being overwritten
  ///   are left
  /// out.
  /// - Throws: if the machine fails (disk full, I/O error) or there is no model; no unacknowledged picture has been moved
  ///   then, and
  /// calling again is safe.
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
    // An overwritten file is another picture, and the next listing of the inbox takes it.
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

  /// Reads and scans pictures: one picture per thread if there are many, bands of each if few.
  /// - Parameters:
  ///   - listed: the files that are meant; nil: whatever is there.
  ///   - goesOn: asked before each picture but the first.
  /// - Returns: nil for pictures that were not started, because `goesOn` was false.
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
      // A file overwritten since it was listed may be half of another picture: the next listing of the inbox takes it.
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

  /// Decodes a picture and scans it.
  /// - Parameter object: what is known of it, if it is in `image_dataset`.
  private func mine(
    _ picture: PictureBytes, _ occasion: Occasion, _ object: ObjectPicture?,
    with detector: LiveDetector, threads: Int
  ) throws -> (PictureFate, ScannedPicture.Findings) {
    let image = try decoded(picture, isHurried: occasion == .droppedIn)
    if occasion.isNew, object == nil, let original = try objectPictures.original(of: image) {
      return (refusedAsObject("it is a copy of \(original)", occasion), .none)
    }
    guard occasion != .chosenAsNegative else { return (.mined, detector.take(image)) }
    let findings = detector.mine(
      image, besides: object?.negatives?.objects ?? [],
      doubt: try doubt(picture.digest, occasion, detector),
      choice: HitChoice(setup.mining, isDropped: !occasion.isChosen), threads: threads)
    // Naming a held-out picture shows the detector's result.
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

  /// Makes the results durable, in one transaction, and reports them.
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
  /// What to record of a picture in the ledger; nil if there is nothing to record.
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
