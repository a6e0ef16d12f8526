/** Deliveries against receivers of every kind: the real store, guard and loop, with a short deadline for attempts. */
import assert from 'node:assert/strict';
import { randomBytes as systemRandomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../../src/core/delivery.ts';
import { createWebhooks } from '../../src/core/webhooks.ts';
import { parseAllowList } from '../../src/media/fetch/address.ts';
import { createFetcher } from '../../src/media/fetch/index.ts';
import { createSealer } from '../../src/sealer.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { deliverLoop } from '../../src/worker/deliver.ts';
import { isGenuine, type Receiver, startReceiver } from '../support/receiver.ts';
import { createFixtures } from '../support/store-fixtures.ts';

const attemptMs = 400;
const randomBytes = (length: number) => new Uint8Array(systemRandomBytes(length));

async function openWorld(receivers: readonly Receiver[], directory?: string) {
  const place = directory ?? (await mkdtemp(join(tmpdir(), 'framegate-webhooks-')));
  const store = await openSqliteStore({ directory: place, randomBytes });
  await store.expireLeases();
  const allowList = parseAllowList(receivers.map(({ door }) => door));
  const clock = { now: Date.now };
  const fetcher = createFetcher({ allowList, userAgent: 'Framegate/test' });
  const world = { store, fetcher, clock, randomBytes, sealer: createSealer('secret', 'test') };
  const errors: unknown[] = [];
  const stop = new AbortController();
  let loop: Promise<void> | undefined;
  const fixtures = createFixtures(randomBytes);
  const caller = await fixtures.tenant(store);
  return {
    store,
    caller,
    webhooks: createWebhooks(world),
    directory: place,
    errors,
    start() {
      const encoders = new Map([['native', async ({ event }: Delivery) => JSON.stringify({ type: event })]]);
      const log = { error: (entry: unknown) => errors.push(entry) };
      loop = deliverLoop({ world, encoders, log, attemptMs }, stop.signal);
    },
    async owe({ url }: Receiver) {
      const now = Date.now();
      const task = await fixtures.task(store, caller, { now, webhook: { url, events: ['task.queued'] } });
      const [delivery] = await store.deliveries({ tenantId: caller.tenantId, taskId: task.id, limit: 2 });
      assert.ok(delivery);
      return delivery;
    },
    async attempted({ id }: Delivery, wanted: number) {
      const end = Date.now() + 20_000;
      for (;;) {
        const attempts = await store.deliveryAttempts(caller.tenantId, id);
        const delivery = await store.delivery(caller.tenantId, id);
        assert.ok(delivery);
        if (attempts.length >= wanted) return { attempts, delivery };
        assert.ok(Date.now() < end, `${attempts.length} of ${wanted} attempts`);
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test ends'));
      await loop;
      await store[Symbol.asyncDispose]();
      if (directory === undefined) await rm(place, { recursive: true });
    },
  };
}

const answers = (status: number, headers: Record<string, string> = {}, body = '') =>
  startReceiver((response) => response.writeHead(status, headers).end(body));

test('a delivery is signed, sent once, and its attempt kept', async () => {
  await using receiver = await answers(200, {}, 'ä'.repeat(2000));
  await using world = await openWorld([receiver]);
  const { secret } = await world.webhooks.renewSecret(world.caller, receiver.url);
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const owed = await world.owe(receiver);
  world.start();
  const { attempts, delivery } = await world.attempted(owed, 1);
  assert.deepEqual([delivery.state, delivery.attemptCount, delivery.nextAttemptAt], ['delivered', 1, null]);
  assert.equal(attempts[0]?.status, 200);
  assert.equal(attempts[0]?.answer, 'ä'.repeat(512));
  const [first] = receiver.received;
  assert.ok(first);
  assert.equal(first.headers['webhook-id'], owed.id);
  assert.equal(first.headers['content-type'], 'application/json');
  assert.equal(first.headers['user-agent'], 'Framegate/test');
  assert.ok(isGenuine(first, secret));
  assert.ok(!isGenuine({ ...first, body: `${first.body} ` }, secret));
  await delay(50);
  assert.equal(receiver.received.length, 1);
  assert.deepEqual(world.errors, []);
});

test('during a rotation both secrets sign, afterwards the new one', async () => {
  await using receiver = await answers(204);
  await using world = await openWorld([receiver]);
  const { store, caller, webhooks } = world;
  const one = await webhooks.renewSecret(caller, receiver.url);
  const two = await webhooks.renewSecret(caller, receiver.url);
  world.start();
  await world.attempted(await world.owe(receiver), 1);
  const [both] = receiver.received;
  assert.ok(both && isGenuine(both, one.secret) && isGenuine(both, two.secret));
  const three = await webhooks.renewSecret(caller, receiver.url);
  await world.attempted(await world.owe(receiver), 1);
  const latest = receiver.received.at(-1);
  assert.ok(
    latest && isGenuine(latest, two.secret) && isGenuine(latest, three.secret) && !isGenuine(latest, one.secret),
  );
  const kept = await store.endpointSecret(caller.tenantId, receiver.url);
  assert.ok(kept && !JSON.stringify(kept).includes(three.secret));
  await store.rotateEndpointSecret(kept, Date.now() - 1);
  await world.attempted(await world.owe(receiver), 1);
  assert.equal(String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ').length, 1);
});

test('500 is tried again under the same id until it is well', async () => {
  await using receiver = await startReceiver((response, before) => response.writeHead(before === 0 ? 500 : 200).end());
  await using world = await openWorld([receiver]);
  const owed = await world.owe(receiver);
  world.start();
  const { attempts, delivery } = await world.attempted(owed, 2);
  assert.deepEqual(
    attempts.map(({ number, status }) => [number, status]),
    [
      [1, 500],
      [2, 200],
    ],
  );
  assert.equal(delivery.state, 'delivered');
  assert.deepEqual(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])), new Set([owed.id]));
  const [first, second] = receiver.received;
  assert.ok(first && second && second.at - first.at >= 950);
});

test('what each kind of answer leads to', async () => {
  const cases: readonly [string, () => Promise<Receiver>, number | null, string | null, string, number][] = [
    ['moved', () => answers(302, { location: 'http://127.0.0.1:1/' }), 302, null, 'pending', 1000],
    ['moved for ever', () => answers(308, { location: '/other' }), 308, null, 'pending', 1000],
    ['gone', () => answers(410), 410, null, 'failed', 0],
    ['not found', () => answers(404), 404, null, 'pending', 1000],
    ['too many', () => answers(429, { 'retry-after': '3600' }), 429, null, 'pending', 3_600_000],
    ['bad gateway', () => answers(502), 502, null, 'pending', 60_000],
    ['late gateway', () => answers(504), 504, null, 'pending', 60_000],
    ['reset', () => startReceiver((response) => response.destroy()), null, 'not_reached', 'pending', 1000],
    ['silent', () => startReceiver(() => undefined), null, 'no_answer_in_time', 'pending', 1000],
    ['dripping', () => startReceiver(drip), 200, null, 'delivered', 0],
    ['endless', () => startReceiver(flood), 200, null, 'delivered', 0],
  ];
  const receivers = await Promise.all(cases.map(([, open]) => open()));
  await using world = await openWorld(receivers);
  const owed = await Promise.all(receivers.map(world.owe));
  world.start();
  for (const [index, [name, , status, error, state, waitMs]] of cases.entries()) {
    const { attempts, delivery } = await world.attempted(owed[index] as Delivery, 1);
    const [attempt] = attempts;
    assert.ok(attempt);
    assert.deepEqual([attempt.status, attempt.error, delivery.state], [status, error, state], name);
    assert.ok(attempt.answer.length <= 1024, name);
    if (state !== 'pending') continue;
    assert.ok((delivery.nextAttemptAt ?? 0) >= attempt.finishedAt + waitMs, name);
  }
  assert.equal(receivers[0]?.received.length, 1);
  assert.ok(flooded < 64 * 1024 * 1024, `${flooded} bytes were taken`);
  await Promise.all(receivers.map((receiver) => receiver[Symbol.asyncDispose]()));
  assert.deepEqual(world.errors, []);
});

function drip(response: Parameters<Parameters<typeof startReceiver>[0]>[0]): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), 50);
  response.once('close', () => clearInterval(timer));
}

let flooded = 0;
function flood(response: Parameters<Parameters<typeof startReceiver>[0]>[0]): void {
  const block = Buffer.alloc(1024 * 1024, 'a');
  response.writeHead(200, { 'content-length': 1024 * block.length });
  const more = () => {
    if (response.destroyed || flooded >= 1024 * block.length) return;
    flooded += block.length;
    if (response.write(block)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

test('a receiver that hangs keeps nobody else waiting', async () => {
  await using hanging = await startReceiver(() => undefined);
  await using healthy = await answers(200);
  await using world = await openWorld([hanging, healthy]);
  for (let index = 0; index < 60; index += 1) await world.owe(hanging);
  const owed: Delivery[] = [];
  for (let index = 0; index < 20; index += 1) owed.push(await world.owe(healthy));
  const started = Date.now();
  world.start();
  await healthy.count(20);
  const took = Date.now() - started;
  assert.ok(took < attemptMs, `${took} ms`);
  assert.ok(hanging.received.length <= 4, `${hanging.received.length} at a time`);
});

test('what was committed before the process ended is sent by the next', async () => {
  await using receiver = await answers(200);
  const directory = await mkdtemp(join(tmpdir(), 'framegate-webhooks-'));
  let owed: Delivery;
  {
    await using before = await openWorld([receiver], directory);
    owed = await before.owe(receiver);
    const now = Date.now();
    // Claimed, and then nothing: as a process that is killed.
    const claim = { now, limit: 9, leaseUntil: now + 600_000, perEndpoint: 9 };
    assert.equal((await before.store.claimDeliveries(claim)).length, 1);
  }
  {
    await using after = await openWorld([receiver], directory);
    after.start();
    await receiver.count(1);
    assert.equal(receiver.received[0]?.headers['webhook-id'], owed.id);
  }
  await rm(directory, { recursive: true });
});

test('an endpoint that the guard refuses is never called', async () => {
  await using receiver = await answers(200);
  await using world = await openWorld([]);
  assert.throws(() => createFetcher({ allowList: parseAllowList([]), userAgent: '' }).judge(receiver.url));
  const owed = await world.owe(receiver);
  world.start();
  const { attempts } = await world.attempted(owed, 1);
  assert.deepEqual([attempts[0]?.status, attempts[0]?.error], [null, 'not_reached']);
  assert.equal(receiver.received.length, 0);
});
