/**
 * kill -9 of the real server at random moments, while clients submit twenty requests a second: nothing that was accepted is
 * lost, nothing is done or paid twice, and all of it ends. CHAOS_ROUNDS says how often; `npm run chaos` does it 200 times.
 */
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { checkStore, type FindingKind, type JournalEntry } from '../support/checker.ts';
import { type GatewayProcess, makeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { finishTask } from '../support/native-client.ts';

const rounds = Number(process.env.CHAOS_ROUNDS ?? 15);
const submitsPerSecond = 20;
const endMs = 60_000;

let directory = '';
after(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** What a client does until it is told to stop: one request at a time, repeated under its key until it is answered. */
async function act(
  current: () => GatewayProcess,
  journal: JournalEntry[],
  badUrl: string,
  kind: string,
): Promise<void> {
  const key = randomUUID();
  const images = kind === 'unfetchable' ? [badUrl] : [];
  const body = JSON.stringify({
    model: 'vidu/q2/reference-to-image',
    input: { prompt: 'a hill', images, aspect_ratio: '1:1' },
  });
  for (;;) {
    try {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const response = await current().send('/v1/tasks', { method: 'POST', headers, body });
      if (response.status === 201) {
        const { id } = (await response.json()) as { id: string };
        journal.push({ key, taskId: id });
        if (kind === 'cancel') await cancelUntilAnswered(current, id);
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
  const environment = {
    FRAMEGATE_ALLOW_FETCH: `127.0.0.1:${port}`,
    FRAMEGATE_PREVIEW_PRICE: 'list',
    FRAMEGATE_LOG_LEVEL: 'error',
  };
  const start = () => startGatewayProcess({ directory, environment });
  const journal: JournalEntry[] = [];
  const clients: Promise<void>[] = [];
  let gateway = await start();
  let isRunning = true;
  const load = (async () => {
    for (let number = 0; isRunning; number += 1) {
      // Few real renders, for they are slow; the rest ends early, each in one of the other ways.
      const kind = number % 40 === 0 ? 'render' : number % 2 === 0 ? 'cancel' : 'unfetchable';
      clients.push(act(() => gateway, journal, `http://127.0.0.1:${port}/none.png`, kind));
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
  // A minute is promised, on an idle machine.
  const settledMs = performance.now() - ended;
  assert.ok(settledMs < endMs * 10);
  assert.equal(await gateway.stop(), 0, gateway.output.stderr);
  files.close();
  assert.ok(journal.length > rounds * 5, `${journal.length} tasks`);
  assert.deepEqual(checkStore(directory, journal), []);
  // Two seconds are promised, on an idle machine.
  assert.ok(slowestReadyMs < 20_000, `ready after ${slowestReadyMs} ms`);
  const figures = { tasks: journal.length, slowestReadyMs: Math.round(slowestReadyMs), endedMs: Math.round(settledMs) };
  context.diagnostic(JSON.stringify(figures));
  await findPlantedFaults(context, journal);
});

/** The checker itself: a fault of every kind is planted into a copy of what was just found to be right. */
async function findPlantedFaults(context: TestContext, journal: readonly JournalEntry[]): Promise<void> {
  const [first, second] = journal;
  assert.ok(first && second);
  const captured = "SELECT task FROM ledger_entry WHERE kind = 'capture' LIMIT 1";
  const entry = (kind: string, amount: string) =>
    `INSERT INTO ledger_entry (tenant, task, kind, amount_micros, created_at)
     SELECT tenant, task, '${kind}', ${amount}, 0 FROM ledger_entry WHERE task = (${captured}) AND kind = 'reserve'`;
  const plants: { kind: FindingKind; sql?: string; journal?: JournalEntry[]; file?: boolean }[] = [
    { kind: 'lost', journal: [...journal, { key: 'x', taskId: 'task_unknown' }] },
    { kind: 'ghost', journal: journal.slice(1) },
    { kind: 'double task', journal: [...journal, { key: first.key, taskId: second.taskId }] },
    { kind: 'open', sql: "UPDATE task SET state = 'running' WHERE sequence = 1" },
    { kind: 'double charge', sql: `DROP INDEX ledger_entry_once; ${entry('capture', 'amount_micros')}` },
    { kind: 'unbalanced', sql: 'UPDATE tenant SET balance_micros = balance_micros + 1' },
    { kind: 'unbalanced', sql: `DROP TRIGGER ledger_entry_no_delete; DELETE FROM ledger_entry WHERE kind = 'release'` },
    { kind: 'bad artifact', sql: 'DELETE FROM artifact' },
    { kind: 'bad artifact', file: true },
  ];
  for (const { kind, sql, journal: told = journal, file = false } of plants) {
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
        const kinds = new Set(checkStore(copy, told).map((finding) => finding.kind));
        assert.ok(kinds.has(kind), `found ${[...kinds]}`);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    });
  }
}
