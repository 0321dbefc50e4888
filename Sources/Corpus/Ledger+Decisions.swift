internal import Foundation
internal import GRDB

/// A person's decision about a window that fooled a detector.
package enum Decision: String, Sendable, CaseIterable {
  /// It does not show the object: it is trained on as a hard negative.
  case negative
  /// It shows the object: it is trained on as an object.
  case object
  /// It is trained on as neither.
  case skip
  /// The decision is withdrawn: it waits for a person again.
  case wait

  /// The verdict that it gives a window.
  package var verdict: HardNegativeRecord.Verdict {
    switch self {
    case .negative: .kept
    case .object: .object
    case .skip: .skipped
    case .wait: .setAside
    }
  }

  /// The decision behind a window's verdict; nil if there was none.
  package init?(_ verdict: HardNegativeRecord.Verdict) {
    guard let decision = Self.allCases.first(where: { $0.verdict == verdict }) else { return nil }
    self = decision
  }
}

/// The features of a window, for a decision that needs them.
package struct DescribedWindow: Sendable {
  package let id: HardNegativeRecord.ID
  /// One row, or two if objects are also trained on mirrored.
  package let features: [Float]

  /// - Parameter features: whole rows of the HOG settings.
  package init(id: HardNegativeRecord.ID, features: [Float]) {
    self.id = id
    self.features = features
  }
}

extension Ledger {
  /// Changes decisions about windows, in one transaction.
  ///
  /// Call it in `FeatureFile.takingBack`, which first finishes an interrupted seal.
  /// - Parameters:
  ///   - described: the features of windows that become objects, or that become hard negatives or wait again and whose
  ///     features were dropped (`lackingFeatures`). Without them, these do not change.
  ///   - fingerprint: that of the settings the features were made for.
  /// - Returns: those that exist and have changed.
  func decide(
    _ decision: Decision, _ windows: [HardNegativeRecord.ID], described: [DescribedWindow] = [],
    madeFor fingerprint: Int64 = 0
  ) throws(LedgerError) -> [HardNegativeRecord.ID] {
    try write { database in
      try choose(windows, in: database)
      try database.execute(
        sql: """
          DELETE FROM chosen WHERE id NOT IN (
            SELECT id FROM hard_negatives WHERE verdict NOT IN (?, 'withdrawn'))
          """, arguments: [decision.verdict.rawValue])
      return try decide(decision, described, fingerprint, in: database)
    }
  }

  /// Decides about all windows that wait for a person, in one transaction.
  /// - Returns: how many there were.
  package func decideWaiting(_ decision: Decision) throws(LedgerError) -> Int {
    precondition(decision != .object && decision != .wait, "\(decision) for all that wait")
    return try write { database in
      try choose([], in: database)
      try database.execute(
        sql: "INSERT INTO chosen SELECT id FROM hard_negatives WHERE verdict = 'set_aside'")
      return try decide(decision, [], 0, in: database).count
    }
  }

  /// Changes the verdict of the windows in the table `chosen`.
  private func decide(
    _ decision: Decision, _ described: [DescribedWindow], _ fingerprint: Int64,
    in database: Database
  ) throws -> [HardNegativeRecord.ID] {
    if decision == .negative || decision == .wait {
      try leaveOutLacking(butFor: described, in: database)
    }
    if decision == .negative {
      try giveTurns(in: database)
      try countTakenBack(-1, "verdict NOT IN ('kept', 'retired')", in: database)
    } else {
      try countTakenBack(1, "verdict IN ('kept', 'retired')", in: database)
      // Waiting windows keep their features, in case they are hard negatives after all.
      if decision != .wait { try dropChosenFeatures(in: database) }
    }
    try dropChosenObjects(in: database)
    try database.execute(
      sql: "UPDATE hard_negatives SET verdict = ? WHERE id IN (SELECT id FROM chosen)",
      arguments: [decision.verdict.rawValue])
    let changed = try Int64.fetchAll(database, sql: "SELECT id FROM chosen ORDER BY id")
    let isChanged = Set(changed)
    for window in described where isChanged.contains(window.id) {
      let floats = FeatureBlob.data(window.features[...])
      if decision == .object {
        try database.execute(
          sql: "INSERT INTO objects VALUES (?, ?, ?)",
          arguments: [window.id, floats, fingerprint])
      } else {
        // A later generation may have brought it back meanwhile, with features of its own.
        try dropFeatures(of: window.id, in: database)
        try addFeatures(floats, madeFor: fingerprint, of: window.id, in: database)
      }
    }
    return changed
  }

  func dropChosenFeatures(in database: Database) throws {
    try database.execute(
      sql: "DELETE FROM features WHERE hard_negative IN (SELECT id FROM chosen)")
  }

  /// Makes the chosen windows no objects any more; a training may have learnt from them as such.
  func dropChosenObjects(in database: Database) throws {
    try database.execute(
      sql: "DELETE FROM objects WHERE hard_negative IN (SELECT id FROM chosen)")
    if database.changesCount > 0 { try noteTakenBack(in: database) }
  }

  /// Leaves out chosen windows whose features are neither stored nor described: they could never be sealed.
  private func leaveOutLacking(butFor described: [DescribedWindow], in database: Database) throws {
    let lacking = try Int64.fetchAll(
      database,
      sql: """
        SELECT id FROM chosen JOIN hard_negatives USING (id)
        WHERE row IS NULL AND id NOT IN (SELECT hard_negative FROM features)
        """)
    for id in Set(lacking).subtracting(described.map(\.id)) {
      try database.execute(sql: "DELETE FROM chosen WHERE id = ?", arguments: [id])
    }
  }

  /// Those of the windows whose features are not stored, so that they have to be recomputed before they can be hard
  /// negatives.
  package func lackingFeatures(_ windows: [HardNegativeRecord.ID]) throws(LedgerError)
    -> [HardNegativeRecord]
  {
    let unsealed = try records(windows).filter { $0.row == nil }
    return try read { database in
      let isStored = try database.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM features WHERE hard_negative = ?)")
      return try unsealed.filter {
        try Bool.fetchOne(isStored, arguments: [$0.id]) == false
      }
    }
  }

  /// The windows with these ids, as far as they exist.
  package func records(_ windows: [HardNegativeRecord.ID]) throws(LedgerError)
    -> [HardNegativeRecord]
  {
    try read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM hard_negatives WHERE id = ? AND verdict <> 'withdrawn'")
      return try windows.compactMap {
        try HardNegativeRecord.fetchOne(statement, arguments: [$0])
      }
    }
  }

  /// Puts ids into a table of this connection.
  func choose(_ ids: [Int64], in database: Database) throws {
    try database.execute(sql: "CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
    try database.execute(sql: "DELETE FROM chosen")
    let add = try database.cachedStatement(sql: "INSERT OR IGNORE INTO chosen VALUES (?)")
    for id in ids { try add.execute(arguments: [id]) }
  }

  /// Gives the chosen windows that are not in the file the last turns.
  ///
  /// A feature file sealed through some turn holds every hard negative up to it, so these must come after it.
  private func giveTurns(in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE hard_negatives SET turn = place + (
          SELECT seq FROM sqlite_sequence WHERE name = 'hard_negatives')
        FROM (
          SELECT hard_negatives.id AS moved, row_number() OVER (ORDER BY probability DESC, id) AS place
          FROM hard_negatives JOIN chosen USING (id) WHERE row IS NULL)
        WHERE id = moved
        """)
    // Ids and turns come from one sequence, so that neither is ever given twice.
    try database.execute(
      sql: "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'hard_negatives'",
      arguments: [database.changesCount])
  }

  /// Counts the chosen windows whose rows are in the feature file, or were until they were retired, as taken back from the
  /// generations that learnt from them, and no longer among those that the last training began with, even if that made no
  /// generation.
  /// - Parameters:
  ///   - sign: 1; −1 if they are hard negatives again.
  ///   - condition: which of the chosen count.
  func countTakenBack(_ sign: Int, _ condition: String, in database: Database) throws {
    func count(_ learnt: String) -> String {
      """
      (SELECT count(*) FROM chosen JOIN hard_negatives USING (id) WHERE \(condition) AND (\(learnt)))
      """
    }
    let present = "row IS NOT NULL AND verdict <> 'retired'"
    let presentThen = "\(present) AND coalesce(turn, id) <= learnt_through"
    // A generation may have learnt from a window before it was retired, or from the row that it has now.
    let known = count("first_turn <= learnt_through AND number <= retired OR \(presentThen)")
    let counted = """
      SELECT value FROM variables WHERE name = '\(Variable.countedThrough.rawValue)'
      """
    let available = count(
      "\(present) AND coalesce(turn, id) <= max(learnt_through, coalesce((\(counted)), 0))")
    // An earlier release may have counted too few.
    try database.execute(
      sql: "UPDATE generations SET taken_back = max(0, taken_back + ? * \(known))",
      arguments: [sign])
    guard try Bool.fetchOne(database, sql: "SELECT \(count(present)) > 0") == true else { return }
    try database.execute(
      sql: """
        UPDATE generations
        SET available_hard_negatives = available_hard_negatives - ? * \(available)
        WHERE number = (SELECT max(number) FROM generations)
        """, arguments: [sign])
    try noteTakenBack(in: database)
  }

  /// Makes a running training notice that it learns from outdated data.
  func noteTakenBack(in database: Database) throws {
    try Variable.takenBack.set((Variable.takenBack.value(in: database) ?? 0) + 1, in: database)
  }
}
