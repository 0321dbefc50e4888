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
    let available = try Row.fetchOne(
      database,
      sql: "SELECT available_hard_negatives FROM generations ORDER BY number DESC LIMIT 1"
    )?.count("available_hard_negatives")
    // Fewer than there were, where some were lost with the pictures they came from.
    sinceTraining = max(0, hardNegatives - (available ?? 0))
  }
}
