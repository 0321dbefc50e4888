internal import Durable
internal import Files
internal import Foundation
internal import GRDB
package import SystemPackage

/// What has been mined, trained and published: an SQLite database that several processes may use at once.
///
/// Every change is one transaction, and is on the disk (WAL, `synchronous=FULL`) when the call returns. docs/format.md
/// describes the tables.
package final class Ledger: Sendable {
  /// How long to wait for another process to finish its transaction.
  package static let patience = Duration.seconds(10)

  /// Anyone who can read a ledger can lock it and block all writers: so only the group may read it.
  private static let permissions: FilePermissions = [.ownerReadWrite, .groupRead]

  package let path: FilePath
  private let database: any DatabaseWriter

  /// Opens the ledger, and migrates an older one.
  /// - Parameters:
  ///   - path: its folder must exist if it is to be created.
  ///   - isMade: whether to create it if there is none; otherwise an empty one stands in for it, which leaves no file, and
  ///     one that this user may not write to is only read.
  ///   - isApart: an empty one stands in for it in any case, and the file is not even opened.
  package init(_ path: FilePath, isMade: Bool = true, isApart: Bool = false) throws(LedgerError) {
    self.path = path
    do {
      let configuration = Self.configuration(for: path)
      if isApart || !isMade && path.fileSize == nil {
        database = try DatabaseQueue(configuration: configuration)
      } else if !isMade && path.isReadOnly {
        database = try Self.openReadOnly(path, configuration)
      } else {
        try Durable.makeFile(path, permissions: Self.permissions)
        database = try DatabasePool(path: Self.address(of: path), configuration: configuration)
        // SQLite gives the files beside it the ledger's permissions; an earlier release let others read all three.
        for suffix in ["", "-wal", "-shm"] {
          Durable.narrow(path.sibling(suffix), to: Self.permissions)
        }
      }
      guard try database.read(Self.isKnown) else {
        throw LedgerError(
          path: path, cause: .newer,
          "this ledger was written by a newer Misfire: install that version again")
      }
      if database.configuration.readonly {
        try requireCurrent()
      } else {
        try bringUpToDate()
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  private func requireCurrent() throws {
    guard try database.read(Self.schema.hasCompletedMigrations) else {
      throw LedgerError(
        path: path, cause: .unreachable,
        """
        an older Misfire wrote this ledger, and only its owner may bring it up to date: run `misfire status` as that \
        user first
        """)
    }
  }

  private func bringUpToDate() throws {
    // Only now: opening the pool sets NORMAL, which may lose the last transactions.
    try database.writeWithoutTransaction {
      // Debian's SQLite would write zeros over all features of a seal, into the log and from there into the ledger.
      try $0.execute(
        sql: """
          PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(Self.logLimit);
          PRAGMA secure_delete = FAST
          """)
    }
    let schema = Self.schema
    do {
      try schema.migrate(database)
    } catch {
      // Another process may have done it at the same time.
      guard try database.read(schema.hasCompletedMigrations) else { throw error }
    }
  }

  private static func configuration(for path: FilePath) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(patience.components.seconds))
    configuration.label = "Ledger"
    configuration.prepareDatabase { database in
      if try Int.fetchOne(database, sql: "PRAGMA page_count") == 0 {
        try useIncrementalVacuum(database)
      } else {
        try requireOwn(database, at: path)
      }
    }
    return configuration
  }

  /// Opens a ledger that this user may read but not write to.
  private static func openReadOnly(
    _ path: FilePath, _ configuration: Configuration
  ) throws -> DatabaseQueue {
    var configuration = configuration
    configuration.readonly = true
    guard path.sibling("-wal").fileSize == nil else {
      return try DatabaseQueue(path: Self.address(of: path), configuration: configuration)
    }
    // No process has it open. SQLite would create its log here, unless it is told that nothing is going to change.
    return try DatabaseQueue(
      path: Self.address(of: path) + "?immutable=1", configuration: configuration)
  }

  /// The path as a URI, in which any byte has a place: GRDB takes text, and a path need not be text.
  /// - SeeAlso: https://www.sqlite.org/uri.html
  private static func address(of path: FilePath) -> String {
    let plain = Set(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~".utf8)
    return path.bytes.reduce(into: "file://") { address, byte in
      address +=
        plain.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%" + String(Int(byte) | 256, radix: 16).suffix(2)
    }
  }

  /// Throws if the database is not a ledger, before anything in it changes.
  private static func requireOwn(_ database: Database, at path: FilePath) throws {
    let tables = try String.fetchAll(
      database,
      sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    guard tables.isEmpty || Set(["grdb_migrations", "images"]).isSubset(of: tables) else {
      throw LedgerError(
        path: path, cause: .foreign,
        "it is another program's SQLite file, so it was not changed: set another state_path")
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

  /// Runs `body` without a transaction, for what SQLite does not do in one.
  func writeWithoutTransaction(_ body: (Database) throws -> Void) throws(LedgerError) {
    do {
      try database.writeWithoutTransaction(body)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Runs `body` as one transaction: afterwards all of it is on the disk, or nothing.
  func write<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
    do {
      return try database.write(body)
    } catch {
      throw LedgerError(error, path: path)
    }
  }
}
