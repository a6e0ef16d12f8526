-- Which task made a file, and which tasks were given what another had made.

ALTER TABLE artifact ADD COLUMN task INTEGER REFERENCES task (sequence); -- null: no result, or one of before that is gone
CREATE INDEX artifact_task ON artifact (task) WHERE task IS NOT NULL;

CREATE TABLE task_lineage (
  source INTEGER NOT NULL REFERENCES task (sequence),
  task INTEGER NOT NULL REFERENCES task (sequence),
  PRIMARY KEY (source, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_lineage_task ON task_lineage (task, source);

UPDATE artifact SET task = made.task
  FROM (SELECT task.sequence AS task, task.tenant AS tenant, file.value AS id FROM task, json_each(task.output, '$.artifactIds') AS file
    WHERE task.output IS NOT NULL) AS made
  WHERE artifact.public_id = made.id AND artifact.tenant = made.tenant;
INSERT INTO task_lineage
  SELECT DISTINCT artifact.task, task.sequence FROM task, json_each(task.media) AS medium
    JOIN artifact ON artifact.public_id = medium.value ->> '$.source.artifactId' AND artifact.tenant = task.tenant
    WHERE artifact.task IS NOT NULL;
