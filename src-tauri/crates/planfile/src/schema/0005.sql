ALTER TABLE "plan" ADD COLUMN "spokesperson_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "plan" ADD COLUMN "release_rule" TEXT;
ALTER TABLE "plan" ADD COLUMN "handover_rule" TEXT;
ALTER TABLE "plan" ADD COLUMN "offline_copy" TEXT;
ALTER TABLE "plan_version" ADD COLUMN "compared_with" TEXT;
CREATE TABLE "version_change" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "version_id" BLOB NOT NULL REFERENCES "plan_version"(id) DEFERRABLE INITIALLY DEFERRED,
  "name" TEXT NOT NULL,
  "noun" TEXT NOT NULL,
  "what" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "version_change_value" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "change_id" BLOB NOT NULL REFERENCES "version_change"(id) DEFERRABLE INITIALLY DEFERRED,
  "label" TEXT NOT NULL,
  "old" TEXT,
  "new" TEXT,
  "reach" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "version_result" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "version_id" BLOB NOT NULL REFERENCES "plan_version"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "comm_template" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "code" TEXT NOT NULL,
  "audience" TEXT,
  "channel" TEXT,
  "when" TEXT,
  "rhythm_min" INTEGER,
  "text" TEXT,
  "release_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "reporting_duty" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "code" TEXT NOT NULL,
  "authority" TEXT,
  "basis" TEXT,
  "trigger" TEXT,
  "deadline_min" INTEGER,
  "role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "contact" TEXT,
  "note" TEXT
) STRICT, WITHOUT ROWID;
DROP TRIGGER approved_version_update;
CREATE TRIGGER approved_version_update BEFORE UPDATE ON plan_version
WHEN OLD.state IN ('approved', 'superseded', 'withdrawn') AND NOT (
  OLD.state = 'approved' AND NEW.state IN ('superseded', 'withdrawn')
  AND NEW.plan_id IS OLD.plan_id AND NEW.number IS OLD.number AND NEW.approved_on IS OLD.approved_on
  AND NEW.change_note IS OLD.change_note AND NEW.submitted_at IS OLD.submitted_at
  AND NEW.submitted_by_id IS OLD.submitted_by_id AND NEW.content_sha256 IS OLD.content_sha256
  AND NEW.content IS OLD.content AND NEW.valid_until IS OLD.valid_until AND NEW.rejected_because IS OLD.rejected_because
  AND NEW.document_sha256 IS OLD.document_sha256 AND NEW.compared_with IS OLD.compared_with)
BEGIN SELECT RAISE(ABORT, 'an approved plan version never changes; start a new draft'); END;
CREATE TRIGGER approved_version_change_update BEFORE UPDATE ON version_change
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version never changes'); END;
CREATE TRIGGER approved_version_change_delete BEFORE DELETE ON version_change
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version is never deleted'); END;
CREATE TRIGGER approved_version_change_value_update BEFORE UPDATE ON version_change_value
WHEN (SELECT v.state FROM plan_version v JOIN version_change c ON c.version_id = v.id WHERE c.id = OLD.change_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version never changes'); END;
CREATE TRIGGER approved_version_change_value_delete BEFORE DELETE ON version_change_value
WHEN (SELECT v.state FROM plan_version v JOIN version_change c ON c.version_id = v.id WHERE c.id = OLD.change_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version is never deleted'); END;
CREATE TRIGGER approved_version_result_update BEFORE UPDATE ON version_result
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version never changes'); END;
CREATE TRIGGER approved_version_result_delete BEFORE DELETE ON version_result
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the change summary of an approved plan version is never deleted'); END;
