package import Corpus
package import Digest
package import SystemPackage

/// What became of one picture.
package struct PictureReport: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// Scanned, and its hard negatives kept.
    case mined
    /// Its content was mined or held out before.
    case known
    /// Put by to measure detectors.
    case heldOut
    /// It cannot be used, for this reason.
    case quarantined(String)
    /// It could not be read or moved, for this reason, and was left where it is.
    case left(String)
  }

  package let picture: FilePath
  /// nil where the picture could not be read.
  package let sha256: SHA256Digest?
  package internal(set) var outcome: Outcome
  /// The windows that were scored.
  package let windows: Int
  /// The windows the detector misfired on, most confident first.
  package let hits: [HardNegative]
  /// Those of them that were not known before.
  package let new: [HardNegative]
  /// The generation that scanned it.
  package let generation: Int?
  /// From opening the file to the end of the scan.
  package let duration: Duration
  /// Hard negatives since the last training, this picture's included.
  package let sinceTraining: Int
  /// Whether it was refused since it is in `image_dataset`.
  package let isObject: Bool
  /// Whether it was left where it is as quarantine is full.
  package internal(set) var isForWantOfRoom = false
  /// Whether it was left where it is as it takes long to decode: `Miner.decodeSlow` comes first.
  package var isSlow = false

  package init(
    picture: FilePath, outcome: Outcome, sha256: SHA256Digest?, windows: Int = 0,
    hits: [HardNegative] = [], new: [HardNegative] = [], generation: Int?, duration: Duration,
    sinceTraining: Int, isObject: Bool = false
  ) {
    self.picture = picture
    self.outcome = outcome
    self.sha256 = sha256
    self.windows = windows
    self.hits = hits
    self.new = new
    self.generation = generation
    self.duration = duration
    self.sinceTraining = sinceTraining
    self.isObject = isObject
  }

  /// How many new hard negatives will be trained on.
  package var hardNegatives: Int { new.count { !$0.isSetAside } }
  /// How many wait for a person, since the picture may show the object there.
  package var setAside: Int { new.count { $0.isSetAside } }
  /// Whether nothing of it is trained on before a person has looked.
  package var isSetAsideWhole: Bool { setAside > 0 && setAside == new.count }
  package var looksLikeObject: Bool { isObject || isSetAsideWhole }
}
