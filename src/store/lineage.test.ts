/** A store of before 0015: what its tasks were made from is found from what they say themselves. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { migrate } from './migrate.ts';

const folder = new URL('./migrations/', import.meta.url);

/** A database as the migrations up to this one left it. */
function databaseOf(version: number): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(
    'CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  for (const name of readdirSync(folder).sort()) {
    if (Number.parseInt(name, 10) > version) continue;
    database.exec(readFileSync(new URL(name, folder), 'utf8'));
    database.prepare('INSERT INTO schema_version VALUES (?, ?, 0)').run(Number.parseInt(name, 10), name);
  }
  return database;
}

test('the lineage of older tasks is filled in', () => {
  using database = databaseOf(14);
  database.exec(`INSERT INTO tenant (sequence, public_id, name, balance_micros, created_at) VALUES (1, 'a', '', 0, 0), (2, 'b', '', 0, 0);
    INSERT INTO api_key (sequence, public_id, tenant, name, hint, hash, created_at) VALUES (1, 'k', 1, '', '', '', 0)`);
  const insert =
    database.prepare(`INSERT INTO task (sequence, public_id, tenant, api_key, dialect, model, operation, engine,
      state, are_inputs_ready, priority, seed, progress, list_micros, reserved_micros, created_at, start_deadline_at,
      attempt_count, fence, lease_until, version, output, media, input)
    VALUES (?1, 't' || ?1, ?2, 1, '', '', '', '', 'succeeded', 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1, ?3, ?4, '{}')`);
  const add = (sequence: number, tenant: number, made: readonly string[] | null, given: readonly object[]) =>
    insert.run(
      sequence,
      tenant,
      made === null ? null : JSON.stringify({ artifactIds: made, metadata: {} }),
      JSON.stringify(given.map((source, index) => ({ field: 'images', index, source }))),
    );
  const artifact =
    database.prepare(`INSERT INTO artifact (public_id, tenant, role, token, blob_key, file_name, size_bytes, sha256,
      facts, created_at) VALUES (?1, ?2, ?3, ?1, ?1, '', 0, '', '{}', 0)`);
  add(1, 1, ['x', 'y'], []);
  add(2, 1, ['z'], [{ artifactId: 'x' }, { artifactId: 'y' }, { artifactId: 'u' }]);
  add(3, 1, null, [{ artifactId: 'z' }, { url: 'https://example.org/a.png' }]);
  add(4, 2, null, [{ artifactId: 'z' }]);
  for (const [id, role] of [
    ['x', 'output'],
    ['y', 'output'],
    ['z', 'output'],
    ['u', 'upload'],
  ] as const)
    artifact.run(id, 1, role);
  migrate(database, 1);
  const made = database
    .prepare('SELECT public_id, task FROM artifact ORDER BY public_id')
    .all()
    .map(({ public_id, task }) => [public_id, task]);
  assert.deepEqual(made, [
    ['u', null],
    ['x', 1],
    ['y', 1],
    ['z', 2],
  ]);
  const lineage = database
    .prepare('SELECT source, task FROM task_lineage')
    .all()
    .map(({ source, task }) => [source, task]);
  assert.deepEqual(lineage, [
    [1, 2],
    [2, 3],
  ]);
});
