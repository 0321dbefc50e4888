/// What share of two boxes' areas counts as their overlap.
package enum OverlapMeasure: String, CaseIterable, Sendable {
  /// The share of the less confident box that the other covers, as in the lesson.
  case window
  /// Intersection over union.
  case union
}

/// Keeps the most confident of overlapping boxes.
///
/// The most confident box is kept, every other that overlaps it by more than `overlap` is dropped, and so on with
/// what remains.
///
/// - Parameters:
///   - scores: one per box; the higher, the more confident. Equal scores keep the order of `boxes`.
///   - overlap: in 0...1.
///   - measure: how overlap is measured.
/// - Returns: the indices of the boxes kept, most confident first.
/// - SeeAlso: Malisiewicz, (Faster) Non-Maximum Suppression in Python, 2015.
package func nonMaximaSuppression(
  _ boxes: [Box], scores: [Double], overlap: Double, measure: OverlapMeasure = .window
) -> [Int] {
  precondition(boxes.count == scores.count, "\(scores.count) scores for \(boxes.count) boxes")
  var waiting = boxes.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }[...]
  var kept: [Int] = []
  while let best = waiting.popFirst() {
    kept.append(best)
    waiting =
      waiting.filter { other in
        measure.overlap(of: boxes[other], with: boxes[best]) <= overlap
      }[...]
  }
  return kept
}

extension OverlapMeasure {
  /// In 0...1.
  fileprivate func overlap(of box: Box, with better: Box) -> Double {
    switch self {
    case .window: covered(box, by: better)
    case .union: box.intersectionOverUnion(with: better)
    }
  }
}

/// The part of `box`'s area that `cover` lies on, in 0...1. Sizes count both border pixels (x1 − x0 + 1), as in the
/// method's source.
private func covered(_ box: Box, by cover: Box) -> Double {
  let width = max(0, min(box.x1, cover.x1) - max(box.x0, cover.x0) + 1)
  let height = max(0, min(box.y1, cover.y1) - max(box.y0, cover.y0) + 1)
  return Double(width * height) / Double((box.x1 - box.x0 + 1) * (box.y1 - box.y0 + 1))
}
