internal import GRDB

extension Ledger {
  /// What daemons count over the lifetime of the ledger.
  package enum Tally: String, CaseIterable, Sendable {
    /// The kernel's queue of events overflowed.
    case overflows
    /// The inbox was listed without an event of a file.
    case rescans
    /// A file was seen first by such a listing.
    case foundByRescan = "found_by_rescan"
  }

  /// How often each happened.
  package func tallies() throws(LedgerError) -> [Tally: Int] {
    try read { database in
      var tallies: [Tally: Int] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT name, value FROM variables") {
        let name: String = try row.value("name")
        if let tally = Tally(rawValue: name) { tallies[tally] = try row.count("value") }
      }
      return tallies
    }
  }

  /// Adds to each count.
  package func add(_ counts: [Tally: Int]) throws(LedgerError) {
    try write { database in
      for (tally, count) in counts {
        try database.execute(
          sql: """
            INSERT INTO variables VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
            """, arguments: [tally.rawValue, count])
      }
    }
  }

  /// Whether the daemon that worked last takes no more pictures, because most of the last look like the object.
  package func isIntakeStopped() throws(LedgerError) -> Bool {
    try read { try Variable.intakeStopped.value(in: $0) != nil }
  }

  package func recordIntake(isStopped: Bool) throws(LedgerError) {
    // Each write is synchronized, and most change nothing.
    guard try isIntakeStopped() != isStopped else { return }
    try write { try Variable.intakeStopped.set(isStopped ? 1 : nil, in: $0) }
  }
}
