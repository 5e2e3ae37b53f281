DROP TRIGGER history_is_append_only_update;
DROP TRIGGER history_is_append_only_delete;
CREATE TABLE history_of_format_3 (
  seq INTEGER NOT NULL PRIMARY KEY,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('baseline', 'edit', 'undo', 'redo', 'barrier', 'merge', 'give_out', 'copy')),
  operation TEXT NOT NULL,
  merge_key TEXT,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  device TEXT NOT NULL,
  format INTEGER NOT NULL,
  changeset BLOB NOT NULL,
  data_hash BLOB NOT NULL CHECK (length(data_hash) = 32),
  parent BLOB NOT NULL CHECK (length(parent) = 32),
  other_parent BLOB CHECK (other_parent IS NULL OR length(other_parent) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO history_of_format_3
  SELECT seq, step, kind, operation, merge_key, at, author, device, format, changeset, data_hash, parent, NULL, hash FROM history ORDER BY seq;
DROP TABLE history;
ALTER TABLE history_of_format_3 RENAME TO history;
CREATE TRIGGER history_is_append_only_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_append_only_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE keyframe (
  seq INTEGER NOT NULL PRIMARY KEY,
  format INTEGER NOT NULL,
  content BLOB NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE TRIGGER keyframe_is_append_only_update BEFORE UPDATE ON keyframe
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER keyframe_is_append_only_delete BEFORE DELETE ON keyframe
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE far_history (
  merged_by INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  seq INTEGER NOT NULL,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  operation TEXT NOT NULL,
  merge_key TEXT,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  device TEXT NOT NULL,
  format INTEGER NOT NULL,
  changeset BLOB NOT NULL,
  data_hash BLOB NOT NULL CHECK (length(data_hash) = 32),
  parent BLOB NOT NULL CHECK (length(parent) = 32),
  other_parent BLOB CHECK (other_parent IS NULL OR length(other_parent) = 32),
  PRIMARY KEY (merged_by, hash)
) STRICT;
CREATE INDEX far_history_by_merge ON far_history (merged_by, seq);
CREATE TRIGGER far_history_is_append_only_update BEFORE UPDATE ON far_history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER far_history_is_append_only_delete BEFORE DELETE ON far_history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TABLE merge_alias (
  merged_by INTEGER NOT NULL,
  far_id BLOB NOT NULL CHECK (length(far_id) = 16),
  near_id BLOB NOT NULL CHECK (length(near_id) = 16),
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (merged_by, far_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER merge_alias_is_append_only_update BEFORE UPDATE ON merge_alias
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER merge_alias_is_append_only_delete BEFORE DELETE ON merge_alias
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
