package import Detection
internal import Digest
package import Evaluation
package import Pictures
package import Settings
internal import Synchronization
package import SystemPackage

/// The scores that models gave held-out pictures, so that no model scans a picture twice.
///
/// A new model is compared with the live one and the best so far, both of which have already been measured on most of these
/// pictures. Only scores are kept, a few numbers per picture, keyed by the picture's content and its boxes: in memory, and in
/// a file for the next process.
package final class HeldOutMemory: Sendable {
  private struct Known {
    let model: SHA256Digest
    let scores: [SHA256Digest: PictureScores]

    var numberCount: Int {
      // Each picture also has a digest and two counts.
      scores.values.reduce(0) { $0 + 6 + $1.objects.count + $1.falsePositives.count }
    }
  }

  /// The new model, the live one, and two that may be the best.
  static let modelLimit = 4
  /// The most scores to keep, of all models together. The default is 32 MiB.
  private let numberLimit: Int

  private let plan: DetectionPlan
  private let reader: PictureReader
  private let pictures: PictureMemory
  /// The file for the next process; nil: none.
  private let file: HeldOutFile?
  /// The most recently used come last; nil until the file has been read.
  private let known = Mutex<[Known]?>(nil)
  private let scanned = Atomic(0)

  /// - Parameters:
  ///   - path: the file for the next process; nil: none.
  ///   - numberLimit: the most scores to keep.
  package init(
    _ plan: DetectionPlan, by reader: PictureReader, _ pictures: PictureMemory,
    at path: FilePath? = nil, numberLimit: Int = 4 << 20
  ) {
    file = path.map { HeldOutFile(path: $0, byteLimit: 8 * numberLimit + 4_096) }
    self.plan = plan
    self.reader = reader
    self.pictures = pictures
    self.numberLimit = numberLimit
  }

  /// How many times a model has scanned a picture.
  var scanCount: Int { scanned.load(ordering: .relaxed) }

  /// Scores the pictures with each of the models, as `LinearSVM.scores` does. A picture is decoded once for all models, and
  /// not at all if every model has scanned it before.
  /// - Returns: one for each model, in their order.
  package func scores(of models: [LinearSVM], on set: EvaluationSet) throws -> [HeldOutScores] {
    let keys = models.map(key)
    let remembered = known.withLock { known in
      let read = known ?? file?.read().map { Known(model: $0, scores: $1) } ?? []
      known = read
      return read
    }
    let before = keys.map { key in remembered.first { $0.model == key }?.scores ?? [:] }
    let scansBefore = scanCount
    let scanners = models.map { HeldOutScanner($0, plan) }
    let measured = set.pictures
    let looks = try concurrentMap(count: measured.count, threads: reader.threads) { index in
      try look(at: measured[index], with: scanners, before: before, set.leftOut)
    }
    let scores = models.indices.map { model in looks.map { $0?.scores[model] } }
    remember(
      zip(keys, scores).map { key, scores in
        Known(
          model: key,
          scores: Dictionary(
            zip(looks, scores).compactMap { look, scores in
              look.flatMap { look in scores.map { (look.look, $0) } }
            }, uniquingKeysWith: { one, _ in one }))
      }, isNew: scanCount > scansBefore)
    return scores.map { HeldOutScores($0, on: set) }
  }

  /// - Returns: nil if the picture cannot be used, which is noted in `leftOut`.
  private func look(
    at picture: AnnotatedPicture, with scanners: [HeldOutScanner],
    before: [[SHA256Digest: PictureScores]], _ leftOut: LeftOut
  ) throws -> (look: SHA256Digest, scores: [PictureScores])? {
    try leftOut.unlessUnusable {
      let limit = reader.maximumByteCount
      let expected = key(
        of: try pictures.digest(of: picture.path, maximumCount: limit), picture)
      let known = before.compactMap { $0[expected] }
      if known.count == scanners.count { return (expected, known) }
      // The file may hold another picture by now: its scores belong to what was read.
      let bytes = try PictureBytes(reading: picture.path, maximumCount: limit)
      let pixels = try bytes.decoded(by: reader)
      let look = key(of: bytes.digest, picture)
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

  /// Keeps the scores of this set, and as many of other models' as fit.
  private func remember(_ latest: [Known], isNew: Bool) {
    let all = known.withLock { known in
      var all = known ?? []
      for new in latest {
        all.removeAll { $0.model == new.model }
        all.append(new)
      }
      while all.count > Self.modelLimit || all.reduce(0, { $0 + $1.numberCount }) > numberLimit {
        all.removeFirst()
      }
      known = all
      return all
    }
    if isNew { file?.write(all.map { ($0.model, $0.scores) }) }
  }

  // MARK: Keys

  /// A key for a model and all else that its scores depend on except the picture: the settings and the version.
  private func key(of model: LinearSVM) -> SHA256Digest {
    var stream = SHA256Stream()
    stream.add(Array("\(version) \(plan) \(reader.keepsColors) \(model.hog)".utf8))
    stream.add(model.weights)
    stream.add([model.bias])
    return stream.finish()
  }

  /// A key for a picture: its content and its boxes.
  private func key(of digest: SHA256Digest, _ picture: AnnotatedPicture) -> SHA256Digest {
    var stream = SHA256Stream()
    stream.add(digest.bytes)
    stream.add([picture.isWhole ? 1 : 0, picture.boxes.count])
    stream.add((picture.boxes + picture.ignored).flatMap { [$0.x0, $0.y0, $0.x1, $0.y1] })
    return stream.finish()
  }
}
