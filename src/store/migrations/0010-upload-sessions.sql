-- Uploads that come in pieces. Their bytes lie in `uploads/` of the data directory until they are complete.

CREATE TABLE upload_session (
  sequence INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  public_id TEXT NOT NULL UNIQUE,
  size_bytes INTEGER NOT NULL,
  received_bytes INTEGER NOT NULL CHECK (received_bytes BETWEEN 0 AND size_bytes), -- on disk, counted from the start
  file_stem TEXT NOT NULL, -- made of the client's file name; empty when it gave none
  artifact_id TEXT, -- what it became; null while it is open
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_session_tenant ON upload_session (tenant, artifact_id);
CREATE INDEX upload_session_expiry ON upload_session (expires_at);

-- While a session is open, its whole size counts as held.
CREATE TRIGGER upload_session_opens AFTER INSERT ON upload_session BEGIN
  INSERT INTO upload_usage VALUES (new.tenant, new.size_bytes)
    ON CONFLICT DO UPDATE SET size_bytes = size_bytes + new.size_bytes;
END;
CREATE TRIGGER upload_session_completes AFTER UPDATE OF artifact_id ON upload_session
WHEN old.artifact_id IS NULL AND new.artifact_id IS NOT NULL BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;
CREATE TRIGGER upload_session_goes AFTER DELETE ON upload_session WHEN old.artifact_id IS NULL BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;
