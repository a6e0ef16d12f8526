-- Which task a client's Idempotency-Key led to, and the answer it got.

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
