internal import Foundation
internal import GRDB

/// A hard negative whose features are only in the ledger.
struct UnsealedHardNegative: Sendable, FetchableRecord {
  let id: HardNegativeRecord.ID
  /// As `HardNegativeRecord.turn`.
  let turn: Int64
  let probability: Double

  init(row: Row) throws {
    id = try row.value("id")
    turn = try row.value("turn")
    probability = try row.value("probability")
  }
}

/// The ledger's part of sealing.
extension Ledger {
  /// The hard negatives to be sealed, in the order of their rows: the most confident first.
  /// - Parameter last: the highest turn wanted; nil for all.
  func unsealed(through last: Int64? = nil) throws(LedgerError) -> [UnsealedHardNegative] {
    try read {
      try UnsealedHardNegative.fetchAll(
        $0,
        sql: """
          SELECT id, coalesce(turn, id) AS turn, probability
          FROM hard_negatives INDEXED BY hard_negatives_unsealed
          WHERE verdict = 'kept' AND row IS NULL AND coalesce(turn, id) <= ?
          ORDER BY probability DESC, coalesce(turn, id)
          """,
        arguments: [last ?? .max])
    }
  }

  /// The features of unsealed hard negatives, one after another, in the order of `ids`.
  func features(of ids: [HardNegativeRecord.ID]) throws(LedgerError) -> [Float] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT floats FROM features WHERE hard_negative = ?")
      return try ids.flatMap { id in
        guard let floats = try Data.fetchOne(statement, arguments: [id]) else {
          throw LedgerError(
            path: path, cause: .damaged, "the features of hard negative \(id) are missing")
        }
        return FeatureBlob.features(floats)
      }
    }
  }

  /// Where hard negatives come from, in the order of `ids`.
  func origins(of ids: [HardNegativeRecord.ID]) throws(LedgerError) -> [RowOrigin] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT hard_negatives.*, sha256 FROM hard_negatives JOIN images ON images.id = image
          WHERE hard_negatives.id = ?
          """)
      return try ids.map { id in
        guard let row = try Row.fetchOne(statement, arguments: [id]) else {
          throw LedgerError(path: path, cause: .damaged, "hard negative \(id) is missing")
        }
        let record = try HardNegativeRecord(row: row)
        return RowOrigin(
          record.hardNegative, in: try row.digest("sha256"), by: record.generation)
      }
    }
  }

  /// Records that `ids` are rows `firstRow`, `firstRow + 1`, … of the file, and keeps only a digest of their features.
  func recordSealed(_ ids: [HardNegativeRecord.ID], firstRow: Int) throws(LedgerError) {
    try write { database in
      let place = try database.cachedStatement(
        sql: "UPDATE hard_negatives SET row = ?, digest = ? WHERE id = ?")
      let features = try database.cachedStatement(
        sql: "SELECT floats FROM features WHERE hard_negative = ?")
      for (index, id) in ids.enumerated() {
        let digest = try Data.fetchOne(features, arguments: [id])
          .map { FeatureBlob.digest(FeatureBlob.features($0)) }
        try place.execute(arguments: [firstRow + index, digest, id])
        try dropFeatures(of: id, in: database)
      }
    }
  }

  /// The highest turn that a hard negative was ever given; 0 before the first.
  func lastTurn() throws(LedgerError) -> Int64 {
    try read {
      try Int64.fetchOne($0, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'hard_negatives'")
        ?? 0
    }
  }
}

/// The ledger's part of rebuilding a feature file.
extension Ledger {
  /// The pictures that have hard negatives in the feature file, which stay there.
  func sealedPictures() throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0,
        sql: """
          SELECT * FROM images
          WHERE id IN (
            SELECT image FROM hard_negatives WHERE row IS NOT NULL AND verdict = 'kept')
          ORDER BY id
          """
      )
    }
  }

  /// The windows whose rows are in the feature file, in their order, including those that must leave it.
  func sealedHardNegatives() throws(LedgerError) -> [HardNegativeRecord] {
    try read {
      try HardNegativeRecord.fetchAll(
        $0, sql: "SELECT * FROM hard_negatives WHERE row IS NOT NULL ORDER BY row")
    }
  }

  /// Withdraws hard negatives whose pictures are gone, and records the digests of rows that were described anew.
  ///
  /// `recordLeft` follows once the file is replaced by one without their rows and all others that must leave it.
  func giveUp(
    _ lost: Set<HardNegativeRecord.ID>, recording digests: [HardNegativeRecord.ID: Int64]
  ) throws(LedgerError) {
    try write { database in
      try forgetAvailable(lost, in: database)
      try choose(Array(lost), in: database)
      try database.execute(
        sql: """
          UPDATE hard_negatives SET verdict = 'withdrawn'
          WHERE id IN (SELECT id FROM chosen) AND verdict = 'kept'
          """)
      let change = try database.cachedStatement(
        sql: "UPDATE hard_negatives SET digest = ? WHERE id = ?")
      for (id, digest) in digests { try change.execute(arguments: [digest, id]) }
    }
  }

  /// Stops counting these sealed hard negatives among those that the last training began with, so that the next does not
  /// wait for as many more.
  private func forgetAvailable(_ ids: Set<HardNegativeRecord.ID>, in database: Database) throws {
    let last = try Row.fetchOne(
      database,
      sql: "SELECT number, available_hard_negatives FROM generations ORDER BY number DESC LIMIT 1")
    guard let last else { return }
    // Those it began with have the first rows.
    let forgotten = try Int64.fetchAll(
      database,
      sql: """
        SELECT id FROM hard_negatives WHERE row IS NOT NULL AND verdict = 'kept'
        ORDER BY row LIMIT ?
        """, arguments: [last.count("available_hard_negatives")]
    ).count(where: ids.contains)
    try database.execute(
      sql: """
        UPDATE generations SET available_hard_negatives = available_hard_negatives - ?
        WHERE number = ?
        """, arguments: [forgotten, last.count("number")])
  }
}
