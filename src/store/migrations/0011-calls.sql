-- What a request said to its dialect, not to the model (such as a text that is echoed), and what it was warned of. JSON.

ALTER TABLE task ADD COLUMN call TEXT NOT NULL DEFAULT '{}';
ALTER TABLE task ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]';
