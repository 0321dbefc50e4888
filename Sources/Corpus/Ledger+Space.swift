internal import GRDB

/// How the ledger stays about as large as its contents.
///
/// Features wait in it until they are sealed, and then leave free pages. SQLite reuses them; but after a flood of pictures
/// there are many more than will soon be needed.
extension Ledger {
  /// Free pages, in bytes, that are not worth the work.
  private static let spareBytes = 4 << 20

  /// The log may grow during a long read; afterwards it shrinks to this, in bytes.
  static let logLimit = 16 << 20

  private struct Space {
    let pages, free, pageBytes: Int

    init(_ database: Database) throws {
      func number(_ name: String) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0
      }
      pages = try number("page_count")
      free = try number("freelist_count")
      pageBytes = try number("page_size")
    }

    var isSpare: Bool { free * pageBytes <= Ledger.spareBytes }
    /// Whether the file is at most twice as large as its contents.
    var isFair: Bool { isSpare || 2 * free <= pages }
    /// Whether rewriting the ledger is less work: to give a page back, SQLite searches the list of all free pages, which
    /// takes minutes if they are a gigabyte.
    var isMostlyFree: Bool { free > 8 * (pages - free) }
  }

  /// Returns free pages to the disk if there are more of them than of used ones.
  ///
  /// Others may read and write meanwhile. If they prevent it, or the disk has no room for the work, it is done another
  /// time.
  package func giveBackSpace() throws(LedgerError) {
    guard try !read(Space.init).isFair else { return }
    do throws(LedgerError) {
      try giveBackAll()
    } catch {
      guard error.cause == .locked || error.cause == .diskFull else { throw error }
    }
  }

  private func giveBackAll() throws(LedgerError) {
    try writeWithoutTransaction { database in
      // A ledger made by an older Misfire is rewritten once, which takes as much room as its contents.
      let isOld = try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") == 0
      if isOld { try Self.useIncrementalVacuum(database) }
      if try isOld || Space(database).isMostlyFree { try database.execute(sql: "VACUUM") }
    }
    var space = try read(Space.init)
    while !space.isSpare {
      // A few at a time: nobody waits for long, and the log stays short.
      try writeWithoutTransaction { try $0.execute(sql: "PRAGMA incremental_vacuum(1024)") }
      let before = space.free
      space = try read(Space.init)
      guard space.free < before else { break }
    }
    try writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
  }

  /// Enables returning pages for a new ledger, or one about to be rewritten.
  static func useIncrementalVacuum(_ database: Database) throws {
    try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
  }
}
