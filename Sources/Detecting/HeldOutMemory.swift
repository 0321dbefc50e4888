package import Detection
internal import Digest
package import Evaluation
package import Pictures
package import Settings
internal import Synchronization

/// What models made of held-out pictures, so that none looks twice at the same one.
///
/// A new model is measured beside the live one and the best so far, which were measured on most of these pictures before.
/// What is remembered are the scores alone, a few numbers a picture, by the content of the picture and what it is to show.
package final class HeldOutMemory: Sendable {
  /// All that scores depend on besides the model, and the settings, which stay the same.
  private struct Look: Hashable {
    let digest: SHA256Digest
    let boxes, ignored: [Box]
    let isWhole: Bool

    init(_ digest: SHA256Digest, _ picture: AnnotatedPicture) {
      self.digest = digest
      (boxes, ignored) = (picture.boxes, picture.ignored)
      isWhole = picture.isWhole
    }
  }

  private struct Known {
    let model: LinearSVM
    var scores: [Look: PictureScores]

    var numberCount: Int {
      scores.values.reduce(0) { $0 + $1.objects.count + $1.falsePositives.count }
    }
  }

  /// The new model, the live one, and the two that may be best.
  static let modelLimit = 4
  /// The most scores that are remembered, of all models together: 32 MiB.
  private let numberLimit: Int

  private let plan: DetectionPlan
  private let reader: PictureReader
  private let pictures: PictureMemory
  /// The last used come last.
  private let known = Mutex<[Known]>([])
  private let scanned = Atomic(0)

  package init(
    _ plan: DetectionPlan, by reader: PictureReader, _ pictures: PictureMemory,
    numberLimit: Int = 4 << 20
  ) {
    self.plan = plan
    self.reader = reader
    self.pictures = pictures
    self.numberLimit = numberLimit
  }

  /// How often a model has looked at a picture.
  var scanCount: Int { scanned.load(ordering: .relaxed) }

  /// What each of the models makes of the pictures: as `LinearSVM.scores`, but that a picture is decoded once for all of
  /// them, and not at all where each has looked at it before.
  package func scores(of models: [LinearSVM], on set: EvaluationSet) throws -> [HeldOutScores] {
    let before = models.map { model in
      known.withLock { $0.first { $0.model == model }?.scores ?? [:] }
    }
    let scanners = models.map { HeldOutScanner($0, plan) }
    let measured = set.pictures
    let looks = try concurrentMap(count: measured.count, threads: reader.threads) { index in
      try look(at: measured[index], with: scanners, before: before, set.leftOut)
    }
    let scores = models.indices.map { model in looks.map { $0?.scores[model] } }
    remember(
      zip(models, scores).map { model, scores in
        Known(
          model: model,
          scores: Dictionary(
            zip(looks, scores).compactMap { look, scores in
              look.flatMap { look in scores.map { (look.look, $0) } }
            }, uniquingKeysWith: { one, _ in one }))
      })
    return scores.map { HeldOutScores($0, on: set) }
  }

  /// - Returns: nil where the picture cannot be used, which is noted.
  private func look(
    at picture: AnnotatedPicture, with scanners: [HeldOutScanner],
    before: [[Look: PictureScores]], _ leftOut: LeftOut
  ) throws -> (look: Look, scores: [PictureScores])? {
    try leftOut.unlessUnusable {
      let limit = reader.maximumByteCount
      let expected = Look(
        try pictures.digest(of: picture.path, maximumCount: limit), picture)
      let known = before.compactMap { $0[expected] }
      if known.count == scanners.count { return (expected, known) }
      // What was read may be another picture by now, and is taken for what it is.
      let bytes = try PictureBytes(reading: picture.path, maximumCount: limit)
      let pixels = try bytes.decoded(by: reader)
      let look = Look(bytes.digest, picture)
      return (
        look,
        scanners.indices.map { index in
          if let known = before[index][look] { return known }
          scanned.add(1, ordering: .relaxed)
          return scanners[index].scores(of: pixels, picture)
        }
      )
    }
  }

  /// Remembers the scores of this set, and as many of other models' as there is room for.
  private func remember(_ latest: [Known]) {
    known.withLock { known in
      for new in latest {
        known.removeAll { $0.model == new.model }
        known.append(new)
      }
      while known.count > Self.modelLimit
        || known.reduce(0, { $0 + $1.numberCount }) > numberLimit
      {
        known.removeFirst()
      }
    }
  }
}
