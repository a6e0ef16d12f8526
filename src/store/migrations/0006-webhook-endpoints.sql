-- Endpoints that fail, the sealed keys of callers whose vendor signs with them, and how long deliveries are kept.

-- A row stands only while its endpoint fails.
CREATE TABLE endpoint_health (
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  url TEXT NOT NULL,
  failing_since INTEGER NOT NULL,
  failed_at INTEGER NOT NULL,
  disabled_at INTEGER,
  PRIMARY KEY (tenant, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoint_health_age ON endpoint_health (failed_at) WHERE disabled_at IS NULL;

-- Removed when the last delivery of its task is final.
CREATE TABLE webhook_key (
  task INTEGER PRIMARY KEY REFERENCES task (sequence),
  sealed TEXT NOT NULL
) STRICT;

ALTER TABLE delivery ADD COLUMN has_answers INTEGER NOT NULL DEFAULT 0;
UPDATE delivery SET has_answers = 1 WHERE attempt_count > 0;
CREATE INDEX delivery_age ON delivery (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX delivery_answers ON delivery (finished_at) WHERE finished_at IS NOT NULL AND has_answers = 1;

-- A task that announces its progress has many.
DROP INDEX delivery_task;
CREATE INDEX delivery_task ON delivery (task, created_at);
