internal import Detection
internal import Settings

/// What was measured of a detector on pictures that it did not learn from.
public struct EvaluationReport: Sendable, Codable, Equatable {
  /// The objects there are to find, and the pictures without one.
  public let objects, negatives: Int
  /// Misses against false positives per image, in one number, lower is better; nil where there is
  /// no object or no picture without one.
  public let logAverageMissRate: Double?
  /// nil where there is no object.
  public let averagePrecision: Double?
  /// With detections above `min_probability`: the part of the objects that is missed, and the
  /// false positives per image; nil as above.
  public let missRate, falsePositivesPerImage: Double?
  /// The `min_probability` of the settings then; nil for reports from before it was kept.
  public let minProbability: Double?
  /// The steps of the curve: from each on, so much is missed.
  public let curve: [Point]

  public struct Point: Sendable, Codable, Equatable {
    public let margin, missRate, falsePositivesPerImage: Double
  }
}

extension EvaluationReport {
  /// Whether an evaluation may give these numbers.
  var isPossible: Bool {
    let points = curve.map { ($0.missRate, $0.falsePositivesPerImage) }
    let shares =
      [logAverageMissRate, averagePrecision, missRate].compactMap(\.self) + points.map(\.0)
    let rates = [falsePositivesPerImage].compactMap(\.self) + points.map(\.1)
    return [objects, negatives].allSatisfy((0...1 << 48).contains)
      && shares.allSatisfy((0...1).contains) && rates.allSatisfy((0...1e12).contains)
  }
}

extension LinearSVM {
  /// Detections below this margin are not looked at: they are far more than one an image.
  private static let lowestMargin = -1.0

  /// Measures the detector: misses on annotated pictures, misfires on those without the object.
  ///
  /// An object is found by a detection that overlaps it by half (intersection over union) and has
  /// not found another. What else is detected in annotated pictures counts only where there are
  /// no pictures without the object. A detection half of which lies in an object that is to be
  /// ignored counts as neither. Pictures that cannot be read are left out, and noted in the set.
  func evaluate(
    on set: EvaluationSet, settings: Settings, progress: @escaping ProgressHandler = { _ in }
  ) throws -> EvaluationReport {
    let scanner = ObjectScanner(
      model: self, minimumMargin: Self.lowestMargin, settings: settings)
    let pictures = set.annotated + set.negatives.map(AnnotatedPicture.init(withoutObject:))
    let counter = ProgressCounter("pictures evaluated", total: pictures.count, progress)
    let scores = try concurrentMap(count: pictures.count, threads: settings.threads) { index in
      defer { counter.advance() }
      return try set.leftOut.unlessUnusable { try settings.readPicture(pictures[index].path) }
        .map { DetectionScores(scanner.objects(in: $0), showing: pictures[index]) }
    }
    let annotated = scores.prefix(set.annotated.count).compactMap(\.self)
    let negatives = scores.suffix(set.negatives.count).compactMap(\.self)
    let misfired = set.negatives.isEmpty ? annotated : negatives
    return EvaluationReport(
      DetectionScores(
        hits: annotated.flatMap(\.hits), misfires: misfired.flatMap(\.misfires),
        objectCount: annotated.map(\.objectCount).reduce(0, +), imageCount: misfired.count),
      negatives: negatives.count, usedFrom: settings.minProbability,
      calibratedBy: sigmoid)
  }
}

extension DetectionScores {
  /// The scores of one picture.
  fileprivate init(_ found: [FoundObject], showing picture: AnnotatedPicture) {
    let isHit = zip(found, matchDetections(found.map(\.box), to: picture.boxes))
    let misfires = isHit.filter { !$1 }.map(\.0).filter { detection in
      !picture.ignored.contains { detection.box.share(coveredBy: $0) >= 0.5 }
    }
    self.init(
      hits: isHit.filter(\.1).map(\.0.margin), misfires: misfires.map(\.margin),
      objectCount: picture.boxes.count, imageCount: 1)
  }
}

extension EvaluationReport {
  fileprivate init(
    _ scores: DetectionScores, negatives: Int, usedFrom probability: Double,
    calibratedBy sigmoid: Sigmoid
  ) {
    objects = scores.objectCount
    self.negatives = negatives
    minProbability = probability
    averagePrecision = scores.objectCount > 0 ? scores.averagePrecision() : nil
    guard scores.isMeasurable else {
      (logAverageMissRate, missRate, falsePositivesPerImage, curve) = (nil, nil, nil, [])
      return
    }
    logAverageMissRate = scores.logAverageMissRate()
    let points = scores.missRateCurve()
    let threshold = sigmoid.margin(at: probability)
    let used = points.last { $0.score > threshold }!
    missRate = used.missRate
    falsePositivesPerImage = used.falsePositivesPerImage
    // The first point has an infinite score, which JSON cannot say.
    curve = points.indices.dropFirst().filter { points[$0].missRate < points[$0 - 1].missRate }
      .map { index in
        Point(
          margin: points[index].score, missRate: points[index].missRate,
          falsePositivesPerImage: points[index].falsePositivesPerImage)
      }
  }
}
