/** Signatures, turns, and what survives a crash: the real store, guard and loop, with a short deadline for attempts. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../../src/core/delivery.ts';
import { parseAllowList } from '../../src/media/fetch/address.ts';
import { createFetcher } from '../../src/media/fetch/index.ts';
import { isGenuine, type Receiver, startReceiver } from '../support/receiver.ts';
import { openWebhookWorld } from '../support/webhook-world.ts';

const attemptMs = 400;
const openWorld = (receivers: readonly Receiver[], directory?: string) =>
  openWebhookWorld(receivers, { attemptMs, ...(directory === undefined ? {} : { directory }) });

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

test('a receiver that hangs keeps nobody else waiting', async () => {
  await using hanging = await startReceiver(() => undefined);
  await using healthy = await answers(200);
  // One turn of attempts that hang is ten times as long as the others need on an idle machine.
  const hangsMs = 4_000;
  await using world = await openWebhookWorld([hanging, healthy], { attemptMs: hangsMs });
  for (let index = 0; index < 60; index += 1) await world.owe(hanging);
  const owed: Delivery[] = [];
  for (let index = 0; index < 20; index += 1) owed.push(await world.owe(healthy));
  const started = Date.now();
  world.start();
  await healthy.count(20);
  const took = Date.now() - started;
  assert.ok(took < hangsMs, `${took} ms`);
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
