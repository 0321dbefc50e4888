package import Digest
package import Foundation
internal import GRDB
package import SystemPackage

/// What was taken back with some pictures.
package struct Forgotten: Sendable, Equatable {
  /// The pictures that were not forgotten before.
  package var pictures = 0
  /// Their windows that were hard negatives; of these, those that were in the feature file.
  package var hardNegatives = 0
  package var sealed = 0
  /// Their windows that waited for a person, and those that a person had decided.
  package var others = 0
  /// The generation that was live then, or going live, if it has learnt from them.
  package var taughtGeneration: Int?
  /// The same, if it has learnt from them or from anything that was taken back before.
  package var outdatedGeneration: Int?
}

extension Ledger {
  /// Takes pictures back: their hard negatives are withdrawn, and their content is refused from now on.
  ///
  /// Call it in `FeatureFile.takingBack`: rows of the feature file stay known until they have left it.
  /// - Parameter reason: why, in a person's words.
  func forget(_ pictures: [PictureRecord.ID], reason: String) throws(LedgerError) -> Forgotten {
    try write { database in
      var forgotten = Forgotten()
      // In the same transaction: another process may take something else back, or publish a generation.
      let live = try Self.chosen(in: database)
      let before = try takenBack(from: live, in: database)
      try choose(pictures, in: database)
      try database.execute(
        sql: """
          UPDATE images SET state = 'forgotten', reason = ?, forgotten = unixepoch()
          WHERE id IN (SELECT id FROM chosen) AND state <> 'forgotten'
          """, arguments: [reason])
      forgotten.pictures = database.changesCount
      let windows = try HardNegativeRecord.fetchAll(
        database,
        sql: """
          SELECT * FROM hard_negatives
          WHERE image IN (SELECT id FROM chosen) AND verdict <> 'withdrawn'
          """)
      for window in windows {
        let isKept = window.verdict == .kept
        let isLearntFrom = isKept || window.verdict == .retired
        forgotten.hardNegatives += isLearntFrom ? 1 : 0
        forgotten.sealed += isKept && window.row != nil ? 1 : 0
        forgotten.others += isLearntFrom ? 0 : 1
      }
      try choose(windows.map(\.id), in: database)
      try countTakenBack(1, "verdict IN ('kept', 'retired')", in: database)
      try dropChosenFeatures(in: database)
      try dropChosenObjects(in: database)
      try database.execute(
        sql: "DELETE FROM hard_negatives WHERE id IN (SELECT id FROM chosen) AND row IS NULL")
      try database.execute(
        sql: "UPDATE hard_negatives SET verdict = 'withdrawn' WHERE id IN (SELECT id FROM chosen)")
      let after = try takenBack(from: live, in: database)
      forgotten.taughtGeneration = after > before ? live : nil
      forgotten.outdatedGeneration = after > 0 ? live : nil
      return forgotten
    }
  }

  /// How many of the hard negatives that a generation learnt from have been taken back; 0 if there is no such generation.
  private func takenBack(from generation: Int?, in database: Database) throws -> Int {
    // An earlier release may have counted too few.
    try Int.fetchOne(
      database, sql: "SELECT max(0, taken_back) FROM generations WHERE number = ?",
      arguments: [generation]) ?? 0
  }

  /// Allows forgotten pictures again, as if they had never been seen.
  /// - Precondition: none of their rows are in the feature file any more.
  package func unforget(_ pictures: [PictureRecord.ID]) throws(LedgerError) {
    try write { database in
      try choose(pictures, in: database)
      try database.execute(
        sql: """
          DELETE FROM images WHERE id IN (SELECT id FROM chosen) AND state = 'forgotten'
          """)
    }
  }

  /// The contents that are forgotten.
  package func forgottenContents() throws(LedgerError) -> Set<SHA256Digest> {
    try read {
      Set(
        try Data.fetchAll($0, sql: "SELECT sha256 FROM images WHERE state = 'forgotten'")
          .compactMap { SHA256Digest(bytes: Array($0)) })
    }
  }
}

/// Finding pictures by what a person knows of them.
extension Ledger {
  /// The pictures that arrived under this name, are kept under it, or are kept at this place.
  package func pictures(named path: FilePath) throws(LedgerError) -> [PictureRecord] {
    let name = path.components.count == 1 ? path.lastComponent : nil
    return try read { database in
      try PictureRecord.fetchAll(
        database,
        sql: """
          SELECT * FROM images
          WHERE name = :name OR kept = :path OR substr(kept, -length(:end)) = :end ORDER BY id
          """,
        arguments: [
          "name": name.map(StoredPath.init), "path": StoredPath(path),
          "end": name.map { StoredPath(FilePath(root: "/", [$0])) },
        ]
      )
    }
  }

  /// The pictures whose SHA-256 begins with these hexadecimal digits.
  package func pictures(sha256Prefix prefix: String) throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE hex(sha256) LIKE ? ORDER BY id",
        arguments: [prefix.uppercased() + "%"]
      )
    }
  }

  /// The pictures that first came within a span of time.
  package func pictures(from start: Date, through end: Date) throws(LedgerError) -> [PictureRecord]
  {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE time BETWEEN ? AND ? ORDER BY id",
        arguments: [
          Int64(start.timeIntervalSince1970.rounded(.up)),
          Int64(end.timeIntervalSince1970.rounded(.down)),
        ]
      )
    }
  }

  /// The pictures that a generation was the first to learn from.
  package func picturesFirstLearnt(by generation: Int) throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0,
        sql: """
          SELECT * FROM images WHERE id IN (
            SELECT image FROM hard_negatives
            WHERE verdict = 'kept' AND row IS NOT NULL OR verdict = 'retired'
            GROUP BY image HAVING min(coalesce(first_turn, turn, id)) <= (
                SELECT learnt_through FROM generations WHERE number = :number)
              AND min(coalesce(first_turn, turn, id)) > coalesce((
                SELECT max(learnt_through) FROM generations WHERE number < :number), 0))
          ORDER BY id
          """, arguments: ["number": generation]
      )
    }
  }

  /// The last accepted generation before this one that learnt from nothing taken back since, and whose model was not
  /// deleted; nil if there is none.
  package func cleanGeneration(before generation: Int) throws(LedgerError) -> Int? {
    try read {
      try Int.fetchOne(
        $0,
        sql: """
          SELECT max(number) FROM generations
          WHERE accepted AND taken_back <= 0 AND deleted IS NULL AND number < ?
          """, arguments: [generation])
    }
  }
}
