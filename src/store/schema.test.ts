/** The schema as a whole, and the plans SQLite makes on it. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { migrate } from './migrate.ts';
import { reads, writes } from './statements.ts';

const golden = new URL('./__golden__/schema.sql', import.meta.url);

function migrated(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  migrate(database, 0);
  return database;
}

test('the schema is the one that was reviewed', () => {
  using database = migrated();
  const rows = database.prepare(
    'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name',
  );
  const schema = rows
    .all()
    .map(({ sql }) => `${sql};\n`)
    .join('\n');
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(new URL('.', golden), { recursive: true });
    writeFileSync(golden, schema);
  }
  assert.equal(schema, readFileSync(golden, 'utf8'), 'run this test with UPDATE_GOLDEN=1 and review the difference');
});

test('migrating twice changes nothing', () => {
  using database = migrated();
  migrate(database, 1);
  const rows = database.prepare('SELECT name, applied_at FROM schema_version ORDER BY version').all();
  const names = readdirSync(new URL('./migrations/', import.meta.url)).sort();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    names.map((name) => ({ name, applied_at: 0 })),
  );
});

/** What may be walked from end to end, and why that stays short. */
const shortWalks: Partial<Record<keyof typeof reads | keyof typeof writes, RegExp>> = {
  tenants: /^SCAN tenant$/,
  counts: /^SCAN task_count$/,
  // What is still to be removed, in a batch.
  erasures: /^SCAN erasure$/,
  blobRemovals: /^SCAN blob_removal$/,
  // Partial indexes hold nothing but what waits; these run once, at the start.
  queuedReady: /^SCAN task USING COVERING INDEX task_ready$/,
  queuedUnfetched: /^SCAN task USING INDEX task_fetch$/,
  expireRunningLeases: /^SCAN task USING (COVERING )?INDEX task_(lease|run_deadline)$/,
  expireReadyLeases: /^SCAN task USING INDEX task_ready$/,
  expireFetchLeases: /^SCAN task USING INDEX task_fetch$/,
  expireDeliveryLeases: /^SCAN delivery USING (COVERING )?INDEX delivery_lease$/,
  // Few ever are.
  pausedEngines: /^SCAN paused_engine$/,
  missingArtifacts: /^SCAN artifact USING COVERING INDEX artifact_missing$/,
  artifactsToPreview: /^SCAN artifact USING INDEX artifact_preview$/,
  // The lists that come with the question.
  listOfDialect: /^SCAN (json_each|wish) VIRTUAL TABLE/,
  listMadeFrom: /^SCAN json_each VIRTUAL TABLE/,
  listUsedIn: /^SCAN json_each VIRTUAL TABLE/,
  // The oldest few by primary key.
  deleteEventsBefore: /^SCAN (event|\(subquery-\d\))$/,
};

/** The index that must carry the statements that workers and lists depend on. */
const carriedBy: Partial<Record<keyof typeof reads | keyof typeof writes, string>> = {
  nextReadyTenant: 'task_ready',
  nextReadyKey: 'task_ready',
  firstReady: 'task_ready',
  inWork: 'task_in_work',
  nextUnfetchedTenant: 'task_fetch',
  firstUnfetched: 'task_fetch',
  abandoned: 'task_lease',
  lateToStart: 'task_start_deadline',
  lateToFinish: 'task_run_deadline',
  listByState: 'task_list',
  listByModel: 'task_model_list',
  listOfDialect: 'task_of_dialect',
  listMadeFrom: 'task_lineage USING PRIMARY KEY (source=? AND task>? AND task<?)',
  listUsedIn: 'task_lineage_task (task=? AND source>? AND source<?)',
  expiredArtifacts: 'artifact_expiry',
  sameUpload: 'artifact_content',
  openUploadSessions: 'upload_session_tenant',
  uploadSessionsOfTenant: 'upload_session_tenant',
  expiredUploadSessions: 'upload_session_expiry',
  oldPayloads: 'task_payload_age',
  artifactsOfTenant: 'artifact_tenant',
  artifactOfBlob: 'artifact_blob',
  finalTasks: 'task_list',
  artifactNeeded: 'task_list',
  events: 'event_task',
  nextEndpoint: 'delivery_due',
  dueDeliveries: 'delivery_due',
  leasedDeliveries: 'delivery_lease',
  deliveriesByState: 'delivery_list',
  deliveriesBetween: 'delivery_list',
  deliveriesOfTask: 'delivery_task',
  lastProgress: 'delivery_task',
  unsentDeliveries: 'delivery_due',
  agedDeliveries: 'delivery_age',
  agedAnswers: 'delivery_answers',
  deleteHealthBefore: 'endpoint_health_age',
};

test('no statement walks a table that grows, or sorts what an index could order', () => {
  using database = migrated();
  for (const [key, sql] of Object.entries({ ...reads, ...writes })) {
    const name = key as keyof typeof reads | keyof typeof writes;
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
    const walks = plan.filter((detail) => /^SCAN/.test(detail) && detail !== 'SCAN CONSTANT ROW');
    for (const walk of walks) assert.match(walk, shortWalks[name] ?? /^never$/, `${name}: ${plan.join(' | ')}`);
    // The few that were abandoned are found by their lease and then ordered.
    if (name !== 'abandoned') assert.ok(!plan.some((detail) => /TEMP B-TREE/.test(detail)), `${name} sorts: ${plan}`);
    const index = carriedBy[name];
    if (index !== undefined)
      assert.ok(
        plan.some((detail) => detail.includes(index)),
        `${name}: ${plan.join(' | ')}`,
      );
  }
});
