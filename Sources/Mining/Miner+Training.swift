internal import Corpus
internal import Detection
internal import Durable
internal import Settings
internal import Synchronization
public import SystemPackage

/// What a training gave.
public struct TrainingReport: Sendable, Encodable {
  public let generation: Int
  /// The rows it learnt from.
  public let positives, negatives, hardNegatives: Int
  /// The hard negatives that were left out, the least confident, because `training_memory` is too small.
  public let hardNegativesLeftOut: Int
  /// ½‖w‖² + C·Σ hinge, and how far it may be from the optimum, relative to it.
  public let objective, relativeGap: Double
  /// Whether the model was found good enough, and why or why not.
  public let isAccepted: Bool
  public let reason: String
  /// Whether enough was held out to tell a good model from a bad one; where not, it was accepted.
  public let isInformed: Bool
  /// Whether it went live: an accepted one does, unless another is pinned.
  public let isLive: Bool
  /// Where the file is now that was at `classifier_path` and no training here had put there; nil where there was none.
  public internal(set) var setAside: FilePath?
  public let seconds: Double
  /// What of the held-out pictures could not be used.
  public let leftOut: LeftOut

  /// What became of a new model.
  public enum Fate: String, Sendable, CaseIterable {
    case published
    /// It is good enough, but another is pinned.
    case kept
    case refused
  }

  public var fate: Fate { !isAccepted ? .refused : isLive ? .published : .kept }

  enum CodingKeys: String, CodingKey {
    case generation, positives, negatives, hardNegatives, hardNegativesLeftOut, objective
    case relativeGap, reason, seconds, leftOut
    case isAccepted = "accepted"
    case isLive = "live"
  }
}

extension Miner {
  /// Whether enough hard negatives have come in since the last training for another.
  public func isTrainingDue() throws -> Bool {
    try detector != nil && ledger.counts().sinceTraining >= settings.hnRetrainThreshold
  }

  /// Trains the next generation, measures it on held-out pictures and publishes it, if it is good
  /// enough.
  ///
  /// Mining may go on meanwhile. What is interrupted leaves nothing behind and may be done again.
  /// - Parameters:
  ///   - hardNegatives: learns from so many, the most confident; nil: from all.
  ///   - isForced: publishes whatever the measures say.
  ///   - isStrict: refuses held-out data of which something must be left out.
  /// - Throws: what is wrong with the data or the machine; the live model is as before then.
  public func train(
    hardNegatives limit: Int? = nil, isForced: Bool = false, isStrict: Bool = false
  ) throws -> TrainingReport {
    let start = ContinuousClock.now
    try seal()
    let available = try ledger.counts().sealed
    let (rows, leftOut) = try trainingRows(limit)
    let last = lastHyperplane.withLock { $0 }
    let trained = try learn(from: rows, startingFrom: last)
    lastHyperplane.withLock { $0 = trained.hyperplane }
    FaultPoint.reach(.trained)
    let model = trained.model(for: settings.hog)

    let set = try heldOut()
    let measured = try model.evaluate(on: set, settings: settings)
    let gate = Gate(
      new: measured, live: try detector?.model.evaluate(on: set, settings: settings),
      tolerance: settings.validationTolerance, isForced: isForced)
    if isStrict { try set.leftOut.refuse() }
    let objectMargins = zip(trained.decisionValues, rows.labels).filter { $1 > 0 }.map(\.0)
    let positives = objectMargins.count
    let record = GenerationRecord(
      number: try models.claimGeneration(in: ledger), positives: positives,
      negatives: rows.rowCount - positives - rows.hardNegatives,
      hardNegatives: rows.hardNegatives, availableHardNegatives: available,
      objective: trained.hyperplane.primalObjective,
      metrics: try GenerationMetrics(evaluation: measured, objectMargins: objectMargins).json,
      isAccepted: gate.isAccepted, reason: gate.reason, isForced: isForced)
    let file = ModelFile(
      svm: model, generation: record.number, metrics: record.metrics,
      goldenFeatures: try goldenFeatures(of: rows))
    let isLive = try models.publish(file, record, in: ledger)
    if isLive { try adoptLiveModel() }
    return TrainingReport(
      generation: record.number, positives: record.positives, negatives: record.negatives,
      hardNegatives: record.hardNegatives, hardNegativesLeftOut: leftOut,
      objective: record.objective,
      relativeGap: trained.hyperplane.relativeGap, isAccepted: record.isAccepted,
      reason: record.reason, isInformed: gate.isInformed, isLive: isLive,
      setAside: takeSetAside().last, seconds: start.duration(to: .now) / .seconds(1),
      leftOut: set.leftOut)
  }

  /// The rows to train on: all, or where `training_memory` is too small even for reading them in blocks,
  /// those without hard negatives and as many hard negatives as it holds beside them, the most confident.
  /// - Parameter limit: at most so many hard negatives; nil: all.
  /// - Returns: the rows, and how many hard negatives are not among them for want of memory.
  private func trainingRows(_ limit: Int?) throws -> (rows: TrainingRows, leftOut: Int) {
    let featureCount = settings.hog.featureCount
    let rows = try featureFile.trainingRows(
      hardNegatives: limit.map { .mostConfident($0) } ?? .all)
    guard let capacity = trainer.rowLimit(columnCount: featureCount), rows.rowCount > capacity
    else {
      return (rows, 0)
    }
    let others = rows.rowCount - rows.hardNegatives
    guard others <= capacity else {
      throw UnusableRows.tooMany(
        in: settings.featuresPath, rows: others, capacity: capacity, featureCount: featureCount)
    }
    let fewer = try featureFile.trainingRows(
      hardNegatives: .mostConfident(capacity - others))
    return (fewer, rows.hardNegatives - fewer.hardNegatives)
  }

  /// Learns a calibrated hyperplane.
  /// - Parameter last: where to start; nil: from nothing.
  /// - Throws: `UnusableRows`, which names the file and what to do.
  func learn(
    from rows: TrainingRows, startingFrom last: Hyperplane? = nil
  ) throws -> CalibratedHyperplane {
    do {
      let trained = try trainer.trainCalibrated(rows, labels: rows.labels, startingFrom: last)
      guard !trained.hyperplane.isBlind else { throw UnusableRows.alike(in: settings.featuresPath) }
      return trained
    } catch let error as TrainingError {
      throw UnusableRows(error, in: settings.featuresPath, rows)
    }
  }

  /// Learns as the settings say.
  private var trainer: LinearSVMTrainer {
    LinearSVMTrainer(
      penalty: settings.c, classWeight: settings.classWeight, seed: UInt64(settings.randomSeed),
      threads: settings.threads, memory: settings.trainingMemory)
  }

  /// A few rows of both classes, by which a model file is checked when it is read.
  private func goldenFeatures(of rows: TrainingRows) throws -> [Float] {
    let chosen = [
      rows.labels.firstIndex { $0 > 0 }, rows.labels.firstIndex { $0 < 0 },
      rows.labels.lastIndex { $0 < 0 },
    ]
    return try chosen.compactMap(\.self).flatMap { row in
      var features = [Float](repeating: 0, count: rows.columnCount)
      var span = features.mutableSpan
      try rows.read(rows: row..<(row + 1), into: &span)
      return features
    }
  }

  /// Moves the features of acknowledged hard negatives into the HDF5 file.
  /// - Parameters:
  ///   - waiting: whether to wait for another process that writes the file, or to throw
  ///     `FileLock.Held` at once.
  ///   - progress: hears of each part of the new file that was written.
  /// - Returns: how many were moved.
  @discardableResult
  public func seal(waiting: Bool = true, progress: () -> Void = {}) throws -> Int {
    try featureFile.seal(ledger, waiting: waiting, progress: progress)
  }

  /// Whether so much is unsealed that it should not wait for a quiet moment.
  public func isSealDue() throws -> Bool {
    try featureFile.isSealDue(ledger.counts())
  }
}
