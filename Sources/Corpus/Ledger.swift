internal import GRDB
public import SystemPackage

/// What has been mined, trained and published: an SQLite database that several processes may use at once.
///
/// Every change is one transaction, and is on the disk (WAL, `synchronous=FULL`) when the call
/// returns. docs/format.md shows the tables.
public final class Ledger: Sendable {
  /// How long to wait for another process to finish its transaction.
  public static let patience = Duration.seconds(10)

  public let path: FilePath
  private let database: DatabasePool

  /// Opens the ledger, makes it where there is none, and brings an older one up to date.
  /// - Parameter path: its folder must exist.
  public init(_ path: FilePath) throws(LedgerError) {
    self.path = path
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(Double(Self.patience.components.seconds))
      configuration.label = "Ledger"
      database = try DatabasePool(path: path.string, configuration: configuration)
      // Only now: opening the pool sets NORMAL, which may lose the last transactions.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      let schema = Self.schema
      guard try !database.read(schema.hasBeenSuperseded) else {
        throw LedgerError(
          path: path, cause: .newer, "a newer Misfire wrote this ledger: install that one again")
      }
      do {
        try schema.migrate(database)
      } catch {
        // Another process may have done it at the same time.
        guard try database.read(schema.hasCompletedMigrations) else { throw error }
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Runs `body` on a snapshot.
  func read<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
    do {
      return try database.read(body)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Runs `body` as one transaction: all of it is on the disk afterwards, or nothing.
  func write<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
    do {
      return try database.write(body)
    } catch {
      throw LedgerError(error, path: path)
    }
  }
}
