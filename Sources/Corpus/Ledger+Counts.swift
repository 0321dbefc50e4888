internal import GRDB

extension Ledger {
  /// The counts of the ledger's contents.
  package func counts() throws(LedgerError) -> LedgerCounts {
    try read(LedgerCounts.init)
  }
}

extension LedgerCounts {
  init(in database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT name, value FROM counts") {
      let value = try row.count("value")
      switch try row.value("name", as: String.self) {
      case "mined": mined = value
      case "held_out": heldOut = value
      case "quarantined": quarantined = value
      case "forgotten": forgotten = value
      case "deleted": deleted = value
      case "kept": hardNegatives = value
      case "set_aside": setAside = value
      case "sealed": sealed = value
      case "leaving": leaving = value
      case "object": objects = value
      case "retired": retired = value
      case "unsealed_bytes": unsealedBytes = value
      default: break
      }
    }
    // Fewer than there were, where some were lost with the pictures they came from.
    sinceTraining = try max(0, hardNegatives - (Self.availableToLastTraining(in: database) ?? 0))
  }

  /// The hard negatives that there were when the last training began; nil before the first.
  static func availableToLastTraining(in database: Database) throws -> Int? {
    try Row.fetchOne(
      database,
      sql: "SELECT available_hard_negatives FROM generations ORDER BY number DESC LIMIT 1"
    )?.count("available_hard_negatives")
  }
}
