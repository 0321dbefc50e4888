internal import Corpus
internal import Detection
internal import Digest
internal import SystemPackage

/// A picture after the part of its way that changes nothing: read, named by its content and, where
/// that is new, decoded and scanned.
struct ScannedPicture: Sendable {
  enum Result: Sendable {
    case known(ImageRecord)
    case heldOut
    case mined(windows: Int, [HardNegative], features: [Float])
    case refused(String)
    case unreadable(Errno)

    /// Whether the ledger was told of a content that it did not know.
    var isNew: Bool {
      switch self {
      case .heldOut, .mined: true
      case .known, .refused, .unreadable: false
      }
    }
  }

  let path: FilePath
  let digest: SHA256Digest?
  let generation: Int?
  let result: Result
  let duration: Duration

  /// Whether somebody took the picture away before it was read.
  var hasVanished: Bool {
    if case .unreadable(.noSuchFileOrDirectory) = result { true } else { false }
  }
}

extension LiveDetector {
  /// Scans a picture for the windows this detector misfires on.
  /// - Parameter isDoubted: whether the picture might show the object: windows that look too much
  ///   like it are set aside then.
  /// - Returns: hard negatives by layer, then top to bottom, then left to right.
  func mine(_ picture: GrayImage, isDoubted: Bool, choice: HitChoice, threads: Int)
    -> ScannedPicture.Result
  {
    let scan = scanner.scan(picture, threads: threads)
    let hits = choice.chosen(of: scan.hits)
    let limit = isDoubted ? doubtedMargin ?? .infinity : .infinity
    let hardNegatives = hits.map { hit in
      HardNegative(
        box: hit.box, layer: hit.layer, margin: hit.margin,
        probability: model.sigmoid.probability(of: hit.margin), isSetAside: hit.margin > limit)
    }
    let features = scanner.features(of: hits.map(\.box), in: picture, threads: threads)
    return .mined(windows: scan.windows, hardNegatives, features: features)
  }
}
