-- Lists of what came in by one dialect in a span of time. Tasks of the native API have no wire id, and no place here.

CREATE INDEX task_of_dialect ON task (tenant, dialect, created_at) WHERE wire_id IS NOT NULL AND erased_at IS NULL;
