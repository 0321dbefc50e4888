internal import Detection
internal import Settings

/// Which of a picture's hits are kept.
struct HitChoice: Sendable {
  /// The most that are kept, the most confident; nil: all.
  let limit: Int?
  /// Of those that overlap by more than this, intersection over union, only the most confident is
  /// kept; nil: all.
  let overlap: Double?

  init(limit: Int?, overlap: Double?) {
    self.limit = limit
    self.overlap = overlap
  }

  init(_ settings: Settings) {
    self.init(limit: settings.hnMaxPerImage, overlap: settings.hnOverlapThresh)
  }

  /// The hits that are kept, in the order they had.
  func chosen(of hits: [ScanHit]) -> [ScanHit] {
    let limit = limit ?? .max
    guard hits.count > limit || overlap != nil else { return hits }
    var kept: [Int] = []
    for index in hits.indices.sorted(by: { (hits[$1].margin, $0) < (hits[$0].margin, $1) }) {
      guard kept.count < limit else { break }
      let box = hits[index].box
      if let overlap,
        kept.contains(where: { hits[$0].box.intersectionOverUnion(with: box) > overlap })
      {
        continue
      }
      kept.append(index)
    }
    return kept.sorted().map { hits[$0] }
  }
}
