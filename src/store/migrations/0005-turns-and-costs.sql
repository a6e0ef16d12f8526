-- Who is next: tenants take turns, keys have a limit of their own, off-peak work waits for idle engines, and engines
-- may be paused. And how the price of a task comes about, line by line.

ALTER TABLE task ADD COLUMN is_off_peak INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN cost TEXT NOT NULL DEFAULT '{"lines":[],"source":null}'; -- JSON
ALTER TABLE tenant ADD COLUMN discount_basis_points INTEGER NOT NULL DEFAULT 0
  CHECK (discount_basis_points BETWEEN 0 AND 10000);
ALTER TABLE api_key ADD COLUMN concurrency INTEGER CHECK (concurrency > 0); -- null: only the engine limits it

DROP INDEX task_ready;
CREATE INDEX task_ready ON task (engine, is_off_peak, tenant, api_key, priority DESC, sequence)
  WHERE state = 'queued' AND are_inputs_ready = 1;
DROP INDEX task_fetch;
CREATE INDEX task_fetch ON task (tenant, priority DESC, sequence) WHERE state = 'queued' AND are_inputs_ready = 0;
-- What a key has in work; the condition stands in the query letter for letter.
CREATE INDEX task_in_work ON task (api_key) WHERE are_inputs_ready = 1 AND (state = 'running' OR lease_until > 0);

CREATE TABLE paused_engine (
  engine TEXT PRIMARY KEY,
  paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
