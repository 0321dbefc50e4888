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
  }

  let path: FilePath
  let digest: SHA256Digest?
  let generation: Int?
  let result: Result
  let duration: Duration
}

extension LiveDetector {
  /// Scans a picture for the windows this detector misfires on.
  /// - Parameter limit: keeps only so many, the most confident; nil: all.
  /// - Returns: hard negatives by layer, then top to bottom, then left to right.
  func mine(_ picture: GrayImage, limit: Int?, threads: Int) -> ScannedPicture.Result {
    let scan = scanner.scan(picture, threads: threads)
    let hits = scan.hits.count > limit ?? .max ? mostConfident(limit!, of: scan.hits) : scan.hits
    let hardNegatives = hits.map { hit in
      HardNegative(
        box: hit.box, layer: hit.layer, margin: hit.margin,
        probability: model.sigmoid.probability(of: hit.margin))
    }
    let features = scanner.features(of: hits.map(\.box), in: picture, threads: threads)
    return .mined(windows: scan.windows, hardNegatives, features: features)
  }

  private func mostConfident(_ limit: Int, of hits: [ScanHit]) -> [ScanHit] {
    let kept = hits.indices.sorted {
      (hits[$1].margin, $0) < (hits[$0].margin, $1)
    }.prefix(limit)
    return kept.sorted().map { hits[$0] }
  }
}
