CREATE TABLE api_key (
  sequence INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
, scopes TEXT NOT NULL DEFAULT '["read","submit"]', spend_cap_micros INTEGER CHECK (spend_cap_micros >= 0), spent_micros INTEGER NOT NULL DEFAULT 0 CHECK (spent_micros >= 0), last_used_at INTEGER, concurrency INTEGER CHECK (concurrency > 0)) STRICT;

CREATE INDEX api_key_tenant ON api_key (tenant);

CREATE TRIGGER upload_usage_grows AFTER INSERT ON artifact WHEN new.role = 'upload' BEGIN
  INSERT INTO upload_usage VALUES (new.tenant, new.size_bytes)
    ON CONFLICT DO UPDATE SET size_bytes = size_bytes + new.size_bytes;
END;

CREATE TRIGGER upload_usage_shrinks AFTER DELETE ON artifact WHEN old.role = 'upload' BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;

CREATE TABLE artifact (
  sequence INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  role TEXT NOT NULL CHECK (role IN ('input', 'output', 'upload')),
  token TEXT NOT NULL UNIQUE,
  blob_key TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  facts TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
, missing_at INTEGER, is_preview_due INTEGER NOT NULL DEFAULT 0, previews TEXT, task INTEGER REFERENCES task (sequence)) STRICT;

CREATE INDEX artifact_blob ON artifact (blob_key);

CREATE INDEX artifact_content ON artifact (tenant, sha256) WHERE role = 'upload';

CREATE INDEX artifact_expiry ON artifact (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX artifact_missing ON artifact (missing_at) WHERE missing_at IS NOT NULL;

CREATE INDEX artifact_preview ON artifact (sequence) WHERE is_preview_due = 1;

CREATE INDEX artifact_task ON artifact (task) WHERE task IS NOT NULL;

CREATE INDEX artifact_tenant ON artifact (tenant);

CREATE TABLE attempt (
  task INTEGER NOT NULL REFERENCES task (sequence),
  number INTEGER NOT NULL,
  key TEXT NOT NULL,
  engine TEXT NOT NULL,
  state TEXT NOT NULL,
  handle TEXT,
  error TEXT,
  intended_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (task, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob_removal (
  blob_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  sequence INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  task INTEGER NOT NULL REFERENCES task (sequence),
  dialect TEXT NOT NULL,
  event TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  attempt_count INTEGER NOT NULL,
  next_attempt_at INTEGER,
  created_at INTEGER NOT NULL
, lease_until INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0, round_started_at INTEGER NOT NULL DEFAULT 0, round_attempts INTEGER NOT NULL DEFAULT 0, finished_at INTEGER, has_answers INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX delivery_age ON delivery (finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX delivery_answers ON delivery (finished_at) WHERE finished_at IS NOT NULL AND has_answers = 1;

CREATE INDEX delivery_due ON delivery (tenant, url, next_attempt_at) WHERE state = 'pending';

CREATE INDEX delivery_lease ON delivery (tenant, url, lease_until) WHERE lease_until > 0;

CREATE INDEX delivery_list ON delivery (tenant, state, created_at);

CREATE INDEX delivery_task ON delivery (task, created_at);

CREATE TABLE delivery_attempt (
  delivery INTEGER NOT NULL REFERENCES delivery (sequence),
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  answer TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoint_health (
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  url TEXT NOT NULL,
  failing_since INTEGER NOT NULL,
  failed_at INTEGER NOT NULL,
  disabled_at INTEGER,
  PRIMARY KEY (tenant, url)
) STRICT, WITHOUT ROWID;

CREATE INDEX endpoint_health_age ON endpoint_health (failed_at) WHERE disabled_at IS NULL;

CREATE TABLE endpoint_secret (
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  url TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  previous TEXT,
  previous_until INTEGER,
  PRIMARY KEY (tenant, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER REFERENCES tenant (sequence), -- null: rows are cleared already, only their traces are left
  task INTEGER REFERENCES task (sequence), -- null: all of the tenant
  requested_at INTEGER NOT NULL
) STRICT;

CREATE INDEX erasure_task ON erasure (task);

CREATE INDEX erasure_tenant ON erasure (tenant);

CREATE TABLE event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: Last-Event-ID refers to it
  task INTEGER NOT NULL REFERENCES task (sequence),
  type TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_task ON event (task);

CREATE TABLE idempotency_record (
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  task INTEGER NOT NULL REFERENCES task (sequence),
  fingerprint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  answer TEXT, -- JSON; null until the first answer is about to be sent
  PRIMARY KEY (tenant, route, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency_record (created_at);

CREATE INDEX idempotency_task ON idempotency_record (task);

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN
  SELECT RAISE(ABORT, 'ledger entries are never removed');
END;

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry
WHEN new.note IS NOT NULL OR new.sequence <> old.sequence OR new.tenant <> old.tenant OR new.task IS NOT old.task
  OR new.kind <> old.kind OR new.amount_micros <> old.amount_micros OR new.created_at <> old.created_at
BEGIN
  SELECT RAISE(ABORT, 'ledger entries are never changed');
END;

CREATE TABLE ledger_entry (
  sequence INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  task INTEGER REFERENCES task (sequence),
  kind TEXT NOT NULL CHECK (kind IN ('grant', 'reserve', 'capture', 'release')),
  amount_micros INTEGER NOT NULL CHECK (amount_micros >= 0),
  created_at INTEGER NOT NULL, note TEXT,
  CHECK ((kind = 'grant') = (task IS NULL))
) STRICT;

CREATE UNIQUE INDEX ledger_entry_once ON ledger_entry (task, kind) WHERE task IS NOT NULL;

CREATE INDEX ledger_entry_tenant ON ledger_entry (tenant);

CREATE TABLE paused_engine (
  engine TEXT PRIMARY KEY,
  paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at INTEGER NOT NULL
  ) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TRIGGER task_count_delete AFTER DELETE ON task BEGIN
  UPDATE task_count SET count = count - 1 WHERE state = old.state;
END;

CREATE TRIGGER task_count_insert AFTER INSERT ON task BEGIN
  UPDATE task_count SET count = count + 1 WHERE state = new.state;
END;

CREATE TRIGGER task_count_update AFTER UPDATE OF state ON task WHEN old.state <> new.state BEGIN
  UPDATE task_count SET count = count - 1 WHERE state = old.state;
  UPDATE task_count SET count = count + 1 WHERE state = new.state;
END;

CREATE TABLE task (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  public_id TEXT NOT NULL UNIQUE,
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  api_key INTEGER NOT NULL REFERENCES api_key (sequence),
  dialect TEXT NOT NULL,
  wire_id TEXT,
  model TEXT NOT NULL,
  operation TEXT NOT NULL,
  engine TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
  are_inputs_ready INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  progress REAL NOT NULL,
  list_micros INTEGER NOT NULL,
  reserved_micros INTEGER NOT NULL,
  captured_micros INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  cancel_requested_at INTEGER,
  start_deadline_at INTEGER NOT NULL,
  run_deadline_at INTEGER,
  attempt_count INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  lease_until INTEGER NOT NULL, -- 0 when nobody holds it, so that one comparison finds what is free
  version INTEGER NOT NULL,
  webhook TEXT,
  error TEXT,
  output TEXT,
  media TEXT NOT NULL,
  input TEXT NOT NULL -- last: it may fill further pages, which a read of the other columns then skips
, is_off_peak INTEGER NOT NULL DEFAULT 0, cost TEXT NOT NULL DEFAULT '{"lines":[],"source":null}', erased_at INTEGER, is_payload_kept INTEGER NOT NULL DEFAULT 1, metadata TEXT, marks TEXT, call TEXT NOT NULL DEFAULT '{}', warnings TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE INDEX task_fetch ON task (tenant, priority DESC, sequence) WHERE state = 'queued' AND are_inputs_ready = 0;

CREATE INDEX task_in_work ON task (api_key) WHERE are_inputs_ready = 1 AND (state = 'running' OR lease_until > 0);

CREATE INDEX task_lease ON task (engine, lease_until) WHERE state = 'running';

CREATE INDEX task_list ON task (tenant, erased_at, state, sequence);

CREATE INDEX task_model_list ON task (tenant, model, state, sequence);

CREATE INDEX task_of_dialect ON task (tenant, dialect, created_at) WHERE wire_id IS NOT NULL AND erased_at IS NULL;

CREATE INDEX task_payload_age ON task (finished_at) WHERE finished_at IS NOT NULL AND is_payload_kept = 1;

CREATE INDEX task_ready ON task (engine, is_off_peak, tenant, api_key, priority DESC, sequence)
  WHERE state = 'queued' AND are_inputs_ready = 1;

CREATE INDEX task_run_deadline ON task (run_deadline_at) WHERE state = 'running';

CREATE INDEX task_start_deadline ON task (start_deadline_at) WHERE state = 'queued';

CREATE UNIQUE INDEX task_wire_id ON task (wire_id) WHERE wire_id IS NOT NULL;

CREATE TABLE task_count (
  state TEXT PRIMARY KEY,
  count INTEGER NOT NULL CHECK (count >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_lineage (
  source INTEGER NOT NULL REFERENCES task (sequence),
  task INTEGER NOT NULL REFERENCES task (sequence),
  PRIMARY KEY (source, task)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_lineage_task ON task_lineage (task, source);

CREATE TABLE tenant (
  sequence INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  balance_micros INTEGER NOT NULL CHECK (balance_micros >= 0),
  created_at INTEGER NOT NULL
, discount_basis_points INTEGER NOT NULL DEFAULT 0
  CHECK (discount_basis_points BETWEEN 0 AND 10000), erased_at INTEGER) STRICT;

CREATE TRIGGER upload_session_completes AFTER UPDATE OF artifact_id ON upload_session
WHEN old.artifact_id IS NULL AND new.artifact_id IS NOT NULL BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;

CREATE TRIGGER upload_session_goes AFTER DELETE ON upload_session WHEN old.artifact_id IS NULL BEGIN
  UPDATE upload_usage SET size_bytes = size_bytes - old.size_bytes WHERE tenant = old.tenant;
END;

CREATE TRIGGER upload_session_opens AFTER INSERT ON upload_session BEGIN
  INSERT INTO upload_usage VALUES (new.tenant, new.size_bytes)
    ON CONFLICT DO UPDATE SET size_bytes = size_bytes + new.size_bytes;
END;

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

CREATE INDEX upload_session_expiry ON upload_session (expires_at);

CREATE INDEX upload_session_tenant ON upload_session (tenant, artifact_id);

CREATE TABLE upload_usage (
  tenant INTEGER PRIMARY KEY REFERENCES tenant (sequence),
  size_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_key (
  task INTEGER PRIMARY KEY REFERENCES task (sequence),
  sealed TEXT NOT NULL
) STRICT;
