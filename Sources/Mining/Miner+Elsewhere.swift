package import Corpus
internal import Detecting
package import Detection
internal import Evaluation
package import Pictures
internal import Settings
package import SystemPackage

// Pictures that another machine has scanned: what one machine alone would refuse of them is refused here.

/// What is to be done with a picture that was mined elsewhere.
package enum StandingHere: Sendable {
  /// Its windows are taken, but for those that show a pixel of these boxes.
  case taken(besides: [Box], known: [HardNegativeRecord])
  /// It measures detectors.
  case heldOut(isKnown: Bool)
  /// Nothing of it is taken, for this reason.
  case refused(String)
}

extension Miner {
  /// What becomes of a picture's windows, by its content alone.
  /// - Parameters:
  ///   - isChosen: whether somebody answered for it where it was mined.
  ///   - surroundings: of all pictures that are asked for.
  /// - Throws: what is wrong with the machine.
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
    // One that somebody chose and that measures was only shown: nobody writes that down.
    if occasion.isChosen, try object?.isHeldOut ?? isHeldOutNegative(picture) {
      return .heldOut(isKnown: true)
    }
    return .taken(
      besides: object?.negatives?.objects ?? [],
      known: try record.map { try ledger.hardNegatives(ofPicture: $0.id) } ?? [])
  }

  /// What the surroundings of a merge are looked up in.
  package func awaitedSurroundings() -> AwaitedSurroundings { AwaitedSurroundings(of: self) }

  /// Names the pictures of `image_dataset` that copies can be told of; nil where there are none.
  /// - Throws: what is wrong with the machine.
  package func objectsFingerprint() throws -> String? { try objectPictures.fingerprint() }

  /// The picture of `image_dataset` that another one is a copy of, resized or compressed again.
  /// - Parameter path: where it was read on the other machine, which may be where it lies here too.
  /// - Returns: nil where it is none.
  /// - Throws: `PictureUnreadable`, `PictureChanged` or `PictureRefused` where it cannot be looked at here, and what is wrong
  ///   with the machine.
  package func original(of picture: PictureContent, at path: FilePath) throws -> FilePath? {
    let bytes = try PictureBytes(
      kept: path, as: picture.digest, maximumCount: setup.reader.maximumByteCount)
    return try objectPictures.original(of: bytes.decoded(by: setup.reader))
  }
}
