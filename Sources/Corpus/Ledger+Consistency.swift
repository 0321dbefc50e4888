internal import GRDB
internal import SystemPackage

extension Ledger {
  /// Problems within the ledger itself.
  func inconsistencies() throws(LedgerError) -> [Finding] {
    try read { database in
      var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check")
        .filter { $0 != "ok" }
      if try !Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty {
        problems.append("some rows refer to images that do not exist")
      }
      for check in Self.checks where try Bool.fetchOne(database, sql: check.sql) == true {
        problems.append(check.problem)
      }
      return problems.map {
        Finding(path: path, problem: $0, remedy: .advice("restore the ledger from a backup"))
      }
    }
  }

  /// Queries that must return no row.
  private static let checks: [(sql: String, problem: String)] = [
    (
      """
      SELECT EXISTS (
        SELECT 1 FROM counts LEFT JOIN (
          SELECT state, count(*) AS number FROM (
            SELECT state FROM images UNION ALL SELECT verdict FROM hard_negatives
            UNION ALL SELECT 'deleted' FROM images WHERE deleted IS NOT NULL
            UNION ALL SELECT iif(verdict = 'kept', 'sealed', 'leaving') FROM hard_negatives
            WHERE row IS NOT NULL)
          GROUP BY state) ON state = name
        WHERE name <> 'unsealed_bytes' AND value <> coalesce(number, 0))
      """, "its counts do not match its contents"
    ),
    (
      """
      SELECT EXISTS (
        SELECT 1 FROM hard_negatives LEFT JOIN features ON hard_negative = hard_negatives.id
        WHERE (hard_negative IS NULL) <> (row IS NOT NULL OR verdict NOT IN ('kept', 'set_aside')))
      """, "features are missing, or remain although they are sealed"
    ),
    (
      """
      SELECT EXISTS (
        SELECT 1 FROM hard_negatives LEFT JOIN objects ON hard_negative = hard_negatives.id
        WHERE (hard_negative IS NULL) <> (verdict <> 'object'))
      """, "windows that a person called objects lack their features, or others have them"
    ),
    (
      """
      SELECT EXISTS (
        SELECT 1 FROM images WHERE hard_negatives <>
          (SELECT count(*) FROM hard_negatives WHERE image = images.id))
      """, "the number of hard negatives of some images is wrong"
    ),
  ]
}
