-- Sending what is owed: leases, the round of attempts a delivery is in, what each attempt met, and endpoint secrets.

ALTER TABLE delivery ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0; -- 0 when nobody holds it
ALTER TABLE delivery ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
-- A resend begins a new round; attempt_count goes on over all of them.
ALTER TABLE delivery ADD COLUMN round_started_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN round_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN finished_at INTEGER;
UPDATE delivery SET round_started_at = created_at;

-- Due deliveries are looked for endpoint by endpoint, so that the backlog of one is never walked for another.
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (tenant, url, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_lease ON delivery (tenant, url, lease_until) WHERE lease_until > 0;
CREATE INDEX delivery_list ON delivery (tenant, state, created_at);

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

-- Secrets are sealed under a key that is not in the database.
CREATE TABLE endpoint_secret (
  tenant INTEGER NOT NULL REFERENCES tenant (sequence),
  url TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  previous TEXT,
  previous_until INTEGER,
  PRIMARY KEY (tenant, url)
) STRICT, WITHOUT ROWID;
