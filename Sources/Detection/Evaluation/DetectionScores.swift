#if canImport(Glibc)
  internal import Glibc
#endif

/// A detector's results on pictures that it did not learn from, as scores.
package struct DetectionScores: Sendable, Equatable {
  /// The scores of detections that show an object, in any order.
  package var hits: [Double]
  /// The scores of detections that do not.
  package var falsePositives: [Double]
  /// The number of objects, found or not.
  package var objectCount: Int
  /// The number of pictures in which false positives were counted.
  package var imageCount: Int

  package init(
    hits: [Double] = [], falsePositives: [Double] = [], objectCount: Int = 0, imageCount: Int = 0
  ) {
    self.hits = hits
    self.falsePositives = falsePositives
    self.objectCount = objectCount
    self.imageCount = imageCount
  }

  /// Whether there is an object to miss and a picture to misfire in.
  package var isMeasurable: Bool { objectCount > 0 && imageCount > 0 }
}

extension DetectionScores {
  /// What is missed, and the false positives, with detections from one score on.
  package struct OperatingPoint: Sendable, Equatable {
    /// Detections of at least this score count.
    package let score: Double
    /// The part of the objects that is missed, in 0...1.
    package let missRate: Double
    package let falsePositivesPerImage: Double
  }

  /// The curve of all operating points, from no detection at all to every one.
  ///
  /// - Complexity: O(n log n) in the number of detections.
  /// - Precondition: `isMeasurable`.
  package func missRateCurve() -> [OperatingPoint] {
    precondition(isMeasurable, "\(objectCount) objects, \(imageCount) pictures")
    var curve = [OperatingPoint(score: .infinity, missRate: 1, falsePositivesPerImage: 0)]
    for (score, found, falsePositives) in cumulated() {
      curve.append(
        OperatingPoint(
          score: score, missRate: 1 - Double(found) / Double(objectCount),
          falsePositivesPerImage: Double(falsePositives) / Double(imageCount)))
    }
    return curve
  }

  /// The geometric mean of the miss rates at nine numbers of false positives per image, evenly
  /// spaced in logarithm from 0.01 to 1: one number for the whole curve, lower is better.
  ///
  /// A curve that ends before one of the nine counts with its last miss rate there. If nothing is missed, half an object
  /// counts as missed: this many objects cannot show less, and one perfect point would otherwise outweigh the eight others.
  /// - Precondition: `isMeasurable`.
  /// - SeeAlso: Dollár, Wojek, Schiele & Perona, Pedestrian Detection, PAMI 2012.
  package func logAverageMissRate() -> Double {
    precondition(isMeasurable, "\(objectCount) objects, \(imageCount) pictures")
    var average = LogAverage(objectCount: objectCount, imageCount: imageCount)
    for (_, found, falsePositives) in cumulated() {
      average.add(found: found, falsePositives: falsePositives)
    }
    return average.value
  }

  /// The area under precision over recall, each recall weighed with the precision it is reached at.
  /// - Precondition: there is an object.
  package func averagePrecision() -> Double {
    precondition(objectCount > 0, "no object")
    // Divided once at the end, so that the sum cannot exceed 1 by a rounding error.
    var (area, lastFound) = (0.0, 0)
    for (_, found, falsePositives) in cumulated() {
      let precision = Double(found) / Double(found + falsePositives)
      area += precision * Double(found - lastFound)
      lastFound = found
    }
    return area / Double(objectCount)
  }

  /// For each distinct score, the highest first: how many hits and false positives have at least that.
  func cumulated() -> [(score: Double, found: Int, falsePositives: Int)] {
    let detections =
      (hits.map { ($0, true) } + falsePositives.map { ($0, false) }).sorted { $0.0 > $1.0 }
    var steps: [(score: Double, found: Int, falsePositives: Int)] = []
    var (found, falsePositives) = (0, 0)
    for (score, isHit) in detections {
      if isHit { found += 1 } else { falsePositives += 1 }
      if steps.last?.score == score { steps.removeLast() }
      steps.append((score, found, falsePositives))
    }
    return steps
  }
}
