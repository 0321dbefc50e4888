internal import Detection
package import Digest
internal import Foundation
internal import GRDB

extension Ledger {
  /// The hard negatives of one picture, in the order they were acknowledged.
  package func hardNegatives(of sha256: SHA256Digest) throws(LedgerError) -> [HardNegativeRecord] {
    try read {
      try HardNegativeRecord.fetchAll(
        $0,
        sql: """
          SELECT hard_negatives.* FROM hard_negatives JOIN images ON images.id = image
          WHERE sha256 = ? ORDER BY hard_negatives.id
          """,
        arguments: [Data(sha256.bytes)]
      )
    }
  }

  /// The windows of the picture with this id.
  package func hardNegatives(ofPicture picture: PictureRecord.ID) throws(LedgerError)
    -> [HardNegativeRecord]
  {
    try read {
      try HardNegativeRecord.fetchAll(
        $0, sql: "SELECT * FROM hard_negatives WHERE image = ? ORDER BY id", arguments: [picture]
      )
    }
  }

  /// The hard negatives that wait for a person, the most confident first, each with its picture.
  /// - Parameter offset: how many of them to skip.
  package func setAside(limit: Int = 1000, offset: Int = 0) throws(LedgerError)
    -> [HardNegativeOfPicture]
  {
    try hardNegatives(
      """
      SELECT * FROM hard_negatives WHERE verdict = 'set_aside' AND row IS NULL
      ORDER BY probability DESC, id LIMIT ? OFFSET \(offset)
      """, limit: limit)
  }

  /// The hard negatives that are trained on, the most confident of each picture, the most confident first.
  package func hardest(limit: Int) throws(LedgerError) -> [HardNegativeOfPicture] {
    // SQLite takes the other columns from the row that has the maximum.
    try hardNegatives(
      """
      SELECT *, max(probability) FROM hard_negatives WHERE verdict = 'kept'
      GROUP BY image ORDER BY max(probability) DESC, id LIMIT ?
      """, limit: limit)
  }

  /// A hard negative and its picture.
  package typealias HardNegativeOfPicture = (
    picture: PictureRecord, hardNegative: HardNegativeRecord
  )

  private func hardNegatives(_ sql: String, limit: Int) throws(LedgerError)
    -> [HardNegativeOfPicture]
  {
    try read { database in
      try HardNegativeRecord.fetchAll(database, sql: sql, arguments: [limit]).map {
        (try PictureRecord($0.picture, in: database), $0)
      }
    }
  }

  /// Stores the features of a hard negative until it is sealed.
  /// - Parameter fingerprint: that of the settings they were made for; nil if unknown.
  func addFeatures(
    _ floats: Data, madeFor fingerprint: Int64?, of id: HardNegativeRecord.ID, in database: Database
  ) throws {
    try database.cachedStatement(sql: "INSERT INTO features VALUES (?, ?, ?)")
      .execute(arguments: [id, floats, fingerprint])
  }

  /// - Returns: false if there are none, because the hard negative was sealed or decided meanwhile.
  @discardableResult
  func dropFeatures(of id: HardNegativeRecord.ID, in database: Database) throws -> Bool {
    try database.cachedStatement(sql: "DELETE FROM features WHERE hard_negative = ?")
      .execute(arguments: [id])
    return database.changesCount > 0
  }
}

extension HardNegativeRecord: FetchableRecord {
  init(row: Row) throws {
    id = try row.value("id")
    turn = try row.optional("turn") ?? id
    picture = try row.value("image")
    verdict = try row.word("verdict")
    hardNegative = HardNegative(
      box: Box(
        x0: try row.pixel("x0"), y0: try row.pixel("y0"), x1: try row.pixel("x1"),
        y1: try row.pixel("y1")), layer: try row.count("layer"),
      margin: try row.value("margin"), probability: try row.value("probability"),
      isSetAside: verdict == .setAside)
    generation = try row.optional("generation")
    self.row = try row.optional("row")
    digest = try row.optional("digest")
  }
}
