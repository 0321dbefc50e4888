package import Detection
package import Evaluation
package import Pictures
package import Settings

extension LinearSVM {
  /// Looks at held-out pictures: what of them is found, and where the detector false positives.
  ///
  /// An object is found by a detection that overlaps it by half (intersection over union) and has
  /// not found another. What else is detected in annotated pictures counts only where there are
  /// no pictures without the object, or where an `object_clearance` says that all of their objects have boxes. A detection half of which lies in an object that is to be
  /// ignored counts as neither. A picture that is nothing but one object is looked at as one window.
  /// Pictures that cannot be read are left out, and noted in the set.
  package func scores(
    on set: EvaluationSet, _ plan: DetectionPlan, by reader: PictureReader,
    progress: @escaping ProgressHandler = { _ in }
  ) throws -> HeldOutScores {
    let scanner = ObjectScanner(
      model: self, minimumMargin: Self.lowestMargin, plan)
    let pictures = set.annotated + set.negatives.map(AnnotatedPicture.init(withoutObject:))
    let counter = ProgressCounter("pictures evaluated", total: pictures.count, progress)
    let scores = try concurrentMap(count: pictures.count, threads: reader.threads) { index in
      defer { counter.advance() }
      return try set.leftOut.unlessUnusable { try reader.picture(at: pictures[index].path) }
        .map { picture in
          let found =
            pictures[index].isWhole
            ? [scanner.object(ofWhole: picture)].compactMap(\.self) : scanner.objects(in: picture)
          return PictureScores(
            found.map { (box: $0.box, score: $0.margin) },
            showing: pictures[index].boxes, ignoring: pictures[index].ignored)
        }
    }
    let beside = set.beside
    let besideObjects = zip(set.annotated, scores).compactMap { picture, scores in
      beside.contains(picture.path)
        ? scores.map { PictureScores(falsePositives: $0.falsePositives) } : nil
    }
    return HeldOutScores(
      annotated: scores.prefix(set.annotated.count).compactMap(\.self),
      negatives: scores.suffix(set.negatives.count).compactMap(\.self) + besideObjects)
  }
}
