extension Ledger {
  /// The schema for taking back: pictures may be forgotten, and a decision on a window may be changed.
  ///
  /// SQLite cannot change a CHECK of an existing table, so both tables are recreated. Ids and the sequences they come from
  /// are preserved.
  static let takingBack = """
    DROP TRIGGER image_added; DROP TRIGGER image_removed; DROP TRIGGER image_changed;
    DROP TRIGGER hard_negative_added; DROP TRIGGER hard_negative_removed;
    DROP TRIGGER hard_negative_changed;

    CREATE TABLE new_images (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      name ANY NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('mined', 'held_out', 'quarantined', 'forgotten')),
      generation INTEGER,
      windows INTEGER NOT NULL DEFAULT 0,
      hard_negatives INTEGER NOT NULL DEFAULT 0,
      reason TEXT,
      kept ANY,
      time INTEGER NOT NULL DEFAULT (unixepoch()),
      forgotten INTEGER CHECK ((forgotten IS NULL) = (state <> 'forgotten'))
    ) STRICT;
    INSERT INTO new_images
      SELECT id, sha256, name, state, generation, windows, hard_negatives, reason, kept, time, NULL
      FROM images;

    CREATE TABLE new_hard_negatives (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      image INTEGER NOT NULL REFERENCES images (id),
      x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, x1 INTEGER NOT NULL, y1 INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      margin REAL NOT NULL,
      probability REAL NOT NULL,
      generation INTEGER,
      verdict TEXT NOT NULL
        CHECK (verdict IN ('kept', 'set_aside', 'rejected', 'object', 'withdrawn')),
      row INTEGER UNIQUE,
      turn INTEGER,
      UNIQUE (image, x0, y0, x1, y1)
    ) STRICT;
    INSERT INTO new_hard_negatives
      SELECT id, image, x0, y0, x1, y1, layer, margin, probability, generation, verdict, row, NULL
      FROM hard_negatives;

    DELETE FROM sqlite_sequence WHERE name IN ('new_images', 'new_hard_negatives');
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'new_' || name, seq FROM sqlite_sequence WHERE name IN ('images', 'hard_negatives');
    DROP TABLE images;
    DROP TABLE hard_negatives;
    ALTER TABLE new_images RENAME TO images;
    ALTER TABLE new_hard_negatives RENAME TO hard_negatives;

    CREATE INDEX images_by_state ON images (state, id);
    CREATE INDEX images_unplaced ON images (id) WHERE kept IS NULL;
    CREATE INDEX hard_negatives_unsealed ON hard_negatives (verdict, coalesce(turn, id))
      WHERE row IS NULL;
    CREATE INDEX hard_negatives_leaving ON hard_negatives (row)
      WHERE row IS NOT NULL AND verdict <> 'kept';

    CREATE TABLE objects (
      hard_negative INTEGER PRIMARY KEY REFERENCES hard_negatives (id),
      floats BLOB NOT NULL,
      made_for INTEGER NOT NULL
    ) STRICT;

    ALTER TABLE generations ADD COLUMN learnt_through INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE generations ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0;
    UPDATE generations SET learnt_through = coalesce((
      SELECT max(id) FROM hard_negatives
      WHERE row < (SELECT min(row) FROM hard_negatives) + available_hard_negatives), 0);

    INSERT INTO counts VALUES ('forgotten', 0), ('object', 0), ('withdrawn', 0), ('leaving', 0);

    \(pictureCounting)
    \(windowCounting)
    """

  /// Maintains the counts of windows by verdict. Part of migrations, so it never changes.
  static let windowCounting = """
    CREATE TRIGGER hard_negative_added AFTER INSERT ON hard_negatives BEGIN
      UPDATE counts SET value = value + 1 WHERE name = NEW.verdict;
      UPDATE counts SET value = value + 1
        WHERE name = iif(NEW.verdict = 'kept', 'sealed', 'leaving') AND NEW.row IS NOT NULL;
      UPDATE images SET hard_negatives = hard_negatives + 1 WHERE id = NEW.image;
    END;
    CREATE TRIGGER hard_negative_removed AFTER DELETE ON hard_negatives BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.verdict;
      UPDATE counts SET value = value - 1
        WHERE name = iif(OLD.verdict = 'kept', 'sealed', 'leaving') AND OLD.row IS NOT NULL;
      UPDATE images SET hard_negatives = hard_negatives - 1 WHERE id = OLD.image;
    END;
    CREATE TRIGGER hard_negative_changed AFTER UPDATE OF verdict, row ON hard_negatives
      WHEN OLD.verdict <> NEW.verdict OR (OLD.row IS NULL) <> (NEW.row IS NULL) BEGIN
      UPDATE counts SET value = value - 1 WHERE name = OLD.verdict;
      UPDATE counts SET value = value + 1 WHERE name = NEW.verdict;
      UPDATE counts SET value = value - 1
        WHERE name = iif(OLD.verdict = 'kept', 'sealed', 'leaving') AND OLD.row IS NOT NULL;
      UPDATE counts SET value = value + 1
        WHERE name = iif(NEW.verdict = 'kept', 'sealed', 'leaving') AND NEW.row IS NOT NULL;
    END;
    """
}
