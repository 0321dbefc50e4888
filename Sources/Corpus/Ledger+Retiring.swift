internal import Detection
internal import GRDB

/// Hard negatives that are no longer needed: their rows leave the feature file, and their boxes stay known.
extension Ledger {
  /// Retires hard negatives of the feature file. Nothing is taken back: what learnt from them stays valid.
  ///
  /// Call it in `FeatureFile.takingBack`: rows of the feature file stay known until they have left it.
  /// - Parameter generation: the last that did not need them; a later one may bring them back.
  /// - Returns: how many of them were hard negatives in the file.
  func retire(_ windows: [HardNegativeRecord.ID], after generation: Int) throws(LedgerError) -> Int
  {
    try write { database in
      try choose(windows, in: database)
      try database.execute(
        sql: """
          DELETE FROM chosen WHERE id NOT IN (
            SELECT id FROM hard_negatives WHERE verdict = 'kept' AND row IS NOT NULL)
          """)
      // Those that the last training began with have the first rows.
      try database.execute(
        sql: """
          UPDATE generations SET available_hard_negatives = available_hard_negatives - (
            SELECT count(*) FROM chosen JOIN (
              SELECT id, row_number() OVER (ORDER BY row) AS place
              FROM hard_negatives WHERE verdict = 'kept' AND row IS NOT NULL) USING (id)
            WHERE place <= available_hard_negatives)
          WHERE number = (SELECT max(number) FROM generations)
          """)
      try database.execute(
        sql: """
          UPDATE hard_negatives SET verdict = 'retired', retired = ?,
            first_turn = coalesce(first_turn, turn, id)
          WHERE id IN (SELECT id FROM chosen)
          """, arguments: [generation])
      let count = database.changesCount
      if count > 0 { try noteTakenBack(in: database) }
      return count
    }
  }

  /// Brings back a retired window, because a later generation misfires on it.
  ///
  /// If its row has not left the feature file yet, it stays retired: a later pass finds it again.
  /// - Returns: its id; nil if it is not retired, or was retired by the same generation or a later one.
  func takeUpAgain(
    _ window: HardNegative, of picture: PictureRecord.ID, by generation: Int?,
    as verdict: HardNegativeRecord.Verdict, in database: Database
  ) throws -> HardNegativeRecord.ID? {
    guard let generation else { return nil }
    let statement = try database.cachedStatement(
      sql: """
        UPDATE hard_negatives SET layer = ?, margin = ?, probability = ?, generation = ?, verdict = ?,
          turn = 1 + (SELECT seq FROM sqlite_sequence WHERE name = 'hard_negatives')
        WHERE image = ? AND x0 = ? AND y0 = ? AND x1 = ? AND y1 = ?
          AND verdict = 'retired' AND row IS NULL AND retired < ?
        RETURNING id
        """)
    let box = window.box
    let id = try Int64.fetchOne(
      statement,
      arguments: [
        window.layer, window.margin, window.probability, generation, verdict.rawValue, picture,
        box.x0, box.y0, box.x1, box.y1, generation,
      ])
    if let id {
      // Ids and turns come from one sequence, so that neither is ever given twice.
      try database.execute(
        sql: "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'hard_negatives'")
      if verdict == .setAside {
        // What was learnt from it is in doubt until a person decides.
        try choose([id], in: database)
        try countTakenBack(1, "verdict = 'set_aside'", in: database)
      }
    }
    return id
  }
}
