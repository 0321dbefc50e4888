internal import Annotations
internal import Corpus
internal import Detecting
internal import Detection
internal import Digest
internal import Evaluation
internal import Pictures
internal import Settings
internal import SystemPackage

/// Learns to distinguish pictures that show the object from others, from the data set only: dropped pictures may be what
/// has to be kept out.
///
/// A first detector cannot do so: it has seen only random windows without the object. So the guard goes through one round
/// of hard-negative mining in `image_distractions`, which a person vouches for, and around annotated objects with
/// `object_clearance`.
struct GuardTraining {
  private let plan: TrainingPlan
  private let policy: MiningPolicy
  private let reader: PictureReader
  private let hog: HOGDescriptor
  private let trainer: LinearSVMTrainer
  /// The feature file's rows without its hard negatives.
  private let rows: TrainingRows
  /// Pictures that show objects, and whether they are held out; if too few are, those that were trained on take their
  /// place.
  private let objects: [AnnotatedPicture]
  private let areObjectsHeldOut: Bool
  /// Pictures without the object, in which it is mined.
  private let mined: [NegativePicture]
  /// Others, to measure it.
  private let negatives: [NegativePicture]

  /// The most pictures of a kind that it learns from, and is measured on: more change little, and take time.
  private static let minedLimit = 100
  private static let heldOutLimit = 200
  /// The fewest pictures it can be made of and measured on; with fewer, the margin that 1 % exceed is unknown.
  private static let leastObjects = 10
  private static let leastMined = 10
  private static let leastNegatives = 20
  /// The most confident windows per training picture.
  private static let choice = HitChoice(limit: 20, overlap: nil)
  /// The fraction of the pictures without the object that it may hold up, and of those with one that it may miss.
  private static let heldUpShare = 0.01
  private static let missedShare = 0.05

  /// - Parameters:
  ///   - rows: the feature file's without its hard negatives.
  ///   - set: the settings' held-out pictures.
  /// - Returns: nil if there are too few pictures to learn from.
  init?(
    _ rows: TrainingRows, _ set: EvaluationSet, _ trainer: LinearSVMTrainer,
    _ plan: TrainingPlan, _ policy: MiningPolicy, by reader: PictureReader, hog: HOGDescriptor
  ) {
    self.plan = plan
    self.policy = policy
    self.reader = reader
    self.hog = hog
    self.trainer = trainer
    self.rows = rows
    let objectsHeldOut = set.annotated.filter { !$0.boxes.isEmpty }
    areObjectsHeldOut = objectsHeldOut.count >= Self.leastObjects
    objects = Self.some(
      of: areObjectsHeldOut ? objectsHeldOut : set.objects, Self.heldOutLimit, seed: plan.seed)
    func all(_ negativePictures: [FilePath]?, _ surroundings: [NegativePicture])
      -> [NegativePicture]
    {
      (negativePictures ?? []).map { NegativePicture($0) } + surroundings
    }
    let teaching = all(set.negativePictures?.teaching, set.surroundings.teaching)
    let heldOut = all(set.negativePictures?.heldOut, set.surroundings.heldOut)
    let shuffled = Self.some(of: teaching, teaching.count, seed: plan.seed)
    mined = Array(shuffled.prefix(min(Self.minedLimit, (teaching.count + heldOut.count) / 2)))
    negatives = Self.some(
      of: heldOut + shuffled.dropFirst(mined.count), Self.heldOutLimit, seed: plan.seed)
    guard objects.count >= Self.leastObjects, mined.count >= Self.leastMined,
      negatives.count >= Self.leastNegatives
    else { return nil }
  }

  /// At most this many of them, shuffled by `random_seed`.
  private static func some<Element>(of all: [Element], _ limit: Int, seed: Int)
    -> [Element]
  {
    var random = PythonRandom(seed: seed)
    return random.sample(min(limit, all.count), of: all.count).map { all[$0] }
  }

  /// Identifies everything it is made of; the same pictures, rows and settings give the same.
  func source(_ memory: PictureMemory) throws -> String {
    let pictures = objects.map(\.path) + (mined + negatives).map(\.path)
    let digests = try memory.digests(of: pictures, by: reader, LeftOut())
    // Only some of the rows, because reading all would take seconds if there are many.
    let samples = stride(from: 0, to: rows.rowCount, by: max(1, rows.rowCount / 64))
    let features = try rows.features(of: Array(samples))
    let clear = (mined + negatives).flatMap(\.objects).map(\.corners).joined()
    let numbers =
      "\(rows.rowCount) \(plan.penalty) \(plan.classWeight) \(plan.seed) "
      + "\(policy.windowStep) \(policy.pyramidScale) \(mined.count) \(negatives.count)\(clear)"
    let ofRows = unsafe SHA256Digest(of: features.span.bytes)
    return
      "\(SHA256Digest(of: digests.flatMap { $0?.bytes ?? [] } + ofRows.bytes + Array(numbers.utf8)))"
  }

  /// Trains and measures a guard.
  /// - Parameters:
  ///   - source: its identifier.
  ///   - leftOut: collects pictures that cannot be used.
  /// - Returns: nil if too few pictures could be read.
  func learn(_ source: String, _ leftOut: LeftOut) throws -> MeasuredGuard? {
    let first = ObjectGuard(try trainer.train(rows, labels: rows.labels))
    let more = try misfires(of: first, leftOut)
    let labels = rows.labels + [Float](repeating: -1, count: more.rowCount)
    let unmeasured = ObjectGuard(
      try trainer.train(JoinedRows(first: rows, second: more), labels: labels))
    let scanner = GuardScanner(
      unmeasured, minimumMargin: LinearSVM.lowestMargin, hog: hog, policy)
    let ofObjects = try margins(of: objects.map(\.path), leftOut) { index, picture in
      objects[index].isWhole
        ? scanner.margin(ofWhole: picture) : scanner.largestMargin(in: picture)
    }
    let ofNegatives = try margins(of: negatives.map(\.path), leftOut) { index, picture in
      scanner.largestMargin(in: picture, besides: negatives[index].objects)
    }
    guard ofObjects.count >= Self.leastObjects, ofNegatives.count >= Self.leastNegatives else {
      return nil
    }

    let heldUp = Int(Double(ofNegatives.count) * Self.heldUpShare)
    let missed = Int(Double(ofObjects.count) * Self.missedShare)
    // Objects are few, and say little about where their margins begin; so it stays near the others, of which no more than
    // allowed are held up.
    let highest = ofNegatives[ofNegatives.count - 1 - heldUp]
    let margin = highest + max(0, ofObjects[missed] - highest) / 4
    return MeasuredGuard(
      detector: ObjectGuard(
        weights: unmeasured.weights, bias: unmeasured.bias, margin: margin, source: source),
      report: GuardReport(
        objects: ofObjects.count, caught: ofObjects.count { $0 > margin },
        negatives: ofNegatives.count, heldUp: ofNegatives.count { $0 > margin },
        isHeldOut: areObjectsHeldOut))
  }

  /// The features of the false positives of the detector without hard negatives.
  private func misfires(of first: ObjectGuard, _ leftOut: LeftOut) throws -> DenseRows {
    let scanner = PictureScanner(
      model: first.model(for: hog), step: policy.windowStep,
      pyramidScale: policy.pyramidScale, minimumMargin: LinearSVM.lowestMargin)
    let features = try concurrentMap(count: mined.count, threads: reader.threads) {
      index -> [Float] in
      let read = try leftOut.unlessUnusable { try reader.picture(at: mined[index].path) }
      guard let picture = read else { return [] }
      let hits = Self.choice.chosen(
        of: scanner.scan(picture).hits(in: picture, besides: mined[index].objects))
      return scanner.features(of: hits.map(\.box), in: picture)
    }
    return DenseRows(values: features.flatMap(\.self), columnCount: hog.featureCount)
  }

  /// The margins of all readable pictures, in ascending order.
  /// - Parameter margin: a picture's largest, by its index and its pixels; nil: below the lowest.
  private func margins(
    of pictures: [FilePath], _ leftOut: LeftOut,
    _ margin: @Sendable (_ index: Int, _ picture: GrayImage) -> Double?
  ) throws -> [Double] {
    try concurrentMap(count: pictures.count, threads: reader.threads) { index in
      try leftOut.unlessUnusable { try reader.picture(at: pictures[index]) }.map {
        margin(index, $0) ?? LinearSVM.lowestMargin
      }
    }.compactMap(\.self).sorted()
  }
}

extension ObjectGuard {
  /// One that has not been measured yet.
  fileprivate init(_ hyperplane: Hyperplane) {
    self.init(weights: hyperplane.weights, bias: hyperplane.bias, margin: 0, source: "")
  }
}

/// The rows of one source, then those in memory.
private struct JoinedRows<First: RowSource>: RowSource {
  let first: First
  let second: DenseRows

  var rowCount: Int { first.rowCount + second.rowCount }
  var columnCount: Int { first.columnCount }

  func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    let own = rows.clamped(to: 0..<first.rowCount)
    if own.count == rows.count { return try first.read(rows: own, into: &destination) }
    var values = [Float](repeating: 0, count: own.count * columnCount)
    var span = values.mutableSpan
    if !own.isEmpty { try first.read(rows: own, into: &span) }
    let more = (rows.lowerBound + own.count - first.rowCount)..<(rows.upperBound - first.rowCount)
    values += second.values[(more.lowerBound * columnCount)..<(more.upperBound * columnCount)]
    for index in values.indices { destination[index] = values[index] }
  }
}
