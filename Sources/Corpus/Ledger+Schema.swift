internal import GRDB

extension Ledger {
  /// The tables, one migration for each released form; docs/format.md explains them.
  static var schema: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { try $0.execute(sql: version1) }
    migrator.registerMigration("2", foreignKeyChecks: .immediate) {
      try $0.execute(sql: "ALTER TABLE features ADD COLUMN made_for INTEGER")
    }
    migrator.registerMigration("3") { try $0.execute(sql: takingBack) }
    migrator.registerMigration("4") { try $0.execute(sql: retiring) }
    migrator.registerMigration("5") { try $0.execute(sql: deleting) }
    migrator.registerMigration("6") {
      try $0.execute(sql: "ALTER TABLE hard_negatives ADD COLUMN digest INTEGER")
    }
    return migrator
  }

  /// A migration recorded by a ledger whose feature file is in segments. A Misfire without segments takes the ledger for a
  /// newer one's, and touches neither.
  private static let segments = "segments"

  /// Whether the ledger has no unknown migrations.
  static func isKnown(_ database: Database) throws -> Bool {
    try schema.appliedIdentifiers(database).subtracting([segments])
      .isSubset(of: schema.migrations)
  }

  /// Records that the feature file will be kept in segments.
  func recordSegments() throws(LedgerError) {
    let isRecorded = try read { try Self.schema.appliedIdentifiers($0).contains(Self.segments) }
    guard !isRecorded else { return }
    try write {
      try $0.execute(
        sql: "INSERT OR IGNORE INTO grdb_migrations (identifier) VALUES (?)",
        arguments: [Self.segments])
    }
  }

  /// Features have their own table, so that `hard_negatives` stays small when they are dropped, and triggers maintain
  /// counts, so that nothing ever has to be counted.
  private static let version1 = """
    CREATE TABLE images (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      name ANY NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('mined', 'held_out', 'quarantined')),
      generation INTEGER,
      windows INTEGER NOT NULL DEFAULT 0,
      hard_negatives INTEGER NOT NULL DEFAULT 0,
      reason TEXT,
      kept ANY,
      time INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;
    CREATE INDEX images_by_state ON images (state, id);
    CREATE INDEX images_unplaced ON images (id) WHERE kept IS NULL;

    CREATE TABLE hard_negatives (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      image INTEGER NOT NULL REFERENCES images (id),
      x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, x1 INTEGER NOT NULL, y1 INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      margin REAL NOT NULL,
      probability REAL NOT NULL,
      generation INTEGER,
      verdict TEXT NOT NULL CHECK (verdict IN ('kept', 'set_aside', 'rejected')),
      row INTEGER UNIQUE CHECK (row IS NULL OR verdict = 'kept'),
      UNIQUE (image, x0, y0, x1, y1)
    ) STRICT;
    CREATE INDEX hard_negatives_unsealed ON hard_negatives (verdict, id) WHERE row IS NULL;

    CREATE TABLE features (
      hard_negative INTEGER PRIMARY KEY REFERENCES hard_negatives (id),
      floats BLOB NOT NULL
    ) STRICT;

    CREATE TABLE generations (
      number INTEGER PRIMARY KEY,
      positives INTEGER NOT NULL,
      negatives INTEGER NOT NULL,
      hard_negatives INTEGER NOT NULL,
      available_hard_negatives INTEGER NOT NULL,
      objective REAL NOT NULL,
      metrics TEXT NOT NULL CHECK (json_valid(metrics)),
      accepted INTEGER NOT NULL,
      reason TEXT NOT NULL,
      forced INTEGER NOT NULL,
      time INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;

    CREATE TABLE promotions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('published', 'rolled_back', 'pinned', 'unpinned')),
      generation INTEGER NOT NULL,
      time INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;

    CREATE TABLE passes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      generation INTEGER NOT NULL,
      images INTEGER NOT NULL,
      hard_negatives INTEGER NOT NULL,
      ratio REAL NOT NULL,
      time INTEGER NOT NULL DEFAULT (unixepoch())
    ) STRICT;

    CREATE TABLE variables (name TEXT PRIMARY KEY, value INTEGER) STRICT, WITHOUT ROWID;

    CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO counts VALUES
      ('mined', 0), ('held_out', 0), ('quarantined', 0),
      ('kept', 0), ('set_aside', 0), ('rejected', 0), ('sealed', 0), ('unsealed_bytes', 0);

    \(pictureCounting)
    CREATE TRIGGER hard_negative_added AFTER INSERT ON hard_negatives BEGIN
      UPDATE counts SET value = value + 1 WHERE name = NEW.verdict;
      UPDATE counts SET value = value + (NEW.row IS NOT NULL) WHERE name = 'sealed';
      UPDATE images SET hard_negatives = hard_negatives + 1 WHERE id = NEW.image;
    END;
    CREATE TRIGGER hard_negative_removed AFTER DELETE ON hard_negatives BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.verdict;
      UPDATE counts SET value = value - (OLD.row IS NOT NULL) WHERE name = 'sealed';
      UPDATE images SET hard_negatives = hard_negatives - 1 WHERE id = OLD.image;
    END;
    CREATE TRIGGER hard_negative_changed AFTER UPDATE OF verdict, row ON hard_negatives BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.verdict;
      UPDATE counts SET value = value + 1 WHERE name = NEW.verdict;
      UPDATE counts SET value = value + (NEW.row IS NOT NULL) - (OLD.row IS NOT NULL)
        WHERE name = 'sealed';
    END;
    CREATE TRIGGER features_added AFTER INSERT ON features BEGIN
      UPDATE counts SET value = value + length(NEW.floats) WHERE name = 'unsealed_bytes';
    END;
    CREATE TRIGGER features_removed AFTER DELETE ON features BEGIN
      UPDATE counts SET value = value - length(OLD.floats) WHERE name = 'unsealed_bytes';
    END;
    """

  /// Maintains the counts of pictures by state. Part of released migrations, so it never changes.
  static let pictureCounting = """
    CREATE TRIGGER image_added AFTER INSERT ON images BEGIN
      UPDATE counts SET value = value + 1 WHERE name = NEW.state;
    END;
    CREATE TRIGGER image_removed AFTER DELETE ON images BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.state;
    END;
    CREATE TRIGGER image_changed AFTER UPDATE OF state ON images BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.state;
      UPDATE counts SET value = value + 1 WHERE name = NEW.state;
    END;
    """
}
