package import Corpus
internal import Detecting
package import Digest
internal import Pictures
package import SystemPackage

/// The outcome of one picture, for reporting.
package struct PictureReport: Sendable {
  package let picture: FilePath
  package internal(set) var fate: PictureFate
  /// nil if the picture could not be read.
  package let sha256: SHA256Digest?
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

  package init(
    picture: FilePath, fate: PictureFate, sha256: SHA256Digest?, windows: Int = 0,
    hits: [HardNegative] = [], new: [HardNegative] = [], generation: Int?, duration: Duration,
    sinceTraining: Int
  ) {
    self.picture = picture
    self.fate = fate
    self.sha256 = sha256
    self.windows = windows
    self.hits = hits
    self.new = new
    self.generation = generation
    self.duration = duration
    self.sinceTraining = sinceTraining
  }

  /// - Parameters:
  ///   - new: what the ledger did not know of it before.
  ///   - sinceTraining: hard negatives since the last training, this picture's included.
  init(_ picture: ScannedPicture, new: [HardNegative] = [], sinceTraining: Int = 0) {
    self.init(
      picture: picture.path, fate: picture.fate, sha256: picture.digest,
      windows: picture.findings.windows,
      hits: picture.findings.hardNegatives.sorted { $0.margin > $1.margin }, new: new,
      generation: picture.generation, duration: picture.duration, sinceTraining: sinceTraining)
  }

  /// Why it cannot be used, or stays where it is; nil if there is no problem.
  package var problem: String? {
    switch fate {
    case .mined, .known, .heldOut, .shown: nil
    case .refused(let reason), .refusedAsObject(let reason), .unplaced(let reason): reason
    case .unreadable(let reason): PictureUnreadable(path: picture, reason: reason).advice
    case .slow: "it takes long to decode"
    case .unmovable: "it cannot be moved; remove it, or let the service's user move it"
    }
  }

  /// How many new hard negatives will be trained on.
  package var hardNegatives: Int { new.count { !$0.isSetAside } }
  /// How many wait for a person, because the picture may show the object there.
  package var setAside: Int { new.count { $0.isSetAside } }
  /// Whether nothing of it is trained on until a person has decided.
  package var isSetAsideWhole: Bool { setAside > 0 && setAside == new.count }
  package var looksLikeObject: Bool {
    if case .refusedAsObject = fate { true } else { isSetAsideWhole }
  }

  /// The same for a picture whose fate changed afterwards.
  func with(_ fate: PictureFate) -> PictureReport {
    var report = self
    report.fate = fate
    return report
  }
}
