internal import GRDB

/// Rows of the feature file that are no longer hard negatives.
extension Ledger {
  /// Changes whenever hard negatives or objects are taken back, when their rows have left the feature file, and when
  /// `features` are drawn again.
  ///
  /// What was learnt before is not what would be learnt now.
  package func rowVersion() throws(LedgerError) -> Int {
    try read { try Variable.takenBack.value(in: $0) ?? 0 }
  }

  /// Records that other `features` are in the feature file: a running training has learnt from the old ones.
  package func noteDrawnFeatures() throws(LedgerError) {
    try write { try noteTakenBack(in: $0) }
  }

  /// The rows that must leave the feature file, in ascending order.
  func leavingRows() throws(LedgerError) -> [Int] {
    try read {
      try Int.fetchAll(
        $0,
        sql: """
          SELECT row FROM hard_negatives INDEXED BY hard_negatives_leaving
          WHERE row IS NOT NULL AND verdict <> 'kept' ORDER BY row
          """)
    }
  }

  /// Records that those rows have left the feature file, and that the others have moved up.
  /// - Parameter first: the row of the first that stayed.
  func recordLeft(first: Int) throws(LedgerError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM hard_negatives WHERE row IS NOT NULL AND verdict = 'withdrawn'")
      try database.execute(
        sql: "UPDATE hard_negatives SET row = NULL WHERE row IS NOT NULL AND verdict <> 'kept'")
      // All rows are freed before the first is assigned.
      try database.execute(
        sql: """
          UPDATE hard_negatives SET row = -place FROM (
            SELECT id AS moved, ? + row_number() OVER (ORDER BY row) AS place
            FROM hard_negatives WHERE row IS NOT NULL)
          WHERE id = moved
          """, arguments: [first])
      try database.execute(sql: "UPDATE hard_negatives SET row = -1 - row WHERE row < 0")
      try noteTakenBack(in: database)
    }
  }
}
