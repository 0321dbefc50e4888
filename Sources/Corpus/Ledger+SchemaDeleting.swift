extension Ledger {
  /// The schema for deleting mined pictures and models: when each was deleted, how many pictures were, and which come
  /// first.
  static let deleting = """
    ALTER TABLE images ADD COLUMN deleted INTEGER;
    DROP INDEX images_unplaced;
    CREATE INDEX images_unplaced ON images (id) WHERE kept IS NULL AND deleted IS NULL;
    CREATE INDEX images_deletable ON images (hard_negatives > 0, time, id)
      WHERE state = 'mined' AND kept IS NOT NULL AND deleted IS NULL;
    CREATE INDEX images_being_deleted ON images (id) WHERE kept IS NOT NULL AND deleted IS NOT NULL;

    ALTER TABLE generations ADD COLUMN deleted INTEGER;

    INSERT INTO counts VALUES ('deleted', 0);
    CREATE TRIGGER image_deleted AFTER UPDATE OF deleted ON images
      WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
      UPDATE counts SET value = value + (NEW.deleted IS NOT NULL) - (OLD.deleted IS NOT NULL)
        WHERE name = 'deleted';
    END;
    CREATE TRIGGER deleted_image_removed AFTER DELETE ON images WHEN OLD.deleted IS NOT NULL BEGIN
      UPDATE counts SET value = value - 1 WHERE name = 'deleted';
    END;
    """
}
