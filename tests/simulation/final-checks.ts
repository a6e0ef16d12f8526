/** What must hold once everything has come to rest, read by SQL of its own and compared with what the outside remembers. */
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../src/core/store-port.ts';
import type { Clients } from './clients.ts';
import { rowsOf } from './memory-store.ts';
import type { Outside } from './outside.ts';
import { isExpectedCode, priceMicros } from './process.ts';
import type { Referee } from './referee.ts';

export type Ending = {
  readonly database: DatabaseSync;
  readonly store: Store;
  readonly clients: Clients;
  readonly outside: Outside;
  readonly expect: Referee['expect'];
};

export async function checkEnding(ending: Ending): Promise<void> {
  checkWishes(ending);
  checkTasks(ending);
  checkMoney(ending);
  checkDeliveries(ending);
  const { differences } = await ending.store.reconcile();
  ending.expect(differences.length === 0, 'the ledger adds up', () => JSON.stringify(differences));
}

function checkWishes({ database, clients, expect }: Ending): void {
  const tasks = rowsOf<{ id: string; prompt: string }>(
    database,
    "SELECT public_id AS id, json_extract(input, '$.prompt') AS prompt FROM task",
  );
  const ids = new Set(tasks.map(({ id }) => id));
  for (const id of clients.acknowledged) expect(ids.has(id), 'acknowledged work is lost', () => id);
  for (const { name, key } of clients.wishes) {
    const made = tasks.filter(({ prompt }) => prompt === name).length;
    expect(made <= 1, 'one request, one task', () => `${name} (${key}) led to ${made} tasks`);
  }
}

/** Every story a task may tell. */
const story =
  /^task\.queued(,task\.running,task\.queued)*(,task\.(failed|canceled)|,task\.running(,task\.(succeeded|failed)|,task\.cancel_requested,task\.(succeeded|failed|canceled)))$/;

type TaskRow = {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly output: string | null;
  readonly events: string;
  readonly openAttempts: number;
};

function checkTasks({ database, outside, expect }: Ending): void {
  const rows = rowsOf<TaskRow>(
    database,
    `SELECT public_id AS id, state, error, output,
      (SELECT group_concat(type, ',' ORDER BY event.sequence) FROM event WHERE event.task = task.sequence) AS events,
      (SELECT count(*) FROM attempt
        WHERE attempt.task = task.sequence AND attempt.state IN ('intended', 'started')) AS openAttempts
    FROM task`,
  );
  for (const { id, state, error, output, events, openAttempts } of rows) {
    expect(story.test(events) && events.endsWith(state), 'events in order', () => `${id} ${state}: ${events}`);
    expect(openAttempts === 0, 'attempts are closed', () => `${id} is ${state}`);
    if (error !== null) {
      const { code } = JSON.parse(error) as { code: string };
      expect(isExpectedCode(code), 'no surprise', () => `${id} failed: ${error}`);
    }
    const { artifactIds } = JSON.parse(output ?? '{"artifactIds":[]}') as { artifactIds: string[] };
    expect(artifactIds.length === (state === 'succeeded' ? 1 : 0), 'results are there', () => `${id}: ${output}`);
    for (const artifact of artifactIds) {
      const [found] = rowsOf<{ blob: string }>(
        database,
        'SELECT blob_key AS blob FROM artifact WHERE public_id = ?',
        artifact,
      );
      expect(found !== undefined && outside.hasBlob(found.blob), 'results are there', () => `${artifact} of ${id}`);
    }
  }
}

type MoneyRow = {
  readonly id: string;
  readonly state: string;
  readonly reserves: number;
  readonly captured: number;
  readonly released: number;
  readonly ends: number;
};

function checkMoney({ database, clients, expect }: Ending): void {
  const sum = (kind: string) =>
    `(SELECT coalesce(sum(amount_micros), 0) FROM ledger_entry AS entry
      WHERE entry.task = task.sequence AND kind = '${kind}')`;
  const count = (kinds: string) =>
    `(SELECT count(*) FROM ledger_entry AS entry WHERE entry.task = task.sequence AND kind IN (${kinds}))`;
  const rows = rowsOf<MoneyRow>(
    database,
    `SELECT public_id AS id, state, ${count("'reserve'")} AS reserves, ${sum('capture')} AS captured,
      ${sum('release')} AS released, ${count("'capture', 'release'")} AS ends FROM task`,
  );
  for (const row of rows) {
    const isOnce = row.reserves === 1 && row.ends === 1 && row.captured + row.released === priceMicros;
    expect(isOnce, 'the ledger adds up', () => JSON.stringify(row));
    expect(row.captured > 0 === (row.state === 'succeeded'), 'only success is paid', () => JSON.stringify(row));
  }
  const tenants = rowsOf<{ id: string; balance: number; granted: number; captured: number }>(
    database,
    `SELECT public_id AS id, balance_micros AS balance,
      (SELECT sum(amount_micros) FROM ledger_entry AS entry
        WHERE entry.tenant = tenant.sequence AND kind = 'grant') AS granted,
      (SELECT count(*) FROM task WHERE task.tenant = tenant.sequence AND state = 'succeeded') AS captured
    FROM tenant`,
  );
  for (const { id, balance, granted, captured } of tenants) {
    expect(balance === granted - captured * priceMicros, 'the ledger adds up', () => `${id} has ${balance}`);
    const told = clients.granted.get(id) ?? 0;
    expect(granted >= told, 'acknowledged work is lost', () => `${id} was told of ${told}, got ${granted}`);
  }
}

type DeliveryRow = {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly task: string;
  readonly roundAttempts: number;
  readonly roundMs: number;
};

const threeDaysMs = 72 * 60 * 60 * 1000;

function checkDeliveries({ database, outside, clients, expect }: Ending): void {
  const deliveries = rowsOf<DeliveryRow>(
    database,
    `SELECT delivery.public_id AS id, event, delivery.state, task.public_id AS task, round_attempts AS roundAttempts,
      delivery.finished_at - round_started_at AS roundMs
    FROM delivery JOIN task ON task.sequence = delivery.task`,
  );
  // News of progress comes from heartbeats, not from events, and is given up at once.
  const owing = deliveries.filter(({ event }) => event !== 'task.progress');
  const owed = rowsOf<{ task: string; event: string; prompt: string }>(
    database,
    `SELECT public_id AS task, type AS event, json_extract(input, '$.prompt') AS prompt
    FROM event JOIN task ON task.sequence = event.task`,
  ).filter(({ prompt, event }) => {
    const wish = clients.wishes.find(({ name }) => name === prompt);
    return wish?.webhook?.events.some((wanted) => wanted === event);
  });
  const names = (rows: readonly { task: string; event: string }[]) =>
    rows
      .map(({ task, event }) => `${task} ${event}`)
      .sort()
      .join('\n');
  expect(names(owed) === names(owing), 'deliveries as owed', () => `${names(owed)}\nbut:\n${names(owing)}`);
  const known = new Set(deliveries.map(({ id }) => id));
  for (const { deliveryId, event } of outside.posts) {
    // Progress that was overtaken is forgotten, sent or not.
    const isOwed = known.has(deliveryId) || event === 'task.progress';
    expect(isOwed, 'deliveries as owed', () => `${deliveryId} was sent, and nobody owes it`);
  }
  for (const { id, state, roundAttempts, roundMs } of deliveries) {
    const met = outside.posts.filter(({ deliveryId }) => deliveryId === id).map(({ status }) => status ?? 0);
    const wasHeard = met.some((status) => status >= 200 && status <= 299);
    expect(state !== 'delivered' || wasHeard, 'deliveries are heard', () => `${id} is called delivered: ${met}`);
    const isProgress = !owing.some((delivery) => delivery.id === id);
    const mayEnd = isProgress || met.includes(410) || (roundAttempts >= 10 && roundMs >= threeDaysMs);
    expect(state !== 'failed' || mayEnd, 'deliveries are heard', () => `${id} was given up after ${met}`);
  }
}
