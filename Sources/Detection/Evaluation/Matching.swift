extension Box {
  /// Width times height in pixels; 0 for an empty box. Not whole, because a box from a file may be of any size.
  var area: Double { Double(max(size.width, 0)) * Double(max(size.height, 0)) }

  /// The part both boxes cover of what either covers, in 0...1.
  package func intersectionOverUnion(with other: Box) -> Double {
    let common = common(with: other)
    let union = area + other.area - common.area
    return union > 0 ? common.area / union : 0
  }

  /// The part of this box that the other covers, in 0...1.
  package func share(coveredBy other: Box) -> Double {
    let common = common(with: other)
    return area > 0 ? common.area / area : 0
  }

  /// Whether there is a pixel in both.
  package func overlaps(_ other: Box) -> Bool { !common(with: other).isEmpty }

  private func common(with other: Box) -> Box {
    Box(x0: max(x0, other.x0), y0: max(y0, other.y0), x1: min(x1, other.x1), y1: min(y1, other.y1))
  }
}

/// Decides which detections of one picture show an object.
///
/// Each detection in turn takes the object it overlaps most, if by at least `minimumOverlap`, and
/// no other may take that one again.
/// - Parameters:
///   - detections: most confident first.
///   - minimumOverlap: intersection over union, in 0...1.
/// - Returns: for each detection whether it took an object.
/// - SeeAlso: Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2010.
package func matchDetections(
  _ detections: [Box], to objects: [Box], minimumOverlap: Double = 0.5
) -> [Bool] {
  matchedObjects(detections, objects, minimumOverlap: minimumOverlap).map { $0 != nil }
}

/// The same, by the object's index.
/// - Returns: for each detection the object that it took; nil if it took none.
func matchedObjects(
  _ detections: [Box], _ objects: [Box], minimumOverlap: Double = 0.5
) -> [Int?] {
  var free = Array(objects.indices)
  return detections.map { detection in
    let overlaps = free.map { detection.intersectionOverUnion(with: objects[$0]) }
    guard let best = overlaps.indices.max(by: { overlaps[$0] < overlaps[$1] }),
      overlaps[best] >= minimumOverlap
    else { return nil }
    return free.remove(at: best)
  }
}
