-- Removing content for good: what is still to be done, and tasks of which only amounts and ids are left.

ALTER TABLE task ADD COLUMN erased_at INTEGER; -- once set, the row is nothing but a place for its ledger entries
ALTER TABLE task ADD COLUMN is_payload_kept INTEGER NOT NULL DEFAULT 1; -- 0 once its input and details outlived their time
ALTER TABLE tenant ADD COLUMN erased_at INTEGER;

-- `IS NULL` is an equality to an index, so lists pass what is erased without a look at it.
DROP INDEX task_list;
CREATE INDEX task_list ON task (tenant, erased_at, state, sequence);
CREATE INDEX task_payload_age ON task (finished_at) WHERE finished_at IS NOT NULL AND is_payload_kept = 1;
CREATE INDEX artifact_tenant ON artifact (tenant);
CREATE INDEX artifact_blob ON artifact (blob_key);

-- Intentions: each stays until nothing of the content is left in rows, files, free space and the log.
CREATE TABLE erasure (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER REFERENCES tenant (sequence), -- null: rows are cleared already, only their traces are left
  task INTEGER REFERENCES task (sequence), -- null: all of the tenant
  requested_at INTEGER NOT NULL
) STRICT;
CREATE INDEX erasure_tenant ON erasure (tenant);
CREATE INDEX erasure_task ON erasure (task);

-- Files whose record is gone.
CREATE TABLE blob_removal (
  blob_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A note is the only free text of the ledger: it may be taken away, never changed.
DROP TRIGGER ledger_entry_no_update;
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
WHEN new.note IS NOT NULL OR new.sequence <> old.sequence OR new.tenant <> old.tenant OR new.task IS NOT old.task
  OR new.kind <> old.kind OR new.amount_micros <> old.amount_micros OR new.created_at <> old.created_at
BEGIN
  SELECT RAISE(ABORT, 'ledger entries are never changed');
END;
