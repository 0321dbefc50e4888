internal import GRDB

/// How a generation goes live, in two steps around the replacing of `classifier_path`.
extension Ledger {
  /// Records, before the file is replaced, that a person has chosen a generation.
  /// - Parameter isPinned: whether it stays live whatever is trained.
  func beginPromotion(of generation: Int, _ kind: Promotion.Kind, isPinned: Bool)
    throws(LedgerError)
  {
    try write { database in
      try beginPromotion(of: generation, kind, in: database)
      try Variable.pinned.set(isPinned ? generation : nil, in: database)
    }
  }

  /// The number of the last change of the live model; 0 before the first.
  static func lastPromotion(in database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT max(id) FROM promotions") ?? 0
  }

  func beginPromotion(of generation: Int, _ kind: Promotion.Kind, in database: Database) throws {
    try add(kind, generation, in: database)
    try Variable.promoting.set(generation, in: database)
  }

  /// Records that the file of the live generation will be restored.
  func beginRestoring(_ generation: Int) throws(LedgerError) {
    try write { try Variable.promoting.set(generation, in: $0) }
  }

  /// Records, once the file has been replaced, that the generation is live.
  func finishPromotion(of generation: Int) throws(LedgerError) {
    try write { database in
      try Variable.live.set(generation, in: database)
      try Variable.promoting.set(nil, in: database)
    }
  }

  /// The generation whose going live was interrupted.
  func promoting() throws(LedgerError) -> Int? {
    try read(Variable.promoting.value)
  }

  /// Lets trainings go live again.
  /// - Returns: the generation that was pinned; nil if none was.
  func unpin() throws(LedgerError) -> Int? {
    try write { database in
      guard let pinned = try Variable.pinned.value(in: database) else { return nil }
      try Variable.pinned.set(nil, in: database)
      try add(.unpinned, pinned, in: database)
      return pinned
    }
  }

  private func add(_ kind: Promotion.Kind, _ generation: Int, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO promotions (kind, generation) VALUES (?, ?)",
      arguments: [kind.rawValue, generation])
  }
}
