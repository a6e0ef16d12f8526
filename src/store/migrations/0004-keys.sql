-- Keys say what they may do and how much they may spend; grants say what they are for.

ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT '["read","submit"]';
ALTER TABLE api_key ADD COLUMN spend_cap_micros INTEGER CHECK (spend_cap_micros >= 0); -- null: only the balance limits it
-- Reserved and captured by its tasks over its whole life; what is released comes off again.
ALTER TABLE api_key ADD COLUMN spent_micros INTEGER NOT NULL DEFAULT 0 CHECK (spent_micros >= 0);
ALTER TABLE api_key ADD COLUMN last_used_at INTEGER;
UPDATE api_key SET spent_micros =
  (SELECT coalesce(sum(coalesce(captured_micros, reserved_micros)), 0) FROM task WHERE task.api_key = api_key.sequence);

ALTER TABLE ledger_entry ADD COLUMN note TEXT;
