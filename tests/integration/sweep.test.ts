/** What is past its lifetime goes, all of it in one sweep, and nothing else does. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { sweep } from '../../src/worker/index.ts';
import { createPatience } from '../../src/worker/patience.ts';
import { sleep } from '../../src/worker/sleep.ts';
import { startReceiver } from '../support/receiver.ts';
import { openWebhookWorld } from '../support/webhook-world.ts';

const day = 24 * 60 * 60 * 1000;
const lifetimes = {
  eventLifetimeMs: 30 * day,
  idempotencyLifetimeMs: 7 * day,
  deliveryLifetimeMs: 30 * day,
  answerLifetimeMs: 3 * day,
};

test('deliveries go 30 days after their end, their answers when the owner says', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-sweep-'));
  try {
    await using taking = await startReceiver((response) => response.end('thanks'));
    await using gone = await startReceiver((response) => response.writeHead(410).end('gone'));
    const clock = { offsetMs: 0 };
    await using world = await openWebhookWorld([taking, gone], { directory, clock });
    const { store, caller, fixtures } = world;
    const blobs = await openFileBlobs(directory, fixtures.randomBytes);
    const options = { world: { ...world.world, store, blobs }, ...lifetimes };
    const { signal } = new AbortController();
    const owed = [await world.owe(taking), await world.owe(gone)];
    world.start();
    for (const delivery of owed) await world.attempted(delivery, 1);
    const answers = async () =>
      (await Promise.all(owed.map(({ id }) => store.deliveryAttempts(caller.tenantId, id)))).map(
        ([attempt]) => attempt?.answer,
      );
    await sweep(options, signal, createPatience(signal, sleep));
    assert.deepEqual(await answers(), ['thanks', 'gone']);
    clock.offsetMs = 3.5 * day;
    await sweep(options, signal, createPatience(signal, sleep));
    assert.deepEqual(await answers(), ['', '']);
    clock.offsetMs = 29 * day;
    await sweep(options, signal, createPatience(signal, sleep));
    assert.equal((await store.deliveries({ tenantId: caller.tenantId, limit: 9 })).length, 2);
    assert.equal((await store.failingEndpoints(caller.tenantId, '', 9)).length, 1);
    clock.offsetMs = 30.5 * day;
    await sweep(options, signal, createPatience(signal, sleep));
    assert.deepEqual(await store.deliveries({ tenantId: caller.tenantId, limit: 9 }), []);
    assert.deepEqual(await store.failingEndpoints(caller.tenantId, '', 9), []);
  } finally {
    await rm(directory, { recursive: true });
  }
});
