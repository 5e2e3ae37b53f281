ALTER TABLE "plan_version" ADD COLUMN "document_sha256" TEXT;
ALTER TABLE "sign_off" ADD COLUMN "document_sha256" TEXT;
CREATE TABLE "known_signer" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "fingerprint" TEXT NOT NULL,
  "role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "registered_on" TEXT
) STRICT, WITHOUT ROWID;
DROP TRIGGER approved_version_update;
CREATE TRIGGER approved_version_update BEFORE UPDATE ON plan_version
WHEN OLD.state IN ('approved', 'superseded', 'withdrawn') AND NOT (
  OLD.state = 'approved' AND NEW.state IN ('superseded', 'withdrawn')
  AND NEW.plan_id IS OLD.plan_id AND NEW.number IS OLD.number AND NEW.approved_on IS OLD.approved_on
  AND NEW.change_note IS OLD.change_note AND NEW.submitted_at IS OLD.submitted_at
  AND NEW.submitted_by_id IS OLD.submitted_by_id AND NEW.content_sha256 IS OLD.content_sha256
  AND NEW.content IS OLD.content AND NEW.valid_until IS OLD.valid_until AND NEW.rejected_because IS OLD.rejected_because
  AND NEW.document_sha256 IS OLD.document_sha256)
BEGIN SELECT RAISE(ABORT, 'an approved plan version never changes; start a new draft'); END;
DROP TRIGGER submitted_content_update;
CREATE TRIGGER submitted_content_update BEFORE UPDATE ON plan_version
WHEN OLD.state = 'in_review' AND NEW.state <> 'draft'
  AND (NEW.content IS NOT OLD.content OR NEW.content_sha256 IS NOT OLD.content_sha256 OR NEW.number IS NOT OLD.number
    OR NEW.document_sha256 IS NOT OLD.document_sha256)
BEGIN SELECT RAISE(ABORT, 'the content of a submitted plan version is frozen; reject it to change it'); END;
CREATE TABLE signed_file (
  sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
  after BLOB REFERENCES signed_file(sha256) DEFERRABLE INITIALLY DEFERRED,
  bytes BLOB NOT NULL
) STRICT;
CREATE TRIGGER signed_file_is_append_only_update BEFORE UPDATE ON signed_file
BEGIN SELECT RAISE(ABORT, 'a signed file never changes'); END;
CREATE TRIGGER signed_file_is_append_only_delete BEFORE DELETE ON signed_file
BEGIN SELECT RAISE(ABORT, 'a signed file is never deleted'); END;
CREATE TABLE recording_key (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  pem TEXT NOT NULL
) STRICT;
