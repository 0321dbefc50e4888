internal import Foundation
internal import GRDB

extension Ledger {
  /// Claims the number of the next training run; no other process gets the same.
  /// - Parameter floor: the highest number known from elsewhere, such as the models on disk.
  package func claimGeneration(above floor: Int = 0) throws(LedgerError) -> Int {
    try write { database in
      let claimed = try Variable.claimed.value(in: database) ?? 0
      let recorded = try Int.fetchOne(database, sql: "SELECT max(number) FROM generations") ?? 0
      let last = max(claimed, recorded, floor)
      guard last < GenerationRecord.largestNumber else {
        throw LedgerError(
          path: path, cause: .damaged,
          "its generation \(last) is the highest possible number: restore the ledger from a backup"
        )
      }
      let next = last + 1
      try Variable.claimed.set(next, in: database)
      return next
    }
  }

  /// All training runs, oldest first.
  package func generations() throws(LedgerError) -> [GenerationRecord] {
    try read {
      try GenerationRecord.fetchAll($0, sql: "SELECT * FROM generations ORDER BY number")
    }
  }

  package func generation(_ number: Int) throws(LedgerError) -> GenerationRecord? {
    try read {
      try GenerationRecord.fetchOne(
        $0, sql: "SELECT * FROM generations WHERE number = ?", arguments: [number])
    }
  }

  /// The generation that was last made live; nil before the first.
  package func live() throws(LedgerError) -> Int? {
    try read(Variable.live.value)
  }

  /// The generation that is live, or is going live; nil before the first.
  func chosen() throws(LedgerError) -> Int? {
    try read(Self.chosen)
  }

  /// The same, in a transaction.
  static func chosen(in database: Database) throws -> Int? {
    try Variable.promoting.value(in: database) ?? Variable.live.value(in: database)
  }

  /// The generation that stays live whatever is trained; nil if none is pinned.
  package func pinned() throws(LedgerError) -> Int? {
    try read(Variable.pinned.value)
  }

  /// Every change of the live model, oldest first.
  package func promotions() throws(LedgerError) -> [Promotion] {
    try read {
      try Promotion.fetchAll($0, sql: "SELECT * FROM promotions ORDER BY id")
    }
  }

  /// The number of the last change of the live model; 0 before the first.
  package func lastPromotion() throws(LedgerError) -> Int64 {
    try read(Self.lastPromotion)
  }

  /// Records a training run, and that it is going live if it was accepted and none is pinned.
  /// - Parameters:
  ///   - version: `rowVersion` when the training began; nil if it does not matter.
  ///   - promotion: `lastPromotion` before it was compared with the live one; nil if it does not matter.
  /// - Returns: whether it is going live.
  /// - Throws: an error of the cause `.takenBack` where it learnt from what was taken back meanwhile, and of `.otherLive`
  ///   where another went live meanwhile.
  @discardableResult
  package func record(
    _ generation: GenerationRecord, rowsOf version: Int? = nil,
    judgedAfter promotion: Int64? = nil
  ) throws(LedgerError) -> Bool {
    try write { database in
      guard try promotion == nil || promotion == Self.lastPromotion(in: database) else {
        throw LedgerError(
          path: path, cause: .otherLive,
          "another model went live while generation \(generation.number) was compared with the last"
        )
      }
      try requireRows(of: version, by: "generation \(generation.number)", in: database)
      try generation.insert(in: database)
      try Variable.unchanged.set(nil, in: database)
      try Variable.countedThrough.set(nil, in: database)
      guard generation.isAccepted, try Variable.pinned.value(in: database) == nil else {
        return false
      }
      try beginPromotion(of: generation.number, .published, in: database)
      return true
    }
  }

  /// Records that a training that made no generation has learnt from this many hard negatives.
  ///
  /// They count for the last generation, but its model owes nothing to them.
  /// - Parameters:
  ///   - turn: the highest of theirs.
  ///   - version: `rowVersion` when the training began; nil if it does not matter.
  ///   - isPart: whether others were left out.
  /// - Throws: an error of the cause `.takenBack` where some were taken back meanwhile.
  package func noteTraining(
    availableHardNegatives count: Int, through turn: Int64 = 0, rowsOf version: Int? = nil,
    isPart: Bool = false
  ) throws(LedgerError) {
    try write { database in
      try requireRows(of: version, by: "the last training", in: database)
      try Variable.countedThrough.set(Int(turn), in: database)
      let known = try LedgerCounts.availableToLastTraining(in: database) ?? 0
      try database.execute(
        sql: """
          UPDATE generations SET available_hard_negatives = ?
          WHERE number = (SELECT max(number) FROM generations)
          """, arguments: [count])
      // Without new ones, there was nothing that it could have learnt.
      if count > known, !isPart { try Variable.unchanged.set(1, in: database) }
    }
  }

  /// Throws if rows were taken back since the version with which a training began.
  private func requireRows(of version: Int?, by learner: String, in database: Database) throws {
    guard try version == nil || version == Variable.takenBack.value(in: database) ?? 0 else {
      throw LedgerError(
        path: path, cause: .takenBack,
        "rows that \(learner) learnt from were taken back meanwhile")
    }
  }

  /// The outcome of the trainings so far, in numbers.
  package func trainingTally() throws(LedgerError) -> TrainingTally {
    try read { database in
      TrainingTally(
        all: try Int.fetchOne(database, sql: "SELECT count(*) FROM generations WHERE positives > 0")
          ?? 0,
        refusedInARow: try Int.fetchOne(
          database,
          sql: """
            SELECT count(*) FROM generations WHERE number >
              (SELECT coalesce(max(number), 0) FROM generations WHERE accepted)
            """) ?? 0,
        positives: try Row.fetchOne(
          database,
          sql: "SELECT positives FROM generations WHERE positives > 0 ORDER BY number DESC LIMIT 1"
        )?.count("positives"),
        hasLearntNothing: try Variable.unchanged.value(in: database) != nil)
    }
  }

  /// A named number in the ledger.
  enum Variable: String {
    /// The last generation number handed out.
    case claimed
    case live
    case pinned
    /// Set if the last training with new hard negatives learnt nothing from them, and nothing since says otherwise.
    case unchanged
    /// The highest turn that the last generation's `available_hard_negatives` counts, if a training after it learnt nothing.
    case countedThrough = "counted_through"
    /// The generation on its way to `classifier_path`; still set after a crash in between.
    case promoting
    /// The generation that is mining all mined pictures again, and the last hard negative and picture when it began.
    case remining = "looking"
    case reminingAfter = "looking_after"
    case reminingThrough = "looking_through"
    /// How often rows were taken back or replaced: a training that began before has learnt from them.
    case takenBack = "taken_back"
    /// Set while a daemon takes no more pictures, because most of the last look like the object.
    case intakeStopped = "intake_stopped"

    func value(in database: Database) throws -> Int? {
      try Int.fetchOne(
        database, sql: "SELECT value FROM variables WHERE name = ?", arguments: [rawValue])
    }

    func set(_ value: Int?, in database: Database) throws {
      try database.execute(
        sql: "INSERT OR REPLACE INTO variables VALUES (?, ?)", arguments: [rawValue, value])
    }
  }
}

extension GenerationRecord: FetchableRecord {
  /// No training run gets a higher number.
  static let largestNumber = 999_999_999

  init(row: Row) throws {
    let objective: Double = try row.value("objective")
    guard objective >= 0, objective.isFinite else {
      throw ImpossibleValue(column: "objective", value: row["objective"])
    }
    self.init(
      number: try row.count("number"), positives: try row.count("positives"),
      negatives: try row.count("negatives"), hardNegatives: try row.count("hard_negatives"),
      availableHardNegatives: try row.count("available_hard_negatives"),
      learntThrough: try row.value("learnt_through"), objective: objective,
      metrics: try row.value("metrics"),
      isAccepted: try row.value("accepted"), reason: try row.value("reason"),
      isForced: try row.value("forced"))
    // An earlier release may have counted too few.
    takenBack = try row.value("taken_back", as: Int.self) < 0 ? 0 : row.count("taken_back")
    deleted = try row.optionalTime("deleted")
    time = try row.time()
  }

  func insert(in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO generations
          (number, positives, negatives, hard_negatives, available_hard_negatives, learnt_through,
           objective, metrics, accepted, reason, forced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        number, positives, negatives, hardNegatives, availableHardNegatives, learntThrough,
        objective, metrics, isAccepted, reason, isForced,
      ])
  }
}

extension Promotion: FetchableRecord {
  init(row: Row) throws {
    kind = try row.word("kind")
    generation = try row.count("generation")
    time = try row.time()
  }
}
