-- Blobs and records are held against each other; previews are made after the result; uploads count against a quota.

ALTER TABLE artifact ADD COLUMN missing_at INTEGER; -- since when its blob is known to be gone or cut short
ALTER TABLE artifact ADD COLUMN is_preview_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE artifact ADD COLUMN previews TEXT; -- JSON; null until they are made, and where none can be
CREATE INDEX artifact_missing ON artifact (missing_at) WHERE missing_at IS NOT NULL;
CREATE INDEX artifact_preview ON artifact (sequence) WHERE is_preview_due = 1;
CREATE INDEX artifact_content ON artifact (tenant, sha256) WHERE role = 'upload';

CREATE TABLE upload_usage (
  tenant INTEGER PRIMARY KEY REFERENCES tenant (sequence),
  size_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO upload_usage SELECT tenant, sum(size_bytes) FROM artifact WHERE role = 'upload' GROUP BY tenant;
CREATE TRIGGER upload_usage_grows AFTER INSERT ON artifact WHEN new.role = 'upload' BEGIN
  INSERT INTO upload_usage VALUES (new.tenant, new.size_bytes)
    ON CONFLICT DO UPDATE SET size_bytes = size_bytes + new.size_bytes;
END;
CREATE TRIGGER upload_usage_shrinks AFTER DELETE ON artifact WHEN old.role = 'upload' BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;
