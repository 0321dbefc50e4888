import Corpus
import GRDB
import SystemPackage
import TestSupport
import Testing

/// Any program can write to an SQLite file. Bad values give an error that names the ledger, never a trap.
@Suite struct `Impossible values in the ledger` {
  static let changes = [
    "UPDATE counts SET value = 9223372036854775807",
    "UPDATE counts SET value = -9223372036854775808",
    "UPDATE generations SET available_hard_negatives = -9223372036854775808",
    "UPDATE generations SET negatives = 9223372036854775807",
    "UPDATE generations SET objective = -1",
    "UPDATE generations SET objective = 9e999",
    "UPDATE generations SET time = 9223372036854775807",
    "UPDATE generations SET number = 9223372036854775807",
    "INSERT OR REPLACE INTO variables VALUES ('claimed', 9223372036854775807)",
    "INSERT OR REPLACE INTO variables VALUES ('overflows', 9223372036854775807)",
    "UPDATE hard_negatives SET x0 = -9223372036854775808",
    "UPDATE hard_negatives SET x1 = 9223372036854775807, y1 = 9223372036854775807",
    "UPDATE hard_negatives SET layer = -1",
    "PRAGMA ignore_check_constraints = ON; UPDATE hard_negatives SET verdict = 'odd'",
    "PRAGMA ignore_check_constraints = ON; UPDATE images SET sha256 = x'00'",
    "PRAGMA ignore_check_constraints = ON; UPDATE images SET state = 'odd'",
    "PRAGMA ignore_check_constraints = ON; UPDATE promotions SET kind = 'odd'",
    "UPDATE images SET name = 7",
    "UPDATE images SET name = ''",
    "UPDATE images SET name = '/'",
    "UPDATE images SET kept = 7",
    "UPDATE images SET kept = x'2f00'",
    "UPDATE images SET time = -1",
    "UPDATE images SET windows = 9223372036854775807",
  ]

  @Test(arguments: changes)
  func `are errors`(change: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      do {
        let ledger = try Ledger(path)
        try ledger.acknowledge([picture("a.jpg", probabilities: [0.9, 0.8])])
        try ledger.recordKept([(digest("a.jpg"), folder.appending("a.jpg"))])
        try ledger.record(training(1))
      }
      let changed = try DatabaseQueue(path: path.string)
      try changed.writeWithoutTransaction { try $0.execute(sql: change) }
      try changed.close()

      let ledger = try Ledger(path)
      var failures = 0
      func attempt(_ body: () throws -> Void) throws {
        do {
          try body()
        } catch let error as LedgerError {
          failures += 1
          #expect(error.cause == .damaged, "\(error)")
          #expect("\(error)".contains("\(path): "))
        }
      }
      try attempt { _ = try ledger.counts() }
      try attempt { _ = try ledger.generations() }
      try attempt { _ = try ledger.promotions() }
      try attempt { _ = try ledger.tallies() }
      try attempt { _ = try ledger.lastRemining() }
      try attempt { _ = try ledger.picture(digest("a.jpg")) }
      try attempt { _ = try ledger.pictures(.mined) }
      try attempt { _ = try ledger.unplaced() }
      try attempt { _ = try ledger.places() }
      try attempt { _ = try ledger.hardNegatives(of: digest("a.jpg")) }
      try attempt { _ = try ledger.hardest(limit: 10) }
      try attempt { _ = try ledger.claimGeneration() }
      #expect(failures > 0)
    }
  }
}
