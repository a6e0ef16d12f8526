/**
 * Rows <-> core types. A row is an array in the order of the column list beside it: arrays cross the thread and leave
 * SQLite at about half the cost of objects.
 */
import type { IdempotencyRecord, KeptAnswer } from '../core/idempotency.ts';
import type { TaskId } from '../core/ids.ts';
import type { JsonValue } from '../core/json.ts';
import type { LedgerEntry, StoredEntry } from '../core/ledger.ts';
import { type Artifact, isPreviewDue } from '../core/media.ts';
import type { Attempt, Task, TaskEvent } from '../core/task.ts';
import type { NewTask } from '../core/task-moves.ts';
import type { Key, NewKey, Tenant } from '../core/tenant.ts';

import type { Place } from './queue-ranks.ts';

export type SqlValue = string | number | null;
export type Row = readonly SqlValue[];

function encodeJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function decodeJson(value: unknown): unknown {
  return value === null ? null : JSON.parse(value as string);
}

/** The parameters of `insertTask`, without its first one, which is the tenant's sequence. */
export function encodeTask(task: NewTask): SqlValue[] {
  return [
    task.id,
    task.keyId,
    task.dialect,
    task.wireId,
    task.model,
    task.operation,
    task.engine,
    task.state,
    Number(task.areInputsReady),
    task.priority,
    task.seed,
    task.progress,
    task.price.listMicros,
    task.price.reservedMicros,
    task.price.capturedMicros,
    task.createdAt,
    task.startedAt,
    task.finishedAt,
    task.cancelRequestedAt,
    task.startDeadlineAt,
    task.runDeadlineAt,
    task.attemptCount,
    task.fence,
    task.leaseUntil ?? 0,
    task.version,
    encodeJson(task.webhook),
    encodeJson(task.error),
    encodeJson(task.output),
    JSON.stringify(task.media),
    JSON.stringify(task.input),
    Number(task.isOffPeak),
    encodeCost(task),
    encodeJson(task.metadata),
    encodeJson(task.marks),
    JSON.stringify(task.call),
    JSON.stringify(task.warnings),
  ];
}

/** The parameters of `updateTask`: what a move may change, in its order. */
export function encodeTaskChange(task: Task): SqlValue[] {
  return [
    task.sequence,
    task.version,
    task.engine,
    task.state,
    Number(task.areInputsReady),
    task.priority,
    task.progress,
    task.price.capturedMicros,
    task.startedAt,
    task.finishedAt,
    task.cancelRequestedAt,
    task.startDeadlineAt,
    task.runDeadlineAt,
    task.attemptCount,
    task.fence,
    task.leaseUntil ?? 0,
    encodeJson(task.webhook),
    encodeJson(task.error),
    encodeJson(task.output),
    JSON.stringify(task.media),
    encodeCost(task),
  ];
}

function encodeCost({ price: { lines, source } }: Pick<Task, 'price'>): string {
  return JSON.stringify({ lines, source });
}

/** The columns of every query that reads tasks; `task`, `tenant` and `api_key` are joined under these names. */
export const taskColumns = `task.sequence, task.public_id, tenant.public_id, api_key.public_id, task.dialect,
  task.wire_id, task.model, task.operation, task.engine, task.state, task.are_inputs_ready, task.priority, task.seed,
  task.progress, task.list_micros, task.reserved_micros, task.captured_micros, task.created_at, task.started_at,
  task.finished_at, task.cancel_requested_at, task.start_deadline_at, task.run_deadline_at, task.attempt_count,
  task.fence, task.lease_until, task.version, task.webhook, task.error, task.output, task.media, task.input,
  task.is_off_peak, task.cost, task.metadata, task.marks,
  task.call, task.warnings`;

export function decodeTask(row: Row): Task {
  return {
    sequence: row[0],
    id: row[1],
    tenantId: row[2],
    keyId: row[3],
    dialect: row[4],
    wireId: row[5],
    model: row[6],
    operation: row[7],
    engine: row[8],
    state: row[9],
    areInputsReady: row[10] === 1,
    priority: row[11],
    seed: row[12],
    progress: row[13],
    price: {
      listMicros: row[14],
      reservedMicros: row[15],
      capturedMicros: row[16],
      ...(decodeJson(row[33]) as Pick<Task['price'], 'lines' | 'source'>),
    },
    createdAt: row[17],
    startedAt: row[18],
    finishedAt: row[19],
    cancelRequestedAt: row[20],
    startDeadlineAt: row[21],
    runDeadlineAt: row[22],
    attemptCount: row[23],
    fence: row[24],
    leaseUntil: row[25] === 0 ? null : row[25],
    version: row[26],
    webhook: decodeJson(row[27]),
    error: decodeJson(row[28]),
    output: decodeJson(row[29]),
    media: decodeJson(row[30]),
    input: decodeJson(row[31]),
    isOffPeak: row[32] === 1,
    metadata: decodeJson(row[34]),
    marks: decodeJson(row[35]),
    call: decodeJson(row[36]),
    warnings: decodeJson(row[37]),
  } as Task;
}

/** Where a queued task waits; the columns are those of `queuedReady` and `queuedUnfetched`. */
export function decodePlace(row: Row): Place {
  return {
    engine: row[0],
    isOffPeak: row[1] === 1,
    tenantId: row[2],
    priority: row[3],
    sequence: row[4],
  } as Place;
}

/** The parameters of `putAttempt`, without its first one, which is the task's sequence. */
export function encodeAttempt(attempt: Attempt): SqlValue[] {
  return [
    attempt.number,
    attempt.key,
    attempt.engine,
    attempt.state,
    encodeJson(attempt.handle),
    encodeJson(attempt.error),
    attempt.intendedAt,
    attempt.startedAt,
    attempt.finishedAt,
  ];
}

export const attemptColumns = `task.public_id, attempt.number, attempt.key, attempt.engine, attempt.state,
  attempt.handle, attempt.error, attempt.intended_at, attempt.started_at, attempt.finished_at`;

export function decodeAttempt(row: Row): Attempt {
  return {
    taskId: row[0],
    number: row[1],
    key: row[2],
    engine: row[3],
    state: row[4],
    handle: decodeJson(row[5]) as JsonValue,
    error: decodeJson(row[6]),
    intendedAt: row[7],
    startedAt: row[8],
    finishedAt: row[9],
  } as Attempt;
}

export const eventColumns = 'event.sequence, task.public_id, event.type, event.created_at';

export function decodeEvent(row: Row): TaskEvent {
  return { sequence: row[0], taskId: row[1], type: row[2], createdAt: row[3] } as TaskEvent;
}

/** The last three parameters of `insertLedgerEntry`; tenant and task are known where it is written. */
export function encodeLedgerEntry(entry: LedgerEntry): SqlValue[] {
  return [entry.kind, entry.amountMicros, entry.createdAt];
}

/** The parameters of `insertArtifact` but the last, which is the task that made it; the first is the tenant's public id. */
export function encodeArtifact(artifact: Artifact): SqlValue[] {
  return [
    artifact.tenantId,
    artifact.id,
    artifact.role,
    artifact.token,
    artifact.blobKey,
    artifact.fileName,
    artifact.sizeBytes,
    artifact.sha256,
    JSON.stringify(artifact.facts),
    artifact.createdAt,
    artifact.expiresAt ?? null,
    Number(isPreviewDue(artifact)),
  ];
}

export const artifactColumns = `artifact.public_id, tenant.public_id, artifact.role, artifact.token, artifact.blob_key,
  artifact.file_name, artifact.size_bytes, artifact.sha256, artifact.facts, artifact.created_at, artifact.expires_at,
  artifact.previews`;
export const artifactColumnCount = 12;

export function decodeArtifact(row: Row): Artifact {
  return {
    id: row[0],
    tenantId: row[1],
    role: row[2],
    token: row[3],
    blobKey: row[4],
    fileName: row[5],
    sizeBytes: row[6],
    sha256: row[7],
    facts: decodeJson(row[8]),
    createdAt: row[9],
    ...(row[10] === null ? {} : { expiresAt: row[10] }),
    ...(row[11] === null ? {} : { previews: decodeJson(row[11]) }),
  } as Artifact;
}

export const tenantColumns = 'public_id, name, balance_micros, created_at, discount_basis_points';

export function decodeTenant(row: Row): Tenant {
  return { id: row[0], name: row[1], balanceMicros: row[2], createdAt: row[3], discountBasisPoints: row[4] } as Tenant;
}

/** The parameters of `insertKey`; the first is the tenant's public id. */
export function encodeKey(key: NewKey): SqlValue[] {
  return [
    key.tenantId,
    key.id,
    key.name,
    key.hint,
    key.hash,
    key.createdAt,
    key.expiresAt,
    key.revokedAt,
    JSON.stringify(key.scopes),
    key.spendCapMicros,
    key.concurrency,
  ];
}

export const keyColumns = `api_key.public_id, tenant.public_id, api_key.name, api_key.hint, api_key.hash,
  api_key.created_at, api_key.expires_at, api_key.revoked_at, api_key.scopes, api_key.spend_cap_micros,
  api_key.spent_micros, api_key.last_used_at, api_key.concurrency`;

export function decodeKey(row: Row): Key {
  return {
    id: row[0],
    tenantId: row[1],
    name: row[2],
    hint: row[3],
    hash: row[4],
    createdAt: row[5],
    expiresAt: row[6],
    revokedAt: row[7],
    scopes: decodeJson(row[8]),
    spendCapMicros: row[9],
    spentMicros: row[10],
    lastUsedAt: row[11],
    concurrency: row[12],
  } as Key;
}

export function decodeIdempotencyRecord([taskId, fingerprint, answer]: Row): IdempotencyRecord {
  return {
    taskId: taskId as TaskId,
    fingerprint: String(fingerprint),
    answer: answer === null ? null : (JSON.parse(String(answer)) as KeptAnswer),
  };
}

export const entryColumns = `ledger_entry.sequence, tenant.public_id, task.public_id, ledger_entry.kind,
  ledger_entry.amount_micros, ledger_entry.created_at, ledger_entry.note`;

export function decodeEntry(row: Row): StoredEntry {
  return {
    sequence: row[0],
    tenantId: row[1],
    taskId: row[2],
    kind: row[3],
    amountMicros: row[4],
    createdAt: row[5],
    ...(row[6] === null ? {} : { note: row[6] }),
  } as StoredEntry;
}
