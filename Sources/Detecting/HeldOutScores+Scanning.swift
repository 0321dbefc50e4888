package import Detection
package import Evaluation
package import Pictures
package import Settings

extension LinearSVM {
  /// Scans held-out pictures: which objects are found, and where the detector misfires.
  ///
  /// An object is found by a detection that overlaps it by half (intersection over union) and has not found another. Other
  /// detections in annotated pictures count only if there are no pictures without the object, or if `object_clearance` says
  /// that all of their objects have boxes. A detection half of which lies in an ignored object counts as neither. A picture
  /// that is one whole object is scanned as one window. Unreadable pictures are left out, and noted in the set.
  package func scores(
    on set: EvaluationSet, _ plan: DetectionPlan, by reader: PictureReader,
    progress: @escaping ProgressHandler = { _ in }
  ) throws -> HeldOutScores {
    let scanner = HeldOutScanner(self, plan)
    let pictures = set.pictures
    let counter = ProgressCounter("pictures evaluated", total: pictures.count, progress)
    let scores = try concurrentMap(count: pictures.count, threads: reader.threads) { index in
      defer { counter.advance() }
      return try set.leftOut.unlessUnusable { try reader.picture(at: pictures[index].path) }
        .map { scanner.scores(of: $0, pictures[index]) }
    }
    return HeldOutScores(scores, on: set)
  }
}

/// Has one model look at held-out pictures.
struct HeldOutScanner: Sendable {
  private let scanner: ObjectScanner

  init(_ model: LinearSVM, _ plan: DetectionPlan) {
    scanner = ObjectScanner(model: model, minimumMargin: LinearSVM.lowestMargin, plan)
  }

  /// - Parameter picture: what the pixels are of, and what they show.
  func scores(of pixels: GrayImage, _ picture: AnnotatedPicture) -> PictureScores {
    let found =
      picture.isWhole
      ? [scanner.object(ofWhole: pixels)].compactMap(\.self) : scanner.objects(in: pixels)
    return PictureScores(
      found.map { (box: $0.box, score: $0.margin) }, showing: picture.boxes,
      ignoring: picture.ignored)
  }
}

extension EvaluationSet {
  /// All pictures of the set, those that are annotated first.
  var pictures: [AnnotatedPicture] {
    annotated + negatives.map(AnnotatedPicture.init(withoutObject:))
  }
}

extension HeldOutScores {
  /// - Parameter scores: of each of the set's pictures; nil for those that cannot be used.
  init(_ scores: [PictureScores?], on set: EvaluationSet) {
    let beside = set.beside
    let besideObjects = zip(set.annotated, scores).compactMap { picture, scores in
      beside.contains(picture.path)
        ? scores.map { PictureScores(falsePositives: $0.falsePositives) } : nil
    }
    self.init(
      annotated: scores.prefix(set.annotated.count).compactMap(\.self),
      negatives: scores.suffix(set.negatives.count).compactMap(\.self) + besideObjects)
  }
}
