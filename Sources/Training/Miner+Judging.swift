internal import Corpus
internal import Detecting
internal import Detection
internal import Evaluation
internal import Mining
internal import Pictures
internal import Settings

// What happens to a trained model: it is measured, compared, kept, and published or not.

extension Miner {
  /// Measures a new model and those it is compared with, stores it, and publishes it if it is good enough; unless it equals the
  /// live one.
  func judge(_ course: TrainingCourse, on set: EvaluationSet) throws -> TrainingReport {
    let model = course.trained.model(for: setup.hog)
    // A forced one goes live whatever it is compared with.
    let promotion = course.isForced ? nil : try ledger.lastPromotion()
    let live = publishedDetector
    if let same = try sameAsLive(live, course, on: set) { return same }
    let earlier = try earlierModels(live)
    let all = try heldOutMemory.scores(of: [model] + earlier.map(\.model), on: set)
    let scores = all[0]
    let point = scores.operatingPoint(setup.threshold)
    let measured = report(
      of: scores, calibratedBy: model.sigmoid, Threshold(setup.threshold, model.sigmoid, point))
    let gate = Gate(
      new: Gate.Contender(name: "the new model", scores: scores, report: measured),
      earlier: zip(earlier, all.dropFirst()).map { earlier, scores in
        Gate.Contender(
          name: earlier.name, scores: scores,
          report: report(
            of: scores, calibratedBy: earlier.model.sigmoid, earlier.threshold))
      }, before: live?.evaluation,
      Gate.Rules(setup.training, setup.threshold),
      isForced: course.isForced)
    if course.isStrict { try set.leftOut.refuse() }
    if !gate.isAccepted, let same = try sameAsRefused(course, model, gate, on: set) {
      return same
    }

    let objectGuard = try objectGuard(set, by: course.trainer)
    let objectMargins = zip(course.trained.decisionValues, course.rows.labels)
      .filter { $1 > 0 }.map(\.0)
    let record = GenerationRecord(
      number: try models.claimGeneration(in: ledger), positives: course.positives,
      negatives: course.rows.rowCount - course.positives - course.rows.hardNegatives,
      hardNegatives: course.rows.hardNegatives, availableHardNegatives: course.available,
      learntThrough: course.rows.sealedThrough,
      objective: course.trained.hyperplane.primalObjective,
      metrics: try GenerationMetrics(
        evaluation: measured, objectMargins: objectMargins, objectGuard: objectGuard?.report
      ).json,
      isAccepted: gate.isAccepted, reason: gate.reason, isForced: course.isForced)
    let file = ModelFile(
      svm: model, generation: record.number, calibration: course.trained.calibration.source,
      operatingPoint: point, objectGuard: objectGuard?.detector, metrics: record.metrics,
      goldenFeatures: try goldenFeatures(of: course.rows))
    let isLive = try models.publish(
      file, record, rowsOf: course.rowVersion, judgedAfter: promotion, in: ledger)
    if isLive { try adoptLiveModel() }
    return course.report(
      generation: record.number, on: set, measured: measured, objectGuard: objectGuard?.report,
      thresholdRemark: setup.threshold.remark(negatives: set.negatives.count),
      isAccepted: gate.isAccepted, reason: gate.reason, isInformed: gate.isInformed,
      isLive: isLive, setAside: takeDisplaced().last)
  }

  /// The models that a new one is compared with, the live one first, measured on the same pictures.
  private func earlierModels(_ live: LiveDetector?) throws
    -> [(name: String, model: LinearSVM, threshold: Threshold)]
  {
    guard let live else { return [] }
    return try [("the live model", live.model, live.threshold)]
      + bestSoFar().filter { $0 != live.generation }.map { number in
        let file = try models.model(number, for: setup.hog)
        return (
          "generation \(number), the best so far", file.svm,
          Threshold(setup.threshold, file.svm.sigmoid, file.operatingPoint)
        )
      }
  }

  /// Of the generations that went live since a person last chose one, and that one: those that their own trainings measured
  /// best, over the whole curve and at their operating point. Those whose models can no longer be used are left out.
  func bestSoFar() throws -> [Int] {
    let records = Dictionary(
      uniqueKeysWithValues: try ledger.generations().map { ($0.number, $0) })
    let promotions = try ledger.promotions().filter { $0.kind != .unpinned }
    let choice = promotions.lastIndex {
      $0.kind != .published || records[$0.generation]?.isForced == true
    }
    let chosen = Set(promotions[(choice ?? 0)...].map(\.generation))
    let measured = try chosen.sorted().compactMap { number in
      try records[number].flatMap { try GenerationMetrics(json: $0.metrics).evaluation }
        .map { (number: number, report: $0) }
    }.filter { models.isUsable($0.number, for: setup.hog) }
    func best(_ rate: (EvaluationReport) -> Double?) -> Int? {
      measured.compactMap { generation in
        rate(generation.report).map { (number: generation.number, rate: $0) }
      }.min { ($0.rate, $0.number) < ($1.rate, $1.number) }?.number
    }
    let average = best { $0.logAverage?.value }
    // Misses are comparable if thresholds were chosen for the same false positives.
    let point = best { $0.threshold?.source == .targetFPPI ? $0.missRate : nil }
    return Set([average, point].compactMap(\.self)).sorted()
  }

  /// What to report if the rows gave the live model again.
  private func sameAsLive(
    _ live: LiveDetector?, _ course: TrainingCourse, on set: EvaluationSet
  ) throws -> TrainingReport? {
    guard let live, let generation = live.generation,
      live.model == course.trained.model(for: setup.hog),
      live.operatingPoint?.targetFPPI
        == setup.threshold.choosableTarget(negatives: set.negatives.count)
    else { return nil }
    return try unchanged(
      course, generation, on: set, isAccepted: true, isLive: true,
      "nothing new was learnt: the rows give the live generation \(generation) again")
  }

  /// What to report if the rows gave the model again that the last training had refused.
  private func sameAsRefused(
    _ course: TrainingCourse, _ model: LinearSVM, _ gate: Gate, on set: EvaluationSet
  ) throws -> TrainingReport? {
    guard let last = try ledger.generations().last, !last.isAccepted,
      last.positives == course.positives, last.hardNegatives == course.rows.hardNegatives,
      models.isUsable(last.number, for: setup.hog),
      try models.model(last.number, for: setup.hog).svm.isNearly(model)
    else { return nil }
    return try unchanged(
      course, last.number, on: set, isAccepted: false, isLive: false,
      "nothing new was learnt: the rows give the refused generation \(last.number) again; "
        + gate.reason)
  }

  private func unchanged(
    _ course: TrainingCourse, _ generation: Int, on set: EvaluationSet, isAccepted: Bool,
    isLive: Bool, _ reason: String
  ) throws -> TrainingReport {
    // The new rows have been learnt from: only later ones start another training.
    try ledger.noteTraining(
      availableHardNegatives: course.available, through: course.rows.sealedThrough,
      rowsOf: course.rowVersion, isPart: course.rows.hardNegatives < course.available)
    return course.report(
      generation: generation, on: set, isAccepted: isAccepted, reason: reason, isLive: isLive,
      isUnchanged: true)
  }

  /// A few rows of both classes, by which a model file is checked when it is read.
  private func goldenFeatures(of rows: TrainingRows) throws -> [Float] {
    let chosen = [
      rows.labels.firstIndex { $0 > 0 }, rows.labels.firstIndex { $0 < 0 },
      rows.labels.lastIndex { $0 < 0 },
    ]
    return try rows.features(of: chosen.compactMap(\.self))
  }
}

extension ThresholdChoice {
  /// A remark about a threshold chosen with this many pictures; nil if there is none.
  fileprivate func remark(negatives: Int) -> String? {
    guard let targetFPPI else { return nil }
    if negatives < EvaluationReport.leastHeldOut {
      return
        "target_fppi needs at least \(EvaluationReport.leastHeldOut) held-out pictures without the object, "
        + "and there are \(negatives), so min_probability applies instead; raise validation_share"
    }
    guard targetFPPI * Double(negatives) < 1 else { return nil }
    return
      "\(negatives) held-out pictures cannot distinguish \(targetFPPI) false positives per image from none: hold out "
      + "at least \(Int((1 / targetFPPI).rounded(.up)))"
  }
}

extension LinearSVM {
  /// Whether both are the same except for where a warm-started training stops.
  fileprivate func isNearly(_ other: LinearSVM) -> Bool {
    guard weights.count == other.weights.count else { return false }
    let difference = zip(weights, other.weights).reduce(0.0) { sum, pair in
      sum + Double((pair.0 - pair.1) * (pair.0 - pair.1))
    }
    return difference <= 1e-4 * weights.reduce(0.0) { $0 + Double($1 * $1) }
  }
}
