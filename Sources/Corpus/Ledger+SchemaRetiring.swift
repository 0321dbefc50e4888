extension Ledger {
  /// The schema for retiring: one more verdict, since when a window is retired, and the turn that it had before.
  ///
  /// SQLite cannot change a CHECK of an existing table, so it is recreated. Ids and their sequence are preserved.
  static let retiring = """
    DROP TRIGGER hard_negative_added; DROP TRIGGER hard_negative_removed;
    DROP TRIGGER hard_negative_changed;

    CREATE TABLE new_hard_negatives (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      image INTEGER NOT NULL REFERENCES images (id),
      x0 INTEGER NOT NULL, y0 INTEGER NOT NULL, x1 INTEGER NOT NULL, y1 INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      margin REAL NOT NULL,
      probability REAL NOT NULL,
      generation INTEGER,
      verdict TEXT NOT NULL
        CHECK (verdict IN ('kept', 'set_aside', 'rejected', 'object', 'withdrawn', 'retired')),
      row INTEGER UNIQUE,
      turn INTEGER,
      retired INTEGER CHECK (verdict <> 'retired' OR retired IS NOT NULL),
      first_turn INTEGER CHECK ((first_turn IS NULL) = (retired IS NULL)),
      UNIQUE (image, x0, y0, x1, y1)
    ) STRICT;
    INSERT INTO new_hard_negatives
      SELECT id, image, x0, y0, x1, y1, layer, margin, probability, generation, verdict, row, turn,
        NULL, NULL
      FROM hard_negatives;

    DELETE FROM sqlite_sequence WHERE name = 'new_hard_negatives';
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'new_' || name, seq FROM sqlite_sequence WHERE name = 'hard_negatives';
    DROP TABLE hard_negatives;
    ALTER TABLE new_hard_negatives RENAME TO hard_negatives;

    CREATE INDEX hard_negatives_unsealed ON hard_negatives (verdict, coalesce(turn, id))
      WHERE row IS NULL;
    CREATE INDEX hard_negatives_leaving ON hard_negatives (row)
      WHERE row IS NOT NULL AND verdict <> 'kept';

    INSERT INTO counts VALUES ('retired', 0);

    \(windowCounting)
    """
}
