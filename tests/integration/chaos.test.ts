/**
 * kill -9 of the real server at random moments, while clients submit twenty requests a second: nothing that was accepted is
 * lost, nothing is done or paid twice, all of it ends, and every end is announced. Some work is rendered here, some sent to
 * an upstream with or without idempotency keys. CHAOS_ROUNDS says how often; `npm run chaos` does it 200 times.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  checkStore,
  type FindingKind,
  findingKinds,
  type JournalEntry,
  type Journals,
  type ReceiverEntry,
} from '../support/checker.ts';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { finishTask } from '../support/native-client.ts';
import { type Received, startReceiver } from '../support/receiver.ts';
import { startUpstream } from '../support/upstream.ts';

const rounds = Number(process.env.CHAOS_ROUNDS ?? 15);
const submitsPerSecond = 20;
const endMs = 60_000;

let directory = '';
after(async () => {
  await removeDirectory(directory);
});

type Wish = { readonly model: string; readonly images: readonly string[]; readonly isCanceled: boolean };

/** What a client does until it is told to stop: one request at a time, repeated under its key until it is answered. */
async function act(
  current: () => GatewayProcess,
  journal: JournalEntry[],
  webhookUrl: string,
  { model, images, isCanceled }: Wish,
): Promise<void> {
  const key = randomUUID();
  const media = model.startsWith('upstream/') ? {} : { images, aspect_ratio: '1:1' };
  const body = JSON.stringify({ model, input: { prompt: 'a hill', ...media }, webhook: { url: webhookUrl } });
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const response = await current().send('/v1/tasks', { method: 'POST', headers, body });
      if (response.status === 201) {
        const { id } = (await response.json()) as { id: string };
        journal.push({ key, taskId: id });
        if (isCanceled) await cancelUntilAnswered(current, id);
        return;
      }
      assert.equal(response.status, 409, await response.text());
    } catch (error) {
      // The server is down, or went down before it had answered.
      if (!(error instanceof TypeError)) throw error;
    }
    await delay(50);
  }
}

const still = 'vidu/q2/reference-to-image';

/** Few real renders, for they are slow; the rest goes to the upstream or ends early, each in one of the other ways. */
function wishOf(number: number, badUrl: string): Wish {
  if (number % 40 === 0) return { model: still, images: [], isCanceled: false };
  const kind = ['keyed', 'never', 'cancel', 'unfetchable', 'cancel upstream'][number % 5];
  if (kind === 'unfetchable') return { model: still, images: [badUrl], isCanceled: false };
  if (kind === 'cancel') return { model: still, images: [], isCanceled: true };
  if (kind === 'cancel upstream') return { model: 'upstream/keyed', images: [], isCanceled: true };
  return { model: `upstream/${kind}`, images: [], isCanceled: false };
}

async function cancelUntilAnswered(current: () => GatewayProcess, id: string): Promise<void> {
  for (;;) {
    try {
      const { status } = await current().send(`/v1/tasks/${id}/cancel`, { method: 'POST' });
      assert.ok([200, 202, 409].includes(status), String(status));
      return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await delay(50);
    }
  }
}

test(`${rounds} x kill -9 under ${submitsPerSecond} submits a second`, async (context) => {
  directory = await makeDirectory();
  const files = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const { port } = files.address() as AddressInfo;
  await using upstream = await startUpstream(300);
  await using receiver = await startReceiver((response) => response.writeHead(204).end());
  const environment = {
    UPSTREAM_URL: upstream.url,
    FRAMEGATE_ALLOW_FETCH: `127.0.0.1:${port},${receiver.door}`,
    FRAMEGATE_PREVIEW_PRICE: 'list',
    FRAMEGATE_LOG_LEVEL: 'error',
  };
  const entry = join(import.meta.dirname, '../support/upstream-gateway.ts');
  const start = () => startGatewayProcess({ directory, environment, entry });
  const journal: JournalEntry[] = [];
  const clients: Promise<void>[] = [];
  let gateway = await start();
  let isRunning = true;
  const load = (async () => {
    for (let number = 0; isRunning; number += 1) {
      const wish = wishOf(number, `http://127.0.0.1:${port}/none.png`);
      clients.push(act(() => gateway, journal, receiver.url, wish));
      await delay(1000 / submitsPerSecond);
    }
  })();
  let slowestReadyMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    await delay(randomInt(200, 1_500));
    await gateway.stop('SIGKILL');
    const started = performance.now();
    gateway = await start();
    slowestReadyMs = Math.max(slowestReadyMs, performance.now() - started);
  }
  isRunning = false;
  await load;
  await Promise.all(clients);
  const ended = performance.now();
  for (const { taskId } of journal) await finishTask(gateway, taskId);
  const heard = () => receiver.received.map(readDelivery);
  const told = new Set<string>();
  while (told.size < journal.length && performance.now() - ended < endMs * 10) {
    await delay(100);
    for (const { taskId } of heard()) told.add(taskId);
  }
  // A minute is promised, on an idle machine.
  const settledMs = performance.now() - ended;
  assert.ok(settledMs < endMs * 10);
  assert.equal(await gateway.stop(), 0, gateway.output.stderr);
  files.close();
  assert.ok(journal.length > rounds * 5, `${journal.length} tasks`);
  const journals: Journals = { clients: journal, upstream: upstream.jobs, receiver: heard() };
  assert.deepEqual(checkStore(directory, journals), []);
  // Two seconds are promised, on an idle machine.
  assert.ok(slowestReadyMs < 20_000, `ready after ${slowestReadyMs} ms`);
  const counts = { tasks: journal.length, upstreamJobs: upstream.jobs.length, deliveries: receiver.received.length };
  const figures = { ...counts, slowestReadyMs: Math.round(slowestReadyMs), endedMs: Math.round(settledMs) };
  context.diagnostic(JSON.stringify(figures));
  await findPlantedFaults(context, journals);
  await context.test('as a script it prints what it finds', async () => {
    const path = join(directory, 'journals.json');
    writeFileSync(path, JSON.stringify({ ...journals, clients: [...journal, { key: 'x', taskId: 'task_unknown' }] }));
    const script = join(import.meta.dirname, '../support/checker.ts');
    const { status, stdout } = spawnSync(process.execPath, [script, directory, path], { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, 'lost: task_unknown\n']);
  });
});

function readDelivery({ headers, body }: Received): ReceiverEntry {
  const { type, data } = JSON.parse(body) as { type: string; data: { task: { id: string } } };
  return { deliveryId: String(headers['webhook-id']), taskId: data.task.id, type };
}

/** The checker itself: a fault of every kind is planted into a copy of what was just found to be right. */
async function findPlantedFaults(context: TestContext, journals: Journals): Promise<void> {
  const { clients, upstream, receiver } = journals;
  const [first, second] = clients;
  const [job] = upstream;
  const [news] = receiver;
  assert.ok(first && second && job && news);
  const captured = "SELECT task FROM ledger_entry WHERE kind = 'capture' LIMIT 1";
  const entry = (kind: string, amount: string) =>
    `INSERT INTO ledger_entry (tenant, task, kind, amount_micros, created_at)
     SELECT tenant, task, '${kind}', ${amount}, 0 FROM ledger_entry WHERE task = (${captured}) AND kind = 'reserve'`;
  const plants: { kind: FindingKind; sql?: string; told?: Partial<Journals>; file?: boolean }[] = [
    { kind: 'lost', told: { clients: [...clients, { key: 'x', taskId: 'task_unknown' }] } },
    { kind: 'ghost', told: { clients: clients.slice(1) } },
    { kind: 'ghost', told: { upstream: [...upstream, { taskId: 'task_unknown', key: null }] } },
    { kind: 'ghost', told: { receiver: [...receiver, { ...news, type: 'task.running' }] } },
    { kind: 'double task', told: { clients: [...clients, { key: first.key, taskId: second.taskId }] } },
    { kind: 'double submit', told: { upstream: [...upstream, { ...job, key: 'another' }] } },
    { kind: 'undelivered', told: { receiver: receiver.filter(({ taskId }) => taskId !== news.taskId) } },
    { kind: 'undelivered', sql: "UPDATE delivery SET state = 'failed' WHERE sequence = 1" },
    { kind: 'open', sql: "UPDATE task SET state = 'running' WHERE sequence = 1" },
    { kind: 'double charge', sql: `DROP INDEX ledger_entry_once; ${entry('capture', 'amount_micros')}` },
    { kind: 'unbalanced', sql: 'UPDATE tenant SET balance_micros = balance_micros + 1' },
    { kind: 'unbalanced', sql: `DROP TRIGGER ledger_entry_no_delete; DELETE FROM ledger_entry WHERE kind = 'release'` },
    { kind: 'bad artifact', sql: 'DELETE FROM artifact' },
    { kind: 'bad artifact', file: true },
  ];
  assert.deepEqual(new Set(plants.map(({ kind }) => kind)), new Set(findingKinds));
  for (const { kind, sql, told = {}, file = false } of plants) {
    await context.test(`the checker finds: ${kind}`, () => {
      const copy = `${directory}-copy`;
      try {
        cpSync(directory, copy, { recursive: true });
        if (sql !== undefined) {
          using database = new DatabaseSync(join(copy, 'framegate.db'));
          database.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
        }
        if (file) {
          const blobs = readdirSync(join(copy, 'blobs'), { recursive: true, withFileTypes: true });
          const blob = blobs.find((one) => one.isFile());
          assert.ok(blob);
          writeFileSync(join(blob.parentPath, blob.name), 'bent');
        }
        const kinds = new Set(checkStore(copy, { ...journals, ...told }).map((finding) => finding.kind));
        assert.ok(kinds.has(kind), `found ${[...kinds]}`);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    });
  }
}
