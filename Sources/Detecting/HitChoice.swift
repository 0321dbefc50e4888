internal import Detection
package import Settings

/// Which of a picture's hits are kept.
package struct HitChoice: Sendable {
  /// The most that are kept, the most confident; nil: all.
  package let limit: Int?
  /// Of those that overlap by more than this (intersection over union), only the most confident is kept; nil: all.
  let overlap: Double?
  /// A picture with more hits than this keeps at most that many, and of neighbours only the most confident, if neither of
  /// the above is set; nil: all.
  let flood: Int?

  /// Hits that overlap by more than this (intersection over union) show the same thing.
  private static let neighbourOverlap = 0.5

  package init(limit: Int?, overlap: Double?, flood: Int? = nil) {
    self.limit = limit
    self.overlap = overlap
    self.flood = flood
  }

  /// - Parameter isDropped: whether the pictures come from the inbox: none of them may fill a whole training by
  /// itself. Chosen pictures give all that the policy asks for.
  package init(_ policy: MiningPolicy, isDropped: Bool) {
    self.init(
      limit: policy.maximumPerPicture, overlap: policy.overlap,
      flood: isDropped ? policy.retrainThreshold : nil)
  }

  /// The hits that are kept, in the order they had.
  package func chosen(of hits: [ScanHit]) -> [ScanHit] {
    if limit == nil, overlap == nil, let flood, hits.count > flood {
      return HitChoice(limit: flood, overlap: Self.neighbourOverlap).chosen(of: hits)
    }
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
