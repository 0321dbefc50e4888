package import Corpus
internal import Detecting
package import Detection
internal import Evaluation
package import Pictures
internal import Settings
package import SystemPackage

// Pictures that another machine has scanned: those that one machine alone would refuse are refused here.

/// What to do with a picture that was mined elsewhere.
package enum StandingHere: Sendable {
  /// Its windows are accepted, except those that show a pixel of these boxes.
  case taken(besides: [Box], known: [HardNegativeRecord])
  /// It measures detectors.
  case heldOut(isKnown: Bool)
  /// Nothing of it is taken, for this reason.
  case refused(String)
}

extension Miner {
  /// What to do with a picture's windows, by its content alone.
  /// - Parameters:
  ///   - isChosen: whether a person vouched for it where it was mined.
  ///   - surroundings: of all requested pictures.
  /// - Throws: if the machine fails.
  package func standing(
    of picture: PictureContent, isChosen: Bool, _ surroundings: AwaitedSurroundings
  ) throws -> StandingHere {
    let record = try ledger.picture(picture.digest)
    switch record?.state {
    case .heldOut: return .heldOut(isKnown: true)
    case .quarantined where !isChosen, .forgotten:
      return .refused(record!.fateOnReturn.refusal!)
    case .mined, .quarantined, nil: break
    }
    let occasion = isChosen || record != nil ? Occasion.chosen : .listed
    var object: ObjectPicture?
    switch try prospect(of: picture, occasion, surroundings) {
    case .decided(.heldOut): return .heldOut(isKnown: false)
    case .decided(let fate): return .refused(fate.refusal!)
    case .toBeMined(let known): object = known
    }
    // A chosen picture that measures was only shown: that is not recorded.
    if occasion.isChosen, try object?.isHeldOut ?? isHeldOutNegative(picture) {
      return .heldOut(isKnown: true)
    }
    return .taken(
      besides: object?.negatives?.objects ?? [],
      known: try record.map { try ledger.hardNegatives(ofPicture: $0.id) } ?? [])
  }

  /// Where the surroundings of a merge are looked up.
  package func awaitedSurroundings() -> AwaitedSurroundings { AwaitedSurroundings(of: self) }

  /// Identifies the pictures of `image_dataset` whose copies can be recognised; nil if there are none.
  /// - Throws: if the machine fails.
  package func objectsFingerprint() throws -> String? { try objectPictures.fingerprint() }

  /// The picture of `image_dataset` that another one is a resized or recompressed copy of.
  /// - Parameter path: where it was read on the other machine, which may also be its place here.
  /// - Returns: nil if there is none.
  /// - Throws: `PictureUnreadable`, `PictureChanged` or `PictureRefused` if it cannot be read here, or if the machine
  ///   fails.
  package func original(of picture: PictureContent, at path: FilePath) throws -> FilePath? {
    let bytes = try PictureBytes(
      kept: path, as: picture.digest, maximumCount: setup.reader.maximumByteCount)
    return try objectPictures.original(of: bytes.decoded(by: setup.reader))
  }
}
