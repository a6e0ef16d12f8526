/** Every statement of the store, by hand. A test asks SQLite for the plan of each: none may scan a table that grows. */
import { artifactReads, artifactWrites } from './artifact-statements.ts';
import { deliveryReads, deliveryWrites } from './delivery-statements.ts';
import { erasureReads, erasureWrites } from './erasure-statements.ts';
import {
  artifactColumns,
  attemptColumns,
  entryColumns,
  eventColumns,
  keyColumns,
  taskColumns,
  tenantColumns,
} from './rows.ts';
import { uploadReads, uploadWrites } from './upload-statements.ts';

const fromTask = `FROM task JOIN tenant ON tenant.sequence = task.tenant JOIN api_key ON api_key.sequence = task.api_key`;
const laneColumns = 'task.engine, task.is_off_peak, tenant.public_id, task.priority, task.sequence';
const fromArtifact = 'FROM artifact JOIN tenant ON tenant.sequence = artifact.tenant';

const lineageList = (known: 'source' | 'task', listed: 'source' | 'task') => `SELECT task.sequence
  FROM task_lineage JOIN task ON task.sequence = task_lineage.${listed}
  WHERE task_lineage.${known} = (SELECT sequence FROM task WHERE public_id = ?1)
    AND task_lineage.${listed} >= ?3 AND task_lineage.${listed} < ?4
    AND task.tenant = (SELECT sequence FROM tenant WHERE public_id = ?2) AND task.erased_at IS NULL
    AND (?5 IS NULL OR task.state IN (SELECT value FROM json_each(?5))) AND (?6 IS NULL OR task.model = ?6)
  ORDER BY task_lineage.${listed} DESC LIMIT ?7`;

/** Run on the main thread's read-only connection. */
export const reads = {
  anyTask: `SELECT ${taskColumns} ${fromTask} WHERE task.public_id = ? AND task.erased_at IS NULL`,
  taskByWireId: `SELECT ${taskColumns} ${fromTask} WHERE task.wire_id = ? AND tenant.public_id = ?`,
  taskBySequence: `SELECT ${taskColumns} ${fromTask} WHERE task.sequence = ?`,
  listByState: `SELECT sequence FROM task
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND erased_at IS NULL AND state = ? AND sequence < ?
    ORDER BY sequence DESC LIMIT ?`,
  listByModel: `SELECT sequence FROM task
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND state = ? AND sequence < ? AND model = ?
    ORDER BY sequence DESC LIMIT ?`,
  /** What was made from the results of a task, and what its own inputs were results of; null asks nothing. */
  listMadeFrom: lineageList('source', 'task'),
  listUsedIn: lineageList('task', 'source'),
  /** Lists and objects come as JSON; null asks nothing. */
  listOfDialect: `SELECT sequence FROM task
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?1) AND dialect = ?2
      AND wire_id IS NOT NULL AND erased_at IS NULL AND created_at >= ?3 AND created_at < ?4
      AND (created_at, sequence) < (?5, ?6)
      AND (?7 IS NULL OR state IN (SELECT value FROM json_each(?7)))
      AND (?8 IS NULL OR model IN (SELECT value FROM json_each(?8)))
      AND NOT EXISTS (SELECT 1 FROM json_each(?9) AS wish
        WHERE coalesce(json_extract(input, '$.' || wish.key) NOT IN (SELECT value FROM json_each(wish.value)), 1))
    ORDER BY created_at DESC, sequence DESC LIMIT ?10 OFFSET ?11`,
  lateToStart: `SELECT ${taskColumns} ${fromTask}
    WHERE task.state = 'queued' AND task.start_deadline_at <= ?1 AND task.lease_until <= ?1
    ORDER BY task.start_deadline_at LIMIT ?2`,
  lateToFinish: `SELECT ${taskColumns} ${fromTask}
    WHERE task.state = 'running' AND task.run_deadline_at <= ?1 AND task.lease_until <= ?1
    ORDER BY task.run_deadline_at LIMIT ?2`,
  attempts: `SELECT ${attemptColumns} FROM task JOIN tenant ON tenant.sequence = task.tenant
    JOIN attempt ON attempt.task = task.sequence
    WHERE task.public_id = ? AND tenant.public_id = ? ORDER BY attempt.number`,
  lastAttempt: `SELECT ${attemptColumns} FROM task JOIN attempt ON attempt.task = task.sequence
    WHERE task.public_id = ? ORDER BY attempt.number DESC LIMIT 1`,
  events: `SELECT ${eventColumns} FROM task JOIN tenant ON tenant.sequence = task.tenant
    JOIN event ON event.task = task.sequence
    WHERE task.public_id = ? AND tenant.public_id = ? AND event.sequence > ? ORDER BY event.sequence`,
  idempotencyRecord: `SELECT task.public_id, record.fingerprint, record.answer
    FROM tenant JOIN idempotency_record AS record ON record.tenant = tenant.sequence
    JOIN task ON task.sequence = record.task
    WHERE tenant.public_id = ? AND record.route = ? AND record.key = ?`,
  artifact: `SELECT ${artifactColumns} ${fromArtifact} WHERE artifact.public_id = ? AND tenant.public_id = ?`,
  anyArtifact: `SELECT ${artifactColumns} ${fromArtifact} WHERE artifact.public_id = ?`,
  artifactByToken: `SELECT ${artifactColumns} ${fromArtifact} WHERE artifact.token = ?`,
  expiredArtifacts: `SELECT ${artifactColumns} ${fromArtifact} WHERE artifact.expires_at <= ?
    ORDER BY artifact.expires_at LIMIT ?`,
  tenant: `SELECT ${tenantColumns} FROM tenant WHERE public_id = ? AND erased_at IS NULL`,
  tenants: `SELECT ${tenantColumns} FROM tenant WHERE erased_at IS NULL ORDER BY sequence`,
  keyByHash: `SELECT ${keyColumns} FROM api_key JOIN tenant ON tenant.sequence = api_key.tenant WHERE api_key.hash = ?`,
  key: `SELECT ${keyColumns} FROM api_key JOIN tenant ON tenant.sequence = api_key.tenant
    WHERE api_key.public_id = ? AND tenant.public_id = ?`,
  keys: `SELECT ${keyColumns} FROM tenant JOIN api_key ON api_key.tenant = tenant.sequence
    WHERE tenant.public_id = ? ORDER BY api_key.sequence`,
  ledger: `SELECT ${entryColumns} FROM tenant JOIN ledger_entry ON ledger_entry.tenant = tenant.sequence
    LEFT JOIN task ON task.sequence = ledger_entry.task
    WHERE tenant.public_id = ? AND ledger_entry.sequence < ? ORDER BY ledger_entry.sequence DESC LIMIT ?`,
  lastSequence: 'SELECT max(sequence) FROM task',
  taskFrom: 'SELECT sequence, created_at FROM task WHERE sequence >= ? ORDER BY sequence LIMIT 1',
  /** The erased ones too: their amounts are kept. */
  usagePage: `SELECT task.sequence, tenant.public_id, api_key.public_id, task.model, task.engine, task.created_at,
      task.list_micros, coalesce(task.captured_micros, task.reserved_micros), tenant.name, api_key.name
    ${fromTask} WHERE task.sequence > ? AND task.sequence < ? ORDER BY task.sequence LIMIT ?`,
  newestTasks: 'SELECT sequence FROM task WHERE sequence < ? AND erased_at IS NULL ORDER BY sequence DESC LIMIT ?',
  /** Pages of whole tables, by primary key: what a reconciliation adds up. */
  entryPage: `SELECT sequence, tenant, kind, amount_micros FROM ledger_entry WHERE sequence > ? ORDER BY sequence LIMIT ?`,
  taskPage: `SELECT sequence, public_id, api_key, state, reserved_micros, captured_micros,
      (SELECT coalesce(sum(amount_micros), 0) FROM ledger_entry
        WHERE ledger_entry.task = task.sequence AND kind = 'reserve' AND ledger_entry.tenant = task.tenant),
      (SELECT coalesce(sum(amount_micros), 0) FROM ledger_entry
        WHERE ledger_entry.task = task.sequence AND kind = 'capture' AND ledger_entry.tenant = task.tenant),
      (SELECT coalesce(sum(amount_micros), 0) FROM ledger_entry
        WHERE ledger_entry.task = task.sequence AND kind = 'release' AND ledger_entry.tenant = task.tenant)
    FROM task WHERE sequence > ? ORDER BY sequence LIMIT ?`,
  keyPage: 'SELECT sequence, public_id, spent_micros FROM api_key WHERE sequence > ? ORDER BY sequence LIMIT ?',
  tenantPage: 'SELECT sequence, public_id, balance_micros FROM tenant WHERE sequence > ? ORDER BY sequence LIMIT ?',
  counts: 'SELECT state, count FROM task_count',
  countOfTenant: `SELECT count(*) FROM task
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND erased_at IS NULL AND state = ?`,
  /** The conditions stand as literals, here and below, because a partial index serves no parameter. */
  queuedReady: `SELECT ${laneColumns} FROM task INDEXED BY task_ready JOIN tenant ON tenant.sequence = task.tenant
    WHERE state = 'queued' AND are_inputs_ready = 1`,
  queuedUnfetched: `SELECT ${laneColumns} FROM task INDEXED BY task_fetch JOIN tenant ON tenant.sequence = task.tenant
    WHERE state = 'queued' AND are_inputs_ready = 0`,
  pausedEngines: 'SELECT engine, paused_at FROM paused_engine ORDER BY engine',
  ...artifactReads,
  ...deliveryReads,
  ...erasureReads,
  ...uploadReads,
} as const;

/** Run on the writer's connection, inside its transaction. */
export const writes = {
  tenantSequence: 'SELECT sequence FROM tenant WHERE public_id = ?',
  /** Gives no row when the tenant is unknown or its balance would fall below zero. */
  moveBalance: `UPDATE tenant SET balance_micros = balance_micros + ?1
    WHERE public_id = ?2 AND balance_micros + ?1 >= 0 RETURNING sequence`,
  /** Gives no row when the key is unknown or would spend more than its cap. */
  spend: `UPDATE api_key SET spent_micros = spent_micros + ?1
    WHERE public_id = ?2 AND (spend_cap_micros IS NULL OR spent_micros + ?1 <= spend_cap_micros) RETURNING sequence`,
  /** A task that ends for less than its reserve gives its key room again. */
  giveBack: 'UPDATE api_key SET spent_micros = spent_micros - ? WHERE sequence = ?',
  insertTask: `INSERT INTO task (tenant, public_id, api_key, dialect, wire_id, model, operation, engine, state,
      are_inputs_ready, priority, seed, progress, list_micros, reserved_micros, captured_micros, created_at, started_at,
      finished_at, cancel_requested_at, start_deadline_at, run_deadline_at, attempt_count, fence, lease_until, version,
      webhook, error, output, media, input, is_off_peak, cost, metadata, marks,
      call, warnings)
    VALUES (?1, ?2, (SELECT sequence FROM api_key WHERE public_id = ?3 AND tenant = ?1),
      ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27,
      ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37)`,
  /**
   * Heartbeats move lease and progress without a new version, so a change computed before one must not set them back:
   * a lease is only ended or extended while the task runs, progress falls only with a new attempt.
   */
  updateTask: `UPDATE task SET version = ?2, engine = ?3, state = ?4, are_inputs_ready = ?5, priority = ?6,
      progress = CASE WHEN attempt_count < ?14 THEN ?7 ELSE max(progress, ?7) END,
      captured_micros = ?8, started_at = ?9, finished_at = ?10, cancel_requested_at = ?11, start_deadline_at = ?12,
      run_deadline_at = ?13, attempt_count = ?14, fence = ?15,
      lease_until = CASE WHEN ?16 = 0 OR ?4 = 'queued' THEN ?16 ELSE max(lease_until, ?16) END,
      webhook = ?17, error = ?18, output = ?19, media = ?20, cost = ?21
    WHERE sequence = ?1 AND version = ?2 - 1 RETURNING tenant, api_key`,
  putAttempt: `INSERT INTO attempt (task, number, key, engine, state, handle, error, intended_at, started_at, finished_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (task, number) DO UPDATE SET state = excluded.state, handle = excluded.handle, error = excluded.error,
      started_at = excluded.started_at, finished_at = excluded.finished_at`,
  insertEvent: 'INSERT INTO event (task, type, created_at) VALUES (?, ?, ?)',
  insertLedgerEntry: 'INSERT INTO ledger_entry (tenant, task, kind, amount_micros, created_at) VALUES (?, ?, ?, ?, ?)',
  idempotencyClaim: `SELECT 1 FROM idempotency_record
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND route = ? AND key = ?`,
  insertIdempotency: `INSERT INTO idempotency_record (tenant, task, route, key, fingerprint, created_at)
    VALUES (?, ?, ?, ?, ?, ?)`,
  keepAnswer: `UPDATE idempotency_record SET answer = ?
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND route = ? AND key = ? AND answer IS NULL`,
  deleteIdempotencyBefore: `DELETE FROM idempotency_record WHERE (tenant, route, key) IN
    (SELECT tenant, route, key FROM idempotency_record WHERE created_at < ? ORDER BY created_at LIMIT ?)`,
  insertArtifact: `INSERT INTO artifact (tenant, public_id, role, token, blob_key, file_name, size_bytes, sha256, facts,
      created_at, expires_at, is_preview_due, task)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  /** Nothing for what no task made. */
  insertLineage: `INSERT INTO task_lineage
    SELECT task, ?1 FROM artifact WHERE public_id = ?2 AND tenant = ?3 AND task IS NOT NULL ON CONFLICT DO NOTHING`,
  deleteArtifact: 'DELETE FROM artifact WHERE public_id = ?',
  insertTenant:
    'INSERT INTO tenant (public_id, name, balance_micros, created_at, discount_basis_points) VALUES (?, ?, ?, ?, ?)',
  insertKey: `INSERT INTO api_key (tenant, public_id, name, hint, hash, created_at, expires_at, revoked_at, scopes,
      spend_cap_micros, concurrency)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ? AND erased_at IS NULL), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  setTenantDiscount: 'UPDATE tenant SET discount_basis_points = ? WHERE public_id = ?',
  revokeKey: `UPDATE api_key SET revoked_at = coalesce(revoked_at, ?)
    WHERE public_id = ? AND tenant = (SELECT sequence FROM tenant WHERE public_id = ?)`,
  touchKey: 'UPDATE api_key SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE public_id = ?',
  insertGrant: `INSERT INTO ledger_entry (tenant, kind, amount_micros, created_at, note) VALUES (?, 'grant', ?, ?, ?)`,
  /** Its worker died: the oldest of the highest priority first, as for those that wait. */
  abandoned: `SELECT sequence FROM task WHERE state = 'running' AND engine = ? AND lease_until <= ?
    ORDER BY priority DESC, sequence LIMIT ?`,
  isPaused: 'SELECT 1 FROM paused_engine WHERE engine = ?',
  nextReadyTenant: `SELECT tenant FROM task
    WHERE state = 'queued' AND are_inputs_ready = 1 AND engine = ? AND is_off_peak = ? AND tenant > ?
    ORDER BY tenant LIMIT 1`,
  nextReadyKey: `SELECT api_key FROM task
    WHERE state = 'queued' AND are_inputs_ready = 1 AND engine = ? AND is_off_peak = ? AND tenant = ? AND api_key > ?
    ORDER BY api_key LIMIT 1`,
  /** Skips at most as many rows as are claimed and not begun yet. */
  firstReady: `SELECT sequence, priority FROM task
    WHERE state = 'queued' AND are_inputs_ready = 1 AND engine = ? AND is_off_peak = ? AND tenant = ? AND api_key = ?
      AND lease_until <= ?
    ORDER BY priority DESC, sequence LIMIT 1`,
  keyConcurrency: 'SELECT coalesce(concurrency, 0) FROM api_key WHERE sequence = ?',
  inWork: `SELECT count(*) FROM task
    WHERE api_key = ? AND are_inputs_ready = 1 AND (state = 'running' OR lease_until > 0)`,
  nextUnfetchedTenant: `SELECT tenant FROM task WHERE state = 'queued' AND are_inputs_ready = 0 AND tenant > ?
    ORDER BY tenant LIMIT 1`,
  firstUnfetched: `SELECT sequence FROM task
    WHERE state = 'queued' AND are_inputs_ready = 0 AND tenant = ? AND lease_until <= ?
    ORDER BY priority DESC, sequence LIMIT 1`,
  pauseEngine: 'INSERT INTO paused_engine (engine, paused_at) VALUES (?, ?) ON CONFLICT DO NOTHING',
  resumeEngine: 'DELETE FROM paused_engine WHERE engine = ?',
  lease: 'UPDATE task SET fence = fence + 1, version = version + 1, lease_until = ? WHERE sequence = ?',
  taskBySequence: reads.taskBySequence,
  heldTask: `SELECT fence, lease_until, state, progress, cancel_requested_at, task.public_id, tenant.public_id,
      task.tenant, task.dialect, task.webhook
    FROM task JOIN tenant ON tenant.sequence = task.tenant WHERE task.sequence = ?`,
  beat: 'UPDATE task SET lease_until = max(lease_until, ?), progress = max(progress, ?) WHERE sequence = ?',
  expireRunningLeases: `UPDATE task INDEXED BY task_lease SET lease_until = 0 WHERE state = 'running' AND lease_until > 0`,
  expireReadyLeases: `UPDATE task INDEXED BY task_ready SET lease_until = 0
    WHERE state = 'queued' AND are_inputs_ready = 1 AND lease_until > 0`,
  expireFetchLeases: `UPDATE task INDEXED BY task_fetch SET lease_until = 0
    WHERE state = 'queued' AND are_inputs_ready = 0 AND lease_until > 0`,
  /** Events are as old as their sequence says, so the oldest are found without an index of their own. */
  deleteEventsBefore: `DELETE FROM event WHERE sequence IN (
    SELECT sequence FROM (SELECT sequence, created_at FROM event ORDER BY sequence LIMIT ?) WHERE created_at < ?)`,
  ...artifactWrites,
  ...deliveryWrites,
  ...erasureWrites,
  ...uploadWrites,
} as const;
