internal import GRDB

/// A whole look at the kept pictures with one generation's model.
package struct PassRecord: Hashable, Sendable {
  package let generation: Int
  /// The pictures it looked at.
  package let images: Int
  /// The hard negatives that were new.
  package let hardNegatives: Int
  /// The objective on everything over the objective on what the generation was trained on.
  package let ratio: Double

  package init(generation: Int, images: Int, hardNegatives: Int, ratio: Double) {
    self.generation = generation
    self.images = images
    self.hardNegatives = hardNegatives
    self.ratio = ratio
  }
}

extension Ledger {
  /// Begins a look with this generation, or goes on with its look that was cut off.
  package func beginPass(_ generation: Int) throws(LedgerError) {
    try write { database in
      guard try Variable.looking.value(in: database) != generation else { return }
      try Variable.looking.set(generation, in: database)
      try Variable.lookingAfter.set(
        Int.fetchOne(
          database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'hard_negatives'") ?? 0,
        in: database)
      try Variable.lookingThrough.set(
        Int.fetchOne(database, sql: "SELECT max(id) FROM images") ?? 0, in: database)
    }
  }

  /// The margins of the hard negatives that the look under way has found so far, before a crash too.
  package func marginsOfPass() throws(LedgerError) -> [Double] {
    try read { database in
      try Double.fetchAll(
        database,
        sql: """
          SELECT margin FROM hard_negatives
          WHERE verdict = 'kept' AND generation = ? AND coalesce(turn, id) > ? AND image <= ?
          """,
        arguments: [
          Variable.looking.value(in: database), Variable.lookingAfter.value(in: database),
          Variable.lookingThrough.value(in: database),
        ])
    }
  }

  /// Ends the look under way.
  package func record(_ pass: PassRecord) throws(LedgerError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO passes (generation, images, hard_negatives, ratio) VALUES (?, ?, ?, ?)
          """,
        arguments: [pass.generation, pass.images, pass.hardNegatives, pass.ratio])
      try Variable.looking.set(nil, in: database)
    }
  }

  /// The last whole look; nil before the first.
  package func lastPass() throws(LedgerError) -> PassRecord? {
    try read {
      try PassRecord.fetchOne($0, sql: "SELECT * FROM passes ORDER BY id DESC LIMIT 1")
    }
  }
}

extension PassRecord: FetchableRecord {
  init(row: Row) throws {
    self.init(
      generation: try row.value("generation"), images: try row.count("images"),
      hardNegatives: try row.count("hard_negatives"), ratio: try row.value("ratio"))
  }
}
