internal import Corpus
internal import Detecting
internal import Detection
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage

/// What is accepted of one picture of a shard.
struct TakenPicture {
  enum Kind { case taken, known, heldOut, refused, repeated }

  let kind: Kind
  /// Whether the ledger must record it.
  var isToldOf = false
  /// The accepted windows, each with its index among the picture's windows.
  var windows: [(index: Int, HardNegative)] = []
  /// The number of windows that are not among the most confident.
  var lessConfident = 0
  /// Whether it was impossible to check that it is no copy of a picture of image_dataset.
  var isNotCompared = false

  /// Whether the ledger does not know the picture yet.
  var isNew: Bool { kind == .taken || kind == .heldOut && isToldOf }
}

extension ShardMerging {
  /// Decides what to accept of a picture, by the same rules as if it had been mined here.
  func taken(of picture: ShardPicture, _ origin: ShardOrigin, _ run: Run) throws -> TakenPicture {
    guard let digest = picture.digest else { return TakenPicture(kind: .refused) }
    switch picture.outcome {
    case .refused, .object, .unreadable: return TakenPicture(kind: .refused)
    case .known: return TakenPicture(kind: .repeated)
    case .mined, .heldOut: break
    }
    let content = PictureContent(digest: digest, byteCount: picture.byteCount)
    let standing = try miner.standing(of: content, isChosen: origin.isChosen, run.surroundings)
    switch standing {
    case .refused:
      return TakenPicture(kind: .refused)
    case .heldOut(let isKnown):
      return TakenPicture(kind: .heldOut, isToldOf: !isKnown)
    case .taken where picture.outcome == .heldOut:
      return TakenPicture(kind: .heldOut)
    case .taken(let objects, let known):
      let likeness = try likeness(of: picture, content, origin, run)
      if likeness == .copy { return TakenPicture(kind: .refused) }
      let (chosen, lessConfident) = choose(picture, origin, besides: objects, known, run)
      let isKnown = try !known.isEmpty || miner.ledger.picture(digest) != nil
      let places = Set(known.map(\.hardNegative.box))
      // The ledger need not record again what it already has.
      let isSame = isKnown && chosen.allSatisfy { places.contains($0.1.box) }
      return TakenPicture(
        kind: isKnown ? .known : .taken, isToldOf: !isSame, windows: chosen,
        lessConfident: lessConfident, isNotCompared: likeness == .unknown)
    }
  }

  private enum Likeness { case copy, none, unknown }

  /// Whether the picture is a resized copy of one that shows the object, if the machine that mined it could not tell.
  private func likeness(
    of picture: ShardPicture, _ content: PictureContent, _ origin: ShardOrigin, _ run: Run
  ) throws -> Likeness {
    guard !origin.isChosen, let objects = run.objects, !picture.hardNegatives.isEmpty,
      origin.settings[ShardOrigin.objects] != objects
    else { return .none }
    do {
      return try miner.original(of: content, at: picture.path) == nil ? .none : .copy
    } catch  where error is PictureUnreadable || error is PictureChanged || error is PictureRefused
    {
      return .unknown
    }
  }

  /// Chooses the accepted windows, each with its index among the picture's windows.
  private func choose(
    _ picture: ShardPicture, _ origin: ShardOrigin, besides objects: [Box],
    _ known: [HardNegativeRecord], _ run: Run
  ) -> ([(index: Int, HardNegative)], lessConfident: Int) {
    // While one of its windows waits for review, new windows wait too.
    let isWaiting = !origin.isChosen && known.contains { $0.verdict == .setAside }
    let shown =
      origin.isChosen ? [] : known.filter { $0.verdict == .object }.map(\.hardNegative.box)
    var chosen: [(index: Int, HardNegative)] = []
    var lessConfident = 0
    for (index, found) in picture.hardNegatives.enumerated()
    where !objects.contains(where: { found.box.overlaps($0) }) {
      var window = found
      window.isSetAside =
        found.isSetAside || isWaiting || shown.contains { $0.shows(found.box) }
      if !window.isSetAside, run.choice?.contains(window, of: picture.digest!) == false {
        lessConfident += 1
      } else {
        chosen.append((index, window))
      }
    }
    return (chosen, lessConfident)
  }

  /// The ledger entry for a picture.
  func acknowledged(_ picture: ShardPicture, _ taken: TakenPicture, _ origin: ShardOrigin)
    -> AcknowledgedPicture?
  {
    guard taken.isToldOf, let name = picture.path.lastComponent, let digest = picture.digest
    else { return nil }
    guard taken.kind != .heldOut else {
      return AcknowledgedPicture(
        sha256: digest, name: name, isHeldOut: true, generation: nil, windows: 0)
    }
    let hog = miner.setup.hog
    return AcknowledgedPicture(
      sha256: digest, name: name, generation: origin.generation, windows: picture.windows,
      hardNegatives: taken.windows.map(\.1),
      features: taken.windows.flatMap { index, _ in
        picture.features[(index * hog.featureCount)..<((index + 1) * hog.featureCount)]
      }, hog: hog)
  }
}

extension MergeReport {
  mutating func add(_ found: TakenPicture) {
    pictures += 1
    switch found.kind {
    case .taken: newPictures += 1
    case .known, .repeated: break
    case .heldOut: heldOut += 1
    case .refused: refused += 1
    }
    hardNegatives += found.windows.count
    lessConfident += found.lessConfident
    if found.isNotCompared { notCompared += 1 }
  }
}
