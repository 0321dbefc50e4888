package import Corpus
package import Detection
internal import Durable
package import Mining
package import Pictures
internal import Settings
internal import Synchronization

extension Miner {
  /// The hard negatives found since the last training began.
  package func sinceTraining() throws -> Int {
    try ledger.counts().sinceTraining
  }

  /// Whether those are enough for another.
  package func isTrainingDue() throws -> Bool {
    try detector != nil && sinceTraining() >= setup.mining.retrainThreshold
  }

  /// Trains the next generation, measures it on held-out pictures and publishes it if it is good enough. If it equals the
  /// live model, no generation is made.
  ///
  /// Mining may go on meanwhile. An interrupted training leaves nothing behind and may be repeated. If hard negatives are
  /// taken back meanwhile, it is done again without them; if another model goes live meanwhile, it is compared with that.
  /// - Parameters:
  ///   - hardNegatives: trains on this many, the most confident; nil: on all.
  ///   - memory: what the rows may take, in bytes; nil: as the settings say.
  ///   - isForced: publishes whatever the measures say.
  ///   - isStrict: refuses held-out data of which something must be left out.
  /// - Throws: if the data is unusable or the machine fails; the live model is unchanged then.
  package func train(
    hardNegatives limit: Int? = nil, memory: Int? = nil, isForced: Bool = false,
    isStrict: Bool = false, progress: @escaping ProgressHandler = { _ in }
  ) throws -> TrainingReport {
    let trainer = trainer(memory: memory)
    while true {
      do {
        return try trainOnce(
          hardNegatives: limit, trainer, isForced: isForced, isStrict: isStrict,
          progress: progress)
      } catch let error as LedgerError where error.cause == .takenBack {
        continue
      }
    }
  }

  private func trainOnce(
    hardNegatives limit: Int?, _ trainer: LinearSVMTrainer, isForced: Bool, isStrict: Bool,
    progress: @escaping ProgressHandler
  ) throws -> TrainingReport {
    let start = ContinuousClock.now
    let version = try sealForTraining()
    let available = try ledger.counts().sealed
    let (rows, leftOut) = try trainingRows(limit, trainer)
    let last = lastHyperplane.withLock { $0?.rowVersion == version ? $0?.hyperplane : nil }
    let trained = try learn(
      from: rows, by: trainer, startingFrom: last, progress: progress)
    lastHyperplane.withLock { $0 = (trained.hyperplane, version) }
    FaultPoint.reach(.trained)
    let set = try heldOut()
    pictureMemory.save()
    let course = TrainingCourse(
      rows: rows, leftOut: leftOut, available: available, trainer: trainer, trained: trained,
      isForced: isForced,
      isStrict: isStrict, start: start, rowVersion: version)
    while true {
      do {
        return try judge(course, on: set)
      } catch let error as LedgerError where error.cause == .otherLive {
        continue
      }
    }
  }

  /// Seals until no row waits to leave the feature file.
  /// - Returns: `Ledger.rowVersion` from before the rows are opened.
  private func sealForTraining() throws -> Int {
    while true {
      try seal()
      let version = try ledger.rowVersion()
      if try ledger.counts().leaving == 0 { return version }
    }
  }

  /// The rows to train on: all, or, if `training_memory` is too small even to read them in blocks, those without hard
  /// negatives and as many hard negatives as fit beside them, the most confident.
  /// - Parameter limit: at most this many hard negatives; nil: all.
  /// - Returns: the rows, and how many hard negatives were left out for lack of memory.
  private func trainingRows(_ limit: Int?, _ trainer: LinearSVMTrainer) throws
    -> (rows: TrainingRows, leftOut: Int)
  {
    let featureCount = setup.hog.featureCount
    let objects = try taughtObjects()
    let rows = try featureFile.trainingRows(
      hardNegatives: limit.map { .mostConfident($0) } ?? .all, objects: objects)
    guard let capacity = trainer.rowLimit(columnCount: featureCount), rows.rowCount > capacity
    else {
      return (rows, 0)
    }
    let others = rows.rowCount - rows.hardNegatives
    guard others <= capacity else {
      throw UnusableRows.tooMany(
        in: setup.files.features, rows: others, capacity: capacity, featureCount: featureCount)
    }
    let fewer = try featureFile.trainingRows(
      hardNegatives: .mostConfident(capacity - others), objects: objects)
    return (fewer, rows.hardNegatives - fewer.hardNegatives)
  }

  /// Trains a calibrated hyperplane.
  /// - Parameters:
  ///   - trainer: nil: the settings'.
  ///   - last: where to start; nil: from scratch.
  /// - Throws: `UnusableRows`, which names the file and what to do.
  package func learn(
    from rows: TrainingRows, by trainer: LinearSVMTrainer? = nil,
    startingFrom last: Hyperplane? = nil,
    progress: @escaping ProgressHandler = { _ in }
  ) throws -> CalibratedHyperplane {
    do {
      var trainer = trainer ?? self.trainer()
      trainer.progress = { progress(TaskProgress(percentOfTraining: $0)) }
      let trained = try trainer.trainCalibrated(rows, labels: rows.labels, startingFrom: last)
      guard trained.hyperplane.isBlind else { return trained }
      trainer.penalty = max(1, 1000 * trainer.penalty)
      throw try trainer.train(rows, labels: rows.labels).isBlind
        ? UnusableRows.alike(in: setup.files.features)
        : .tooCheap(in: setup.files.features, penalty: setup.training.penalty)
    } catch let error as TrainingError {
      throw UnusableRows(error, in: setup.files.features, rows)
    }
  }

  /// Trains as the settings say.
  /// - Parameter memory: what the rows may take, in bytes, but no less than reading them from disk needs; nil: as the
  /// settings say.
  func trainer(memory: Int? = nil) -> LinearSVMTrainer {
    let least = LinearSVMTrainer.blockwiseMemory(columnCount: setup.hog.featureCount)
    return LinearSVMTrainer(
      penalty: setup.training.penalty, classWeight: setup.training.classWeight,
      seed: UInt64(setup.seed),
      threads: setup.threads,
      memory: min(max(memory ?? .max, least), setup.training.memory))
  }
}
