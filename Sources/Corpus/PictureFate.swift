package import SystemPackage

/// A picture's outcome: one type for scan, ledger, inbox, journal and metrics.
package enum PictureFate: Sendable, Hashable {
  /// Scanned, and its hard negatives kept.
  case mined
  /// Its content was mined or held out before.
  case known
  /// It measures detectors, so nothing of it is learnt.
  case heldOut
  /// The same, but a person named it: it was scanned to show the result.
  case shown
  /// It cannot be used, for this reason; one in the inbox goes to quarantine.
  case refused(String)
  /// The same, because it is in `image_dataset`.
  case refusedAsObject(String)

  // Pictures that stay where they are.

  /// It cannot be read.
  case unreadable(Errno)
  /// It is slow to decode, and others must not wait for it: `Miner.decodeSlow` comes first.
  case slow
  /// It is refused, for this reason, and quarantine is full.
  case unplaced(String)
  /// It is done, but the system does not let it be moved.
  case unmovable

  /// Why it goes to quarantine; nil for one that does not.
  package var refusal: String? {
    switch self {
    case .refused(let reason), .refusedAsObject(let reason): reason
    case .mined, .known, .heldOut, .shown, .unreadable, .slow, .unplaced, .unmovable: nil
    }
  }

  /// Whether it stays where it is.
  package var isLeftInPlace: Bool {
    switch self {
    case .unreadable, .slow, .unplaced, .unmovable: true
    case .mined, .known, .heldOut, .shown, .refused, .refusedAsObject: false
    }
  }

  /// Whether the ledger records it as new.
  package var isNew: Bool { self == .mined || self == .heldOut }
}

extension PictureRecord {
  /// The fate of a picture with this content when it arrives again.
  package var fateOnReturn: PictureFate {
    switch state {
    case .mined, .heldOut: .known
    case .quarantined: .refused(reason ?? "it was refused before")
    case .forgotten: .refused(forgettingInWords ?? "it was forgotten")
    }
  }
}
