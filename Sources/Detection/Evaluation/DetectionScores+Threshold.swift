extension DetectionScores {
  /// How many objects detections above a threshold find, and how many false positives there are.
  package struct Counts: Sendable, Equatable {
    package let missed: Int
    package let falsePositives: Int
  }

  /// What is missed, and the false positives, with detections above the threshold.
  package func counts(above threshold: Double) -> Counts {
    Counts(
      missed: objectCount - hits.count { $0 > threshold },
      falsePositives: falsePositives.count { $0 > threshold })
  }

  /// The lowest threshold above which there are at most this many false positives per image.
  ///
  /// Of n pictures, k = ⌊target · n⌋ false positives may lie above it: so it lies above the misfire of rank k + 1 and all with the
  /// same score, halfway to the next detection, so that rounding does not matter.
  /// - Parameters:
  ///   - target: false positives per image, at least 0.
  ///   - least: the lowest score that was evaluated: the threshold if there are no more false positives than that.
  /// - Precondition: there is a picture.
  package func threshold(atFalsePositivesPerImage target: Double, least: Double) -> Double {
    precondition(imageCount > 0 && target >= 0, "\(target) in \(imageCount) pictures")
    // 0.1 · 30 is a little more than 3 in binary, and 0.7 · 10 could be a little less than 7.
    let allowed = (target * Double(imageCount) + 1e-9).rounded(.down)
    guard allowed < Double(falsePositives.count) else { return least }
    let last = falsePositives.sorted(by: >)[Int(allowed)]
    let next = (hits + falsePositives).lazy.filter { $0 > last }.min()
    return max(least, next.map { (last + $0) / 2 } ?? last + 1e-3 * (1 + abs(last)))
  }

  /// All distinct scores, the highest first, and what detections of at least that score find.
  package func table() -> [(score: Double, counts: Counts)] {
    cumulated().map {
      ($0.score, Counts(missed: objectCount - $0.found, falsePositives: $0.falsePositives))
    }
  }
}
