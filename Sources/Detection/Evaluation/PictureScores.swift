/// A detector's results on one picture.
package struct PictureScores: Sendable, Equatable {
  /// For each object the score of the detection that shows it; nil if none does.
  package let objects: [Double?]
  /// The scores of the other detections.
  package let falsePositives: [Double]

  package init(objects: [Double?] = [], falsePositives: [Double] = []) {
    self.objects = objects
    self.falsePositives = falsePositives
  }

  /// - Parameters:
  ///   - detections: most confident first, each with its score.
  ///   - ignored: a detection half of which lies in one of these counts as nothing.
  package init(
    _ detections: [(box: Box, score: Double)], showing boxes: [Box], ignoring ignored: [Box] = []
  ) {
    let taken = matchedObjects(detections.map(\.box), boxes)
    var objects = [Double?](repeating: nil, count: boxes.count)
    for (object, detection) in zip(taken, detections) {
      if let object { objects[object] = detection.score }
    }
    self.objects = objects
    falsePositives = zip(taken, detections).filter { object, detection in
      object == nil && !ignored.contains { detection.box.share(coveredBy: $0) >= 0.5 }
    }.map(\.1.score)
  }

  /// How many detections above the threshold show no object.
  func falsePositiveCount(above threshold: Double) -> Int {
    falsePositives.count { $0 > threshold }
  }
}

/// A detector's results on each held-out picture, so that two detectors can be compared picture by picture.
package struct HeldOutScores: Sendable, Equatable {
  /// Pictures that show objects.
  package let annotated: [PictureScores]
  /// Pictures without an object.
  package let negatives: [PictureScores]

  package init(annotated: [PictureScores], negatives: [PictureScores]) {
    self.annotated = annotated
    self.negatives = negatives
  }

  /// The pictures in which false positives are counted: those without an object, or all if there are none.
  package var falsePositivePictures: [PictureScores] { negatives.isEmpty ? annotated : negatives }

  /// Of all pictures together.
  package var total: DetectionScores {
    let objects = annotated.flatMap(\.objects)
    return DetectionScores(
      hits: objects.compactMap(\.self),
      falsePositives: falsePositivePictures.flatMap(\.falsePositives),
      objectCount: objects.count, imageCount: falsePositivePictures.count)
  }
}
