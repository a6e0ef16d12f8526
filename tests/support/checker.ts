/**
 * Holds what clients were told, what an upstream began and what a webhook's receiver heard against what a store and its
 * files say, after all is over. An empty list of findings means that all is as it should be.
 *
 * As a script: `node tests/support/checker.ts <data directory> <journals.json>` prints a line for each finding.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** One request of a client, under its own Idempotency-Key, and the id it was answered with. */
export type JournalEntry = { readonly key: string; readonly taskId: string };

export type Finding = { readonly kind: FindingKind; readonly detail: string };
export const findingKinds = [
  /** A client was told of a task that is not there. */
  'lost',
  /** A task that no client was told of, work for a task that is not there, news of what did not happen. */
  'ghost',
  'double task',
  'double submit',
  'open',
  'double charge',
  'unbalanced',
  'undelivered',
  'bad artifact',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One job that an upstream began. `key` is null where the upstream takes none. */
export type UpstreamEntry = { readonly taskId: string; readonly key: string | null };
/** One delivery that a receiver heard, as often as it heard it. */
export type ReceiverEntry = { readonly deliveryId: string; readonly taskId: string; readonly type: string };

export type Journals = {
  readonly clients: readonly JournalEntry[];
  readonly upstream: readonly UpstreamEntry[];
  readonly receiver: readonly ReceiverEntry[];
};

type TaskRow = { id: string; state: string; reserved: number; captured: number | null; output: string | null };
type SumRow = { id: string; kind: string; entries: number; amount: number };

const one = <Row>(database: DatabaseSync, sql: string) => database.prepare(sql).all() as unknown as Row[];

/** The server on the directory must have ended. An empty list means that all is as it should be. */
export function checkStore(directory: string, { clients, upstream, receiver }: Journals): Finding[] {
  using database = new DatabaseSync(join(directory, 'framegate.db'), { readOnly: true });
  return [
    ...checkTasks(database, clients),
    ...checkUpstream(database, upstream),
    ...checkDeliveries(database, receiver),
    ...checkMoney(database),
    ...checkArtifacts(database, directory),
  ];
}

function readTasks(database: DatabaseSync): TaskRow[] {
  return one(
    database,
    'SELECT public_id AS id, state, reserved_micros AS reserved, captured_micros AS captured, output FROM task',
  );
}

function checkTasks(database: DatabaseSync, journal: readonly JournalEntry[]): Finding[] {
  const stored = new Map(readTasks(database).map((task) => [task.id, task]));
  const told = new Set(journal.map(({ taskId }) => taskId));
  const byKey = new Map<string, Set<string>>();
  for (const { key, taskId } of journal) byKey.set(key, (byKey.get(key) ?? new Set()).add(taskId));
  return [
    ...journal
      .filter(({ taskId }) => !stored.has(taskId))
      .map(({ taskId }): Finding => ({ kind: 'lost', detail: taskId })),
    ...[...stored.keys()].filter((id) => !told.has(id)).map((id): Finding => ({ kind: 'ghost', detail: id })),
    ...[...byKey].filter(([, ids]) => ids.size > 1).map(([key]): Finding => ({ kind: 'double task', detail: key })),
    ...[...stored.values()]
      .filter(({ state }) => state === 'queued' || state === 'running')
      .map(({ id, state }): Finding => ({ kind: 'open', detail: `${id} is ${state}` })),
  ];
}

/** An upstream that takes a key begins one job for it, and a task has one key here, for no job is ever lost there. */
function checkUpstream(database: DatabaseSync, journal: readonly UpstreamEntry[]): Finding[] {
  const stored = new Set(readTasks(database).map(({ id }) => id));
  const byTask = Map.groupBy(journal, ({ taskId }) => taskId);
  return [...byTask].flatMap(([taskId, jobs]): Finding[] => [
    ...(stored.has(taskId) ? [] : [{ kind: 'ghost', detail: `${taskId} was begun and is not there` } as const]),
    ...(jobs.length > 1
      ? [{ kind: 'double submit', detail: `${taskId} was begun ${jobs.length} times` } as const]
      : []),
  ]);
}

/** Every end that a webhook asked for was heard, and nothing that did not happen. */
function checkDeliveries(database: DatabaseSync, journal: readonly ReceiverEntry[]): Finding[] {
  const heard = new Set(journal.map(({ taskId, type }) => `${taskId} ${type}`));
  const states = new Map(readTasks(database).map(({ id, state }) => [id, state]));
  const owed = one<{ id: string; state: string; webhook: string }>(
    database,
    'SELECT public_id AS id, state, webhook FROM task WHERE webhook IS NOT NULL',
  );
  const known = new Set(one<{ id: string }>(database, 'SELECT public_id AS id FROM delivery').map(({ id }) => id));
  return [
    ...owed
      .filter(({ id, state }) => !heard.has(`${id} task.${state}`))
      .map(({ id, state }): Finding => ({ kind: 'undelivered', detail: `${id} ${state} and nobody was told` })),
    ...one<{ id: string }>(database, "SELECT public_id AS id FROM delivery WHERE state <> 'delivered'").map(
      ({ id }): Finding => ({ kind: 'undelivered', detail: `${id} is still owed` }),
    ),
    ...journal
      .filter(({ deliveryId, taskId, type }) => !known.has(deliveryId) || type !== `task.${states.get(taskId)}`)
      .map(({ deliveryId, taskId, type }): Finding => ({ kind: 'ghost', detail: `${deliveryId}: ${taskId} ${type}` })),
  ];
}

function checkMoney(database: DatabaseSync): Finding[] {
  const sums = one<SumRow>(
    database,
    `SELECT task.public_id AS id, kind, count(*) AS entries, sum(amount_micros) AS amount
     FROM ledger_entry JOIN task ON task.sequence = ledger_entry.task GROUP BY task.sequence, kind`,
  );
  const amounts = new Map(sums.map(({ id, kind, amount }) => [`${id} ${kind}`, amount]));
  const findings = sums
    .filter(({ entries }) => entries > 1)
    .map(({ id, kind }): Finding => ({ kind: 'double charge', detail: `${id} has more than one ${kind}` }));
  for (const { id, state, reserved, captured } of readTasks(database)) {
    const amount = (kind: string) => amounts.get(`${id} ${kind}`) ?? 0;
    const isFinal = captured !== null;
    const expected = [reserved, captured ?? 0, isFinal ? reserved - captured : 0];
    const found = [amount('reserve'), amount('capture'), amount('release')];
    if (String(found) !== String(expected) || (state !== 'succeeded' && (captured ?? 0) > 0)) {
      findings.push({ kind: 'unbalanced', detail: `${id} (${state}) has ${found} where ${expected} is due` });
    }
  }
  const tenants = one<{ id: string; balance: number; due: number }>(
    database,
    `SELECT public_id AS id, balance_micros AS balance, coalesce((SELECT sum(CASE kind WHEN 'grant' THEN amount_micros
       WHEN 'release' THEN amount_micros WHEN 'reserve' THEN -amount_micros ELSE 0 END)
       FROM ledger_entry WHERE tenant = tenant.sequence), 0) AS due FROM tenant`,
  );
  const wrong = tenants.filter(({ balance, due }) => balance !== due);
  return [
    ...findings,
    ...wrong.map(
      ({ id, balance, due }): Finding => ({ kind: 'unbalanced', detail: `${id} has ${balance}, not ${due}` }),
    ),
  ];
}

function checkArtifacts(database: DatabaseSync, directory: string): Finding[] {
  const artifacts = one<{ id: string; key: string; size: number; hash: string }>(
    database,
    'SELECT public_id AS id, blob_key AS key, size_bytes AS size, sha256 AS hash FROM artifact',
  );
  const known = new Set(artifacts.map(({ id }) => id));
  const findings: Finding[] = [];
  for (const { id, key, size, hash } of artifacts) {
    const random = key.slice(key.lastIndexOf('/') + 1);
    const path = join(directory, 'blobs', key.slice(0, -random.length), random.slice(0, 2), random.slice(2));
    const bytes = existsSync(path) ? readFileSync(path) : undefined;
    if (bytes?.length === size && createHash('sha256').update(bytes).digest('hex') === hash) continue;
    findings.push({ kind: 'bad artifact', detail: `${id} is not the file that was stored` });
  }
  for (const { id, state, output } of readTasks(database)) {
    if (state !== 'succeeded') continue;
    const { artifactIds } = JSON.parse(output ?? '{"artifactIds":[]}') as { artifactIds: string[] };
    if (artifactIds.length > 0 && artifactIds.every((artifact) => known.has(artifact))) continue;
    findings.push({ kind: 'bad artifact', detail: `${id} succeeded without its files` });
  }
  return findings;
}

if (import.meta.main) {
  const [directory = '', journals = ''] = process.argv.slice(2);
  const findings = checkStore(directory, JSON.parse(readFileSync(journals, 'utf8')) as Journals);
  for (const { kind, detail } of findings) process.stdout.write(`${kind}: ${detail}\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
