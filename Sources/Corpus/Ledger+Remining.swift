internal import GRDB

/// A complete pass over the mined pictures with one generation's model.
package struct ReminingRecord: Hashable, Sendable {
  package let generation: Int
  /// The pictures it mined.
  package let pictures: Int
  /// The hard negatives that were new.
  package let hardNegatives: Int
  /// The objective on everything over the objective on what the generation was trained on.
  package let ratio: Double

  package init(generation: Int, pictures: Int, hardNegatives: Int, ratio: Double) {
    self.generation = generation
    self.pictures = pictures
    self.hardNegatives = hardNegatives
    self.ratio = ratio
  }
}

extension Ledger {
  /// Begins a pass with this generation, or resumes its interrupted pass.
  package func beginRemining(_ generation: Int) throws(LedgerError) {
    try write { database in
      guard try Variable.remining.value(in: database) != generation else { return }
      try Variable.remining.set(generation, in: database)
      try Variable.reminingAfter.set(
        Int.fetchOne(
          database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'hard_negatives'") ?? 0,
        in: database)
      try Variable.reminingThrough.set(
        Int.fetchOne(database, sql: "SELECT max(id) FROM images") ?? 0, in: database)
    }
  }

  /// The margins of the hard negatives that the current pass has found so far, including before a crash.
  package func marginsOfRemining() throws(LedgerError) -> [Double] {
    try read { database in
      try Double.fetchAll(
        database,
        sql: """
          SELECT margin FROM hard_negatives
          WHERE verdict = 'kept' AND generation = ? AND coalesce(turn, id) > ? AND image <= ?
          """,
        arguments: [
          Variable.remining.value(in: database), Variable.reminingAfter.value(in: database),
          Variable.reminingThrough.value(in: database),
        ])
    }
  }

  /// Ends the current pass.
  package func record(_ pass: ReminingRecord) throws(LedgerError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO passes (generation, images, hard_negatives, ratio) VALUES (?, ?, ?, ?)
          """,
        arguments: [pass.generation, pass.pictures, pass.hardNegatives, pass.ratio])
      // What it found decides from now on whether there is more to learn.
      try Variable.unchanged.set(nil, in: database)
      try Variable.remining.set(nil, in: database)
    }
  }

  /// The last complete pass; nil before the first.
  package func lastRemining() throws(LedgerError) -> ReminingRecord? {
    try read {
      try ReminingRecord.fetchOne($0, sql: "SELECT * FROM passes ORDER BY id DESC LIMIT 1")
    }
  }
}

extension ReminingRecord: FetchableRecord {
  init(row: Row) throws {
    self.init(
      generation: try row.value("generation"), pictures: try row.count("images"),
      hardNegatives: try row.count("hard_negatives"), ratio: try row.value("ratio"))
  }
}
