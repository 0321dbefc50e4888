internal import Corpus
internal import Digest
internal import Evaluation
internal import Pictures
internal import Settings
internal import SystemPackage

/// What is known of a picture before anybody looks at it, by its content.
enum Prospect {
  case decided(PictureFate)
  /// It is to be decoded and scanned; what is known of it where it is in `image_dataset`.
  case toBeMined(ObjectPicture?)
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

extension Miner {
  /// What becomes of a picture by its content alone.
  func prospect(
    of picture: PictureContent, _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> Prospect {
    let record = try ledger.picture(picture.digest)
    switch occasion {
    case .droppedIn, .listed:
      if let record { return .decided(record.fateOnReturn) }
    case .keptAfterDrop:
      // One that was written over is another picture, which nobody dropped in.
      guard record?.state == .mined else { return .decided(.unreadable(.noSuchFileOrDirectory)) }
    case .chosen, .chosenAsNegative:
      if let record, record.state == .forgotten { return .decided(record.fateOnReturn) }
    }
    // Whether one of these measures has been decided: no other share may hold it out as a picture without the object.
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

  /// Whether the picture is one of `image_distractions` that measures detectors: mined, it would measure nothing any more.
  func isHeldOutNegative(_ picture: PictureContent) throws -> Bool {
    guard HeldOutShare(setup.negatives.heldOutShare).contains(picture.digest),
      try negativeFolder.picture(of: picture) != nil
    else { return false }
    return try ledger.picture(picture.digest)?.state != .mined
  }

  /// Why nothing of a picture that is in `image_dataset` is a negative; nil where what lies around its objects may be.
  private func refusal(of object: ObjectPicture, _ occasion: Occasion) -> PictureFate? {
    let likeness = "its content is that of \(object.path)"
    if occasion == .chosenAsNegative || setup.objects.clearance == nil {
      return refusedAsObject(likeness)
    }
    if object.negatives == nil {
      return .refusedAsObject(
        "where its objects are is unknown, and \(likeness) in image_dataset: correct its annotation"
      )
    }
    if object.isHeldOut, !occasion.isChosen {
      return .refusedAsObject(
        "it is held out to measure detectors, because \(likeness) in image_dataset, which was not chosen for training"
      )
    }
    return nil
  }

  func refusedAsObject(_ likeness: String) -> PictureFate {
    .refusedAsObject(
      """
      it shows the object, because \(likeness) in image_dataset; if it does not, remove that one from image_dataset, and \
      retry the quarantined ones with `misfire retry`
      """)
  }
}
