/// Keeps the most confident of the boxes that lie on one another.
///
/// The most confident box is kept, every other that it covers by more than `overlap` of that
/// other's own area is dropped, and so on with what remains. Sizes count both border pixels
/// (x1 − x0 + 1), as in the method's source.
///
/// - Parameters:
///   - scores: one a box; the higher, the more confident. Equal scores keep the order of `boxes`.
///   - overlap: in 0...1.
/// - Returns: the indices of the boxes kept, most confident first.
/// - SeeAlso: Malisiewicz, (Faster) Non-Maximum Suppression in Python, 2015.
public func nonMaximaSuppression(_ boxes: [Box], scores: [Double], overlap: Double) -> [Int] {
  precondition(boxes.count == scores.count, "\(scores.count) scores for \(boxes.count) boxes")
  var waiting = boxes.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }[...]
  var kept: [Int] = []
  while let best = waiting.popFirst() {
    kept.append(best)
    waiting =
      waiting.filter { other in
        covered(boxes[other], by: boxes[best]) <= overlap
      }[...]
  }
  return kept
}

/// The part of `box`'s area that `cover` lies on, in 0...1.
private func covered(_ box: Box, by cover: Box) -> Double {
  let width = max(0, min(box.x1, cover.x1) - max(box.x0, cover.x0) + 1)
  let height = max(0, min(box.y1, cover.y1) - max(box.y0, cover.y0) + 1)
  return Double(width * height) / Double((box.x1 - box.x0 + 1) * (box.y1 - box.y0 + 1))
}
