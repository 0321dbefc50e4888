package import Foundation
internal import GRDB

/// Kept pictures that are deleted, as the settings ask.
///
/// A picture is recorded as deleted before its file is removed, and loses its place afterwards, so that an interrupted
/// deletion can be finished.
extension Ledger {
  /// What may be deleted: no person will have to see it, and no features will have to be computed from it.
  private static let mayBeDeleted = """
    state = 'mined' AND kept IS NOT NULL AND deleted IS NULL AND NOT EXISTS (
      SELECT 1 FROM hard_negatives WHERE image = images.id AND (
        verdict IN ('set_aside', 'object') OR verdict = 'kept' AND row IS NULL))
    """

  /// Pictures that may be deleted, the oldest first.
  /// - Parameters:
  ///   - areEmpty: those without hard negatives, or those with some.
  ///   - end: only those that came before.
  ///   - last: only those after this one.
  package func deletable(
    areEmpty: Bool, before end: Date? = nil, after last: PictureRecord? = nil, limit: Int = 1000
  ) throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0,
        sql: """
          SELECT * FROM images
          WHERE (hard_negatives > 0) = ? AND time < ? AND (time, id) > (?, ?) AND \(Self.mayBeDeleted)
          ORDER BY time, id LIMIT ?
          """,
        arguments: [
          areEmpty ? 0 : 1, end.map { Int64($0.timeIntervalSince1970) } ?? .max,
          last.map { Int64($0.time.timeIntervalSince1970) } ?? .min, last?.id ?? 0, limit,
        ]
      )
    }
  }

  /// Records that pictures will be deleted, as far as they still may be.
  package func beginDeleting(_ pictures: [PictureRecord]) throws(LedgerError) {
    try write { database in
      try choose(pictures.map(\.id), in: database)
      try database.execute(
        sql: """
          UPDATE images SET deleted = unixepoch()
          WHERE id IN (SELECT id FROM chosen) AND \(Self.mayBeDeleted)
          """)
    }
  }

  /// The pictures whose files are to be deleted, or just were.
  package func beingDeleted() throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0,
        sql: "SELECT * FROM images WHERE kept IS NOT NULL AND deleted IS NOT NULL ORDER BY id"
      )
    }
  }

  /// Records that the models of generations are going to be deleted.
  func beginDeletingModels(_ generations: [Int]) throws(LedgerError) {
    try write { database in
      for number in generations {
        try database.execute(
          sql: "UPDATE generations SET deleted = unixepoch() WHERE number = ?", arguments: [number])
      }
    }
  }

  /// How many hard negatives of the feature file have no picture left.
  package func hardNegativesOfDeleted() throws(LedgerError) -> Int {
    try read {
      try Int.fetchOne(
        $0,
        sql: """
          SELECT count(*) FROM hard_negatives JOIN images ON images.id = image
          WHERE deleted IS NOT NULL AND row IS NOT NULL
          """) ?? 0
    }
  }

  /// Records that the files of pictures are gone from where they were kept.
  package func recordDeleted(_ pictures: [PictureRecord]) throws(LedgerError) {
    try write { database in
      let statement = try database.cachedStatement(
        sql: "UPDATE images SET kept = NULL WHERE id = ? AND kept = ? AND deleted IS NOT NULL")
      for picture in pictures {
        try statement.execute(arguments: [picture.id, picture.kept.map { StoredPath($0) }])
      }
    }
  }
}
