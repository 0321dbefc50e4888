internal import Corpus
internal import Digest
internal import Evaluation
internal import Pictures
internal import Settings
internal import SystemPackage

/// What a picture's content says before it is decoded.
enum Prospect {
  case decided(PictureFate)
  /// It must be decoded and scanned; with what is known of it if it is in `image_dataset`.
  case toBeMined(ObjectPicture?)
}

/// A picture of `image_dataset`, and what may be learnt from it.
struct ObjectPicture {
  /// Where it is there.
  let path: FilePath
  /// nil: none of it may be mined.
  let negatives: NegativePicture?
  /// Whether it measures, so that nothing of it may be learnt.
  let isHeldOut: Bool
}

extension Miner {
  /// A picture's fate by its content alone.
  func prospect(
    of picture: PictureContent, _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> Prospect {
    let record = try ledger.picture(picture.digest)
    switch occasion {
    case .droppedIn, .listed:
      if let record { return .decided(record.fateOnReturn) }
    case .keptAfterDrop:
      // An overwritten file is another picture, which nobody dropped.
      guard record?.state == .mined else { return .decided(.unreadable(.noSuchFileOrDirectory)) }
    case .chosen, .chosenAsNegative:
      if let record, record.state == .forgotten { return .decided(record.fateOnReturn) }
    }
    // For a picture in image_dataset, this is already decided: no other share may hold it out as a picture without the
    // object.
    if let object = try objectPicture(picture, surroundings) {
      return refusal(of: object, occasion).map { .decided($0) } ?? .toBeMined(object)
    }
    let isHeldOut =
      try occasion.isNew
      && (HeldOutShare(setup.mining.heldOutShare).contains(picture.digest)
        || isHeldOutNegative(picture))
    return isHeldOut ? .decided(.heldOut) : .toBeMined(nil)
  }

  /// What is known of a picture in `image_dataset`, by its content; nil for others.
  func objectPicture(_ picture: PictureContent, _ surroundings: AwaitedSurroundings) throws
    -> ObjectPicture?
  {
    guard let path = try objectPictures.picture(of: picture) else { return nil }
    guard setup.objects.clearance != nil else {
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

  /// Whether the picture is one of `image_distractions` that measures detectors: once mined, it could no longer measure.
  func isHeldOutNegative(_ picture: PictureContent) throws -> Bool {
    guard HeldOutShare(setup.negatives.heldOutShare).contains(picture.digest),
      try negativeFolder.picture(of: picture) != nil
    else { return false }
    return try ledger.picture(picture.digest)?.state != .mined
  }

  /// Why nothing in a picture of `image_dataset` is a negative; nil if the surroundings of its objects may be.
  private func refusal(of object: ObjectPicture, _ occasion: Occasion) -> PictureFate? {
    let likeness = "its content is that of \(object.path)"
    if occasion == .chosenAsNegative || setup.objects.clearance == nil {
      return refusedAsObject(likeness, occasion)
    }
    if object.negatives == nil {
      return .refusedAsObject(
        "\(likeness) in image_dataset, whose annotation cannot be used: correct it"
      )
    }
    if object.isHeldOut, !occasion.isChosen {
      return .refusedAsObject(
        "it is held out to measure detectors, because \(likeness) in image_dataset, which was not chosen for training"
      )
    }
    return nil
  }

  func refusedAsObject(_ likeness: String, _ occasion: Occasion) -> PictureFate {
    let remedy =
      occasion.isQuarantining
      ? ", and retry the quarantined ones with `misfire retry`" : ""
    return .refusedAsObject(
      """
      it shows the object, because \(likeness) in image_dataset; if it does not, remove that one from image_dataset\(remedy)
      """)
  }
}
