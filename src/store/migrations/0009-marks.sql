-- What the client wanted kept with a task, as it was given, and the marks that its files get. Both are JSON.

ALTER TABLE task ADD COLUMN metadata TEXT;
ALTER TABLE task ADD COLUMN marks TEXT; -- null: none
