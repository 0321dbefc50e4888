internal import Detection
package import Digest
internal import Foundation
internal import GRDB
package import SystemPackage

extension Ledger {
  /// Records scanned and held-out pictures with their hard negatives, all in one transaction.
  ///
  /// Once this returns, the pictures may leave the inbox. A known picture, in whatever state, is updated: that is how mined
  /// pictures are mined again. A known window (the same box of the same picture) is skipped, unless it was retired before
  /// its model was trained, and so is a forgotten picture.
  /// - Returns: for each picture its hard negatives that are new, or are hard negatives again.
  @discardableResult
  package func acknowledge(_ pictures: [AcknowledgedPicture]) throws(LedgerError)
    -> [[HardNegative]]
  {
    try write { database in
      let addPicture = try database.cachedStatement(
        sql: """
          INSERT INTO images (sha256, name, state, generation, windows) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, reason = NULL,
            generation = excluded.generation, windows = excluded.windows
            WHERE state <> 'forgotten'
          RETURNING id
          """)
      return try pictures.map { picture in
        let state = picture.isHeldOut ? PictureRecord.State.heldOut : .mined
        let id = try PictureRecord.ID.fetchOne(
          addPicture,
          arguments: [
            Data(picture.sha256.bytes), StoredPath(picture.name), state.rawValue,
            picture.generation, picture.windows,
          ])
        // None if a person forgot it while it was scanned.
        return try id.map { try add(picture, to: $0, in: database) } ?? []
      }
    }
  }

  /// Adds the windows of `picture` that are new, or that were retired, and their features; returns them.
  private func add(
    _ picture: AcknowledgedPicture, to pictureID: PictureRecord.ID, in database: Database
  ) throws
    -> [HardNegative]
  {
    guard let hog = picture.hog, !picture.hardNegatives.isEmpty else { return [] }
    let (featureCount, fingerprint) = (hog.featureCount, hog.fingerprint)
    let addWindow = try database.cachedStatement(
      sql: """
        INSERT INTO hard_negatives
          (image, x0, y0, x1, y1, layer, margin, probability, generation, verdict)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (image, x0, y0, x1, y1) DO NOTHING
        """)
    var added: [HardNegative] = []
    for (index, window) in picture.hardNegatives.enumerated() {
      let verdict = window.isSetAside ? HardNegativeRecord.Verdict.setAside : .kept
      try addWindow.execute(arguments: [
        pictureID, window.box.x0, window.box.y0, window.box.x1, window.box.y1, window.layer,
        window.margin, window.probability, picture.generation, verdict.rawValue,
      ])
      let new = database.changesCount > 0 ? database.lastInsertedRowID : nil
      guard
        let id = try new
          ?? takeUpAgain(
            window, of: pictureID, by: picture.generation, as: verdict, in: database)
      else { continue }
      let row = picture.features[(index * featureCount)..<((index + 1) * featureCount)]
      try addFeatures(FeatureBlob.data(row), madeFor: fingerprint, of: id, in: database)
      added.append(window)
    }
    return added
  }

  /// Records that the content of pictures cannot be used, and why; forgotten content stays forgotten.
  package func quarantine(
    _ pictures: [(sha256: SHA256Digest, name: FilePath.Component, reason: String)]
  ) throws(LedgerError) {
    try write { database in
      for picture in pictures {
        try database.execute(
          sql: """
            INSERT INTO images (sha256, name, state, reason) VALUES (?, ?, 'quarantined', ?)
            ON CONFLICT (sha256) DO UPDATE SET state = 'quarantined', reason = excluded.reason
              WHERE state <> 'forgotten'
            """,
          arguments: [Data(picture.sha256.bytes), StoredPath(picture.name), picture.reason])
      }
    }
  }

  /// Forgets quarantined content, so that it is tried again when it next arrives.
  ///
  /// Content that gave hard negatives before it was quarantined stays known, as mined.
  package func forgetQuarantined(_ contents: [SHA256Digest]) throws(LedgerError) {
    try write { database in
      for content in contents {
        let key: StatementArguments = [Data(content.bytes)]
        try database.execute(
          sql: """
            DELETE FROM images WHERE sha256 = ? AND state = 'quarantined' AND hard_negatives = 0
            """, arguments: key)
        try database.execute(
          sql: """
            UPDATE images SET state = 'mined', reason = NULL
            WHERE sha256 = ? AND state = 'quarantined'
            """, arguments: key)
      }
    }
  }

  /// Records where pictures were moved to, or found.
  /// - Parameter unlessDeleted: leaves out those that were deleted, or are about to be.
  /// - Returns: where else the ledger had them.
  @discardableResult
  package func recordKept(
    _ kept: [(sha256: SHA256Digest, path: FilePath)], unlessDeleted: Bool = false
  ) throws(LedgerError) -> [(sha256: SHA256Digest, path: FilePath)] {
    try write { database in
      try kept.compactMap { sha256, path in
        let key = Data(sha256.bytes)
        let last = try Row.fetchOne(
          database, sql: "SELECT kept FROM images WHERE sha256 = ? AND kept <> ?",
          arguments: [key, StoredPath(path)])
        try database.execute(
          sql: """
            UPDATE images SET kept = ?, deleted = NULL
            WHERE sha256 = ? AND NOT (? AND deleted IS NOT NULL)
            """, arguments: [StoredPath(path), key, unlessDeleted])
        return try last.map { (sha256, try $0.value("kept", as: StoredPath.self).path) }
      }
    }
  }

  /// What is known of this content; nil if it has never been seen.
  package func picture(_ sha256: SHA256Digest) throws(LedgerError) -> PictureRecord? {
    try read {
      try PictureRecord.fetchOne(
        $0, sql: "SELECT * FROM images WHERE sha256 = ?", arguments: [Data(sha256.bytes)]
      )
    }
  }

  /// Calls `body` with all pictures in this state, in the order of their ids and some at a time.
  package func forEachPage(
    of state: PictureRecord.State, _ body: ([PictureRecord]) throws -> Void
  ) throws {
    var last: PictureRecord.ID = 0
    while case let page = try pictures(state, after: last), let end = page.last {
      try body(page)
      last = end.id
    }
  }

  /// The pictures with these ids, which must exist, in the order of their ids.
  package func pictures(_ ids: Set<PictureRecord.ID>) throws(LedgerError) -> [PictureRecord] {
    try read { database in try ids.sorted().map { try PictureRecord($0, in: database) } }
  }

  /// Where pictures' pictures are, if that was recorded.
  package func places() throws(LedgerError) -> Set<FilePath> {
    try read {
      try Set(
        Row.fetchAll($0, sql: "SELECT kept FROM images WHERE kept IS NOT NULL")
          .map { try $0.value("kept", as: StoredPath.self).path })
    }
  }

  /// The pictures whose place was not recorded: a crash came between moving them and `recordKept`.
  package func unplaced() throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE kept IS NULL AND deleted IS NULL ORDER BY id")
    }
  }

  /// The id of the last picture; 0 before the first.
  package func lastPicture() throws(LedgerError) -> PictureRecord.ID {
    try read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM images") ?? 0 }
  }

  /// The pictures that came after the one with this id, in the order they came.
  package func pictures(after last: PictureRecord.ID) throws(LedgerError) -> [PictureRecord] {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE id > ? ORDER BY id", arguments: [last])
    }
  }

  /// The pictures that came last, latest first.
  /// - Parameter end: only those before this one.
  package func recentPictures(limit: Int, before end: PictureRecord.ID) throws(LedgerError)
    -> [PictureRecord]
  {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE id < ? ORDER BY id DESC LIMIT ?",
        arguments: [end, limit]
      )
    }
  }

  /// One page of the pictures in a state, in the order they came.
  /// - Parameter last: the id of the last picture of the page before.
  package func pictures(_ state: PictureRecord.State, after last: Int64 = 0, limit: Int = 1000)
    throws(LedgerError) -> [PictureRecord]
  {
    try read {
      try PictureRecord.fetchAll(
        $0, sql: "SELECT * FROM images WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
        arguments: [state.rawValue, last, limit]
      )
    }
  }
}

extension PictureRecord: FetchableRecord {
  init(row: Row) throws {
    id = try row.value("id")
    sha256 = try row.digest("sha256")
    guard let name = try row.value("name", as: StoredPath.self).path.lastComponent else {
      throw ImpossibleValue(column: "name", value: row["name"])
    }
    self.name = name
    state = try row.word("state")
    generation = try row.optional("generation")
    windows = try row.count("windows")
    hardNegatives = try row.count("hard_negatives")
    reason = try row.optional("reason")
    kept = try row.optional("kept", as: StoredPath.self)?.path
    time = try row.time()
    deleted = try row.optionalTime("deleted")
    forgotten = try row.optionalTime("forgotten")
  }

  /// The picture with this id, which must exist.
  init(_ id: ID, in database: Database) throws {
    let picture = try Self.fetchOne(
      database, sql: "SELECT * FROM images WHERE id = ?", arguments: [id])
    guard let picture else { throw ImpossibleValue(column: "image", value: id.databaseValue) }
    self = picture
  }
}
