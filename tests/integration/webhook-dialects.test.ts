/** The port by which a dialect has webhooks of its own, with one that signs with its caller's key: Vidu's. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import type { Engine } from '../../src/core/engine-port.ts';
import { nativeDialect } from '../../src/core/model.ts';
import { micros } from '../../src/core/money.ts';
import { submitTask } from '../../src/core/submit.ts';
import type { Task, WebhookEvent } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import type { World } from '../../src/core/world.ts';
import { createCallbacks } from '../../src/dialects/vidu/callbacks.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import type { Result } from '../../src/wires/vidu/bodies.ts';
import { callbackSignature } from '../../src/wires/vidu/signature.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { type OpenedWorld, openWebhookWorld } from '../support/webhook-world.ts';
import { testWorld } from '../support/world.ts';

const callerKey = 'vda_test_key_that_nobody_else_may_see';
const catalog = readCatalog();
const call = { signal: new AbortController().signal };
const events: WebhookEvent[] = ['task.running', 'task.succeeded', 'task.failed'];
const vendorSchedule = { waitsMs: [1000], areWaitsDrawn: false, minimumAttempts: 3, minimumSpanMs: 0, attemptMs: 5000 };

/** A body that needs no gateway. */
async function tell({ id }: Task, state: Result['state'] = 'failed'): Promise<Result> {
  const none = { err_code: '', credits: 0, payload: '', bgm: false, off_peak: false, progress: 0, creations: [] };
  return { id, state, ...none };
}

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-dialects-'));
});
after(async () => {
  await rm(directory, { recursive: true });
});

async function open(receiver: Receiver): Promise<OpenedWorld> {
  // What is submitted comes in by the native view of a model; its webhooks are the other dialect's here.
  const dialects = { [nativeDialect]: createCallbacks({ result: tell }, vendorSchedule) };
  return await openWebhookWorld([receiver], { directory, dialects });
}

/** Accepts a task with a callback, as a handler of the dialect would. */
async function submit({ world, store, caller, fixtures }: OpenedWorld, url: string): Promise<Task> {
  const blobs = await openFileBlobs(directory, fixtures.randomBytes);
  const view = catalog.view(nativeDialect, 'vidu/q2/reference-to-image');
  const engine: Engine = {
    ...createFakeEngine({ directory, restart: 'safe', canFind: true }),
    operations: [view.model.operation],
  };
  const whole = testWorld({
    ...world,
    store,
    blobs,
    fetcher: world.fetcher as World['fetcher'],
    catalog,
    engines: new Map(view.model.offers.map((offer) => [offer.engine, engine])),
  });
  await store.grant(caller.tenantId, micros(1_000_000), 'for the test');
  return await submitTask(
    whole,
    {
      caller,
      view,
      wireId: null,
      value: { prompt: 'a quiet lake' },
      inline: new Map(),
      root: [],
      isSeedZeroRandom: true,
      priority: 0,
      isOffPeak: false,
      metadata: null,
      marks: null,
      webhook: { url, events, callerKey },
      idempotency: null,
    },
    call,
  );
}

function assertSigned({ headers, url }: Received, receiver: Receiver): void {
  const whole = new URL(url, receiver.url).href;
  const [date, nonce] = [String(headers.date), String(headers['x-request-nonce'])];
  const wanted = callbackSignature({ key: callerKey, url: whole, date, nonce });
  assert.equal(headers['x-hmac-signature'], wanted);
  assert.equal(headers['webhook-signature'], undefined);
}

/** Whether the key stands in any file of the store as it is. */
async function isKeyOnDisk(): Promise<boolean> {
  const files = (await readdir(directory)).filter((name) => name.startsWith('framegate.db'));
  assert.ok(files.length > 0);
  const contents = await Promise.all(files.map((name) => readFile(join(directory, name))));
  return contents.some((bytes) => bytes.includes(callerKey));
}

test("the caller's key signs until the last delivery is final, is never on disk as it is, and is gone then", async () => {
  await using receiver = await startReceiver((response) => response.writeHead(200).end());
  await using world = await open(receiver);
  const { store, fixtures } = world;
  const url = `${receiver.url}?job=7&part=a%20b`;
  const queued = await submit(world, url);
  assert.deepEqual(queued.webhook, { url, events: ['task.running', 'task.succeeded', 'task.failed'] });
  assert.notEqual(await store.webhookKey(queued.id), undefined);
  assert.equal(await isKeyOnDisk(), false);
  world.start();
  const { task, attempt } = await fixtures.begun(store, queued);
  await receiver.count(1);
  assert.notEqual(await store.webhookKey(queued.id), undefined, 'the task may still owe something');
  await store.commit(moves.fail(task, { code: 'internal', message: '' }, Date.now(), attempt));
  await receiver.count(2);
  const states = receiver.received.map(({ body }) => JSON.parse(body));
  assert.deepEqual(states, [await tell(task, 'processing'), await tell(task, 'failed')]);
  for (const received of receiver.received) assertSigned(received, receiver);
  const [last] = await store.deliveries({ tenantId: task.tenantId, taskId: task.id, limit: 1 });
  assert.ok(last);
  await world.attempted(last, 1);
  assert.equal(await store.webhookKey(task.id), undefined);
  await world.webhooks.resend(world.caller, last.id);
  const { attempts, delivery } = await world.attempted(last, 2);
  assert.deepEqual([attempts[1]?.error, delivery.state, receiver.received.length], ['no_key', 'failed', 2]);
  assert.deepEqual(await store.failingEndpoints(task.tenantId, '', 9), []);
  assert.deepEqual(world.errors, []);
});

test("the vendor's own schedule: so many attempts, then an end, and the count of them is true", async () => {
  await using receiver = await startReceiver((response) => response.writeHead(503).end());
  await using world = await open(receiver);
  const { store, fixtures } = world;
  const queued = await submit(world, receiver.url);
  const { task, attempt } = await fixtures.begun(store, queued);
  await store.commit(moves.fail(task, { code: 'internal', message: '' }, Date.now(), attempt));
  world.start();
  const owed = await store.deliveries({ tenantId: task.tenantId, taskId: task.id, limit: 9 });
  const [failed, running] = [
    owed.find(({ event }) => event === 'task.failed'),
    owed.find(({ event }) => event === 'task.running'),
  ];
  assert.ok(failed && running);
  const ended = await world.attempted(failed, 3);
  assert.deepEqual([ended.delivery.state, ended.delivery.attemptCount], ['failed', 3]);
  assert.deepEqual(
    ended.attempts.map(({ number, status }) => [number, status]),
    [
      [1, 503],
      [2, 503],
      [3, 503],
    ],
  );
  const once = await world.attempted(running, 1);
  assert.deepEqual([once.delivery.state, once.attempts.length], ['failed', 1]);
  assert.equal(receiver.received.length, 4);
  assert.equal(await store.webhookKey(task.id), undefined);
});

test('a task that ends with nothing to tell leaves no key behind', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(200).end());
  await using world = await open(receiver);
  const queued = await submit(world, receiver.url);
  const change = moves.cancel(queued, Date.now());
  assert.ok(change && (await world.store.commit(change)));
  assert.equal(await world.store.webhookKey(queued.id), undefined);
});
