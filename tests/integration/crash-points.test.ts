/**
 * A worker dies at every call it makes of the world, before the call and after it, with engines of every kind; another
 * one takes over. Nothing may be lost, done twice where that costs money, or paid twice.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isSuccess, standardSchedule } from '../../src/core/backoff.ts';
import type { Engine } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { FileToken, TaskId } from '../../src/core/ids.ts';
import type { Blobs, Fetcher, Prober } from '../../src/core/media-ports.ts';
import { micros } from '../../src/core/money.ts';
import type { Store } from '../../src/core/store-port.ts';
import { isFinal, type Task } from '../../src/core/task.ts';
import * as moves from '../../src/core/task-moves.ts';
import { createTaskWatch } from '../../src/core/task-watch.ts';
import type { WebhookDialect } from '../../src/core/webhook-dialect.ts';
import type { World } from '../../src/core/world.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { createProber } from '../../src/media/probe/index.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { deliver } from '../../src/worker/deliver.ts';
import { createEngineGate } from '../../src/worker/engine-gate.ts';
import { LeaseLostError } from '../../src/worker/held-task.ts';
import { createPatience } from '../../src/worker/patience.ts';
import { type RunOptions, runTask } from '../../src/worker/run-task.ts';
import { sleep } from '../../src/worker/sleep.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';
import { createFixtures, type Fixtures } from '../support/store-fixtures.ts';
import { testWorld } from '../support/world.ts';

let directory: string;
let store: Store;
let blobs: Blobs;
let fixtures: Fixtures;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-crash-'));
  store = await openSqliteStore({ directory, randomBytes });
  blobs = await openFileBlobs(directory, randomBytes);
  fixtures = createFixtures(randomBytes);
});
after(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

class Crash extends Error {
  override readonly name = 'Crash';
}

/** Counts the calls of a life, and ends it at one of them: from then on every call fails, as for a dead process. */
type Life = { calls: string[]; isDead: boolean; readonly endAt: number; readonly side: 'before' | 'after' };

const endless = (): Life => ({ calls: [], isDead: false, endAt: Number.POSITIVE_INFINITY, side: 'before' });

function mortal<Port extends object>(port: Port, name: string, life: Life): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const member: unknown = Reflect.get(target, property, receiver);
      // Streams and subscriptions are no steps of their own.
      if (typeof member !== 'function' || property === 'onNote' || property === 'read') return member;
      return async (...values: unknown[]) => {
        if (life.isDead) throw new Crash('dead');
        const call = life.calls.push(`${name}.${String(property)}`);
        const isLast = call === life.endAt;
        if (isLast) life.isDead = true;
        if (isLast && life.side === 'before') throw new Crash('before');
        const result: unknown = await member.apply(target, values);
        if (life.isDead) throw new Crash('after');
        return result;
      };
    },
  });
}

function worldOf(life: Life, engine: FakeEngine): { world: World; engine: Engine } {
  const world = testWorld({
    store: mortal(store, 'store', life),
    blobs: mortal(blobs, 'blobs', life),
    prober: mortal<Prober>(createProber(blobs), 'prober', life),
  });
  return { world, engine: mortal(engine, 'engine', life) };
}

/** One life of a worker: claims and runs until nothing is left to claim, or until it dies. */
async function live(life: Life, fake: FakeEngine): Promise<void> {
  const { world, engine } = worldOf(life, fake);
  try {
    for (;;) {
      const now = Date.now();
      const claim = { work: { kind: 'run', engine: 'fake' }, limit: 1, now, leaseUntil: now + 60_000 } as const;
      const [task] = await world.store.claim(claim);
      if (task === undefined) return;
      await runTask(engine, task, runOptions(world));
    }
  } catch (error) {
    assert.ok(life.isDead, `a living worker must not throw: ${error}`);
  }
}

const price = 40_000;
const credit = 1_000_000;

type Verdict = { readonly task: Task; readonly jobs: number };

/** Submits one task, lets a worker die at the given point, and a second one do the rest. */
async function crashOnce(life: Life, fake: FakeEngine, isCanceled: boolean): Promise<Verdict> {
  const caller = await fixtures.tenant(store, credit);
  const facts = fixtures.facts(caller, { engine: 'fake', listMicros: micros(price), reserveMicros: micros(price) });
  const submitted = await store.submit(moves.submit(facts));
  // Asked for while it runs, which is when it matters.
  const unwatch = store.onNote((note) => {
    if (!isCanceled || note.event !== 'task.running' || note.taskId !== submitted.id) return;
    void requestCancel(submitted.id);
  });
  await live(life, fake);
  await store.expireLeases();
  await live(endless(), fake);
  unwatch();
  const task = await store.anyTask(submitted.id);
  assert.ok(task);
  const tenant = await store.tenant(caller.tenantId);
  assert.ok(isFinal(task.state), `it ends: ${task.state}`);
  const paid = task.state === 'succeeded' ? price : 0;
  assert.equal(task.price.capturedMicros, paid);
  assert.equal(tenant?.balanceMicros, credit - paid, 'paid once or not at all');
  const events = await store.events(caller.tenantId, task.id, 0);
  assert.equal(events.filter(({ type }) => /succeeded|failed|canceled$/.test(type)).length, 1, 'one end');
  const attempts = await store.attempts(caller.tenantId, task.id);
  assert.ok(
    attempts.every(({ state }) => state !== 'intended' && state !== 'started'),
    'no attempt is left open',
  );
  if (task.state === 'succeeded') await checkArtifact(task);
  return { task, jobs: fake.jobs.length };
}

async function requestCancel(id: TaskId): Promise<void> {
  for (;;) {
    const task = await store.anyTask(id);
    const change = task && moves.cancel(task, Date.now());
    if (change === undefined || (await store.commit(change))) return;
  }
}

async function checkArtifact({ tenantId, output }: Task): Promise<void> {
  const [artifact] = await store.artifacts(tenantId, output?.artifactIds ?? []);
  assert.ok(artifact);
  const signal = AbortSignal.timeout(10_000);
  const bytes = Buffer.concat(await Array.fromAsync(blobs.read(artifact.blobKey, { signal })));
  assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256);
  assert.equal((await store.artifactByToken(artifact.token as FileToken))?.id, artifact.id);
}

const engines = [
  { restart: 'safe', canFind: false },
  { restart: 'keyed', canFind: false },
  { restart: 'never', canFind: true },
  { restart: 'never', canFind: false },
] as const;

test('work that an engine lost is done again where that is safe, and never where it is not', async () => {
  const lose = async (restart: Engine['restart'], outcome: FakeEngine['outcome']) => {
    const fake = createFakeEngine({ directory, restart, canFind: false });
    fake.outcome = outcome;
    const { task, jobs } = await crashOnce(endless(), fake, false);
    return [task.state, task.error?.code, jobs, task.attemptCount];
  };
  assert.deepEqual(await lose('safe', 'lose once'), ['succeeded', undefined, 2, 2]);
  assert.deepEqual(await lose('keyed', 'lose once'), ['succeeded', undefined, 2, 2]);
  assert.deepEqual(await lose('never', 'lose once'), ['failed', 'attempt_unknown', 1, 1]);
  assert.deepEqual(await lose('safe', 'lose always'), ['failed', 'engine_failed', 5, 5]);
});

const facts = { engine: 'fake', listMicros: micros(price), reserveMicros: micros(price) };

/** What a worker runs with, in a world of its own. */
function runOptions(world: World): RunOptions {
  const stopping = new AbortController().signal;
  return {
    world,
    watch: createTaskWatch(world.store).watch,
    leaseMs: 60_000,
    runLimitMs: () => 60_000,
    stopping,
    gate: createEngineGate(world),
    patience: createPatience(stopping, sleep),
    sleep,
  };
}

test('a worker that wakes up after the task was ended by another does not begin it again', async () => {
  const fake = createFakeEngine({ directory, restart: 'never', canFind: false });
  const { world, engine } = worldOf(endless(), fake);
  const task = await fixtures.task(store, await fixtures.tenant(store, credit), facts);
  await fixtures.begun(store, task);
  const claim = async () => {
    await store.expireLeases();
    const now = Date.now();
    const [claimed] = await store.claim({
      work: { kind: 'run', engine: 'fake' },
      limit: 1,
      now,
      leaseUntil: now + 60_000,
    });
    assert.equal(claimed?.id, task.id);
    return claimed;
  };
  const run = runOptions(world);
  const asleep = await claim();
  await runTask(engine, await claim(), run);
  assert.equal((await store.anyTask(task.id))?.error?.code, 'attempt_unknown');
  await assert.rejects(runTask(engine, asleep, run), LeaseLostError);
  assert.equal(fake.jobs.length, 0);
});

test('results that were committed stay, although the store breaks down before it can say so', async () => {
  const fake = createFakeEngine({ directory, restart: 'safe', canFind: false });
  const { world, engine } = worldOf(endless(), fake);
  const breaking: Store = {
    ...store,
    async commit(change) {
      const isWritten = await store.commit(change);
      if (change.task.state === 'succeeded') throw new GatewayError('internal', 'The writer broke down.');
      return isWritten;
    },
  };
  const { id } = await fixtures.task(store, await fixtures.tenant(store, credit), facts);
  const now = Date.now();
  const [claimed] = await store.claim({
    work: { kind: 'run', engine: 'fake' },
    limit: 1,
    now,
    leaseUntil: now + 60_000,
  });
  assert.ok(claimed);
  const run = runOptions({ ...world, store: breaking });
  await assert.rejects(runTask(engine, claimed, run));
  const task = await store.anyTask(id);
  assert.ok(task?.state === 'succeeded');
  await checkArtifact(task);
});

test('an engine that is full may have begun what it refuses the second time: it is sent under the same key', async () => {
  const fake = createFakeEngine({ directory, restart: 'keyed', canFind: false });
  const { world, engine } = worldOf(endless(), fake);
  const task = await fixtures.task(store, await fixtures.tenant(store, credit), facts);
  const now = Date.now();
  const [claimed] = await store.claim({
    work: { kind: 'run', engine: 'fake' },
    limit: 1,
    now,
    leaseUntil: now + 60_000,
  });
  assert.equal(claimed?.id, task.id);
  fake.lostAnswers = 1;
  const full: Engine = {
    ...engine,
    async start(job, call) {
      if (fake.jobs.length === 1 && fake.lostAnswers === 0 && fake.refusals === 0) {
        fake.refusals = -1;
        throw new GatewayError('overloaded', 'The fake engine is full.');
      }
      return await engine.start(job, call);
    },
  };
  await runTask(full, claimed, { ...runOptions(world), sleep: async () => {} });
  assert.deepEqual([(await store.anyTask(task.id))?.state, fake.jobs.length], ['succeeded', 1]);
});

const announcing: WebhookDialect = {
  events: ['task.failed'],
  scheduleOf: () => standardSchedule,
  isDelivered: isSuccess,
  encode: async ({ event }) => event,
  sign: async ({ delivery, endpointKeys }) => ({
    'webhook-id': delivery.id,
    keys: String((await endpointKeys()).length),
  }),
};

/** One life of a sender of deliveries; answers what its endpoint heard. */
async function liveToDeliver(life: Life, heard: string[]): Promise<void> {
  const fetcher: Fetcher = {
    judge: () => {},
    async *fetch() {
      yield* [];
    },
    async post(_url, { headers }) {
      heard.push(headers['webhook-id'] ?? '');
      return { status: 204, retryAfter: undefined, start: new Uint8Array() };
    },
  };
  const world = testWorld({
    store: mortal(store, 'store', life),
    blobs,
    fetcher: { ...fetcher, post: mortal({ post: fetcher.post }, 'endpoint', life).post },
  });
  const dialects = new Map([['native', announcing]]);
  const log = { error: () => {} };
  const claim = { limit: 1, perEndpoint: 4 };
  try {
    for (;;) {
      const now = Date.now();
      const [delivery] = await world.store.claimDeliveries({ ...claim, now, leaseUntil: now + 60_000 });
      if (delivery === undefined) return;
      await deliver(delivery, { world, log, dialects }, new AbortController().signal);
    }
  } catch (error) {
    assert.ok(life.isDead, `a living sender must not throw: ${error}`);
  }
}

test('a delivery: a crash before and after every call, and its endpoint hears of it under one id', async () => {
  const owe = async () => {
    const caller = await fixtures.tenant(store);
    const url = `https://hooks.example.org/${caller.tenantId}`;
    const task = await fixtures.task(store, caller, { webhook: { url, events: ['task.failed'] } });
    assert.ok(await store.commit(moves.fail(task, { code: 'engine_failed', message: '' }, Date.now())));
    const [delivery] = await store.deliveries({ tenantId: caller.tenantId, limit: 1 });
    assert.ok(delivery);
    return delivery;
  };
  await owe();
  const whole = endless();
  await liveToDeliver(whole, []);
  const points = new Set<string>();
  for (let endAt = 1; endAt <= whole.calls.length; endAt += 1) {
    for (const side of ['before', 'after'] as const) {
      const owed = await owe();
      const heard: string[] = [];
      const life: Life = { calls: [], isDead: false, endAt, side };
      await liveToDeliver(life, heard);
      await store.expireLeases();
      await liveToDeliver(endless(), heard);
      const point = `${side} ${life.calls.at(-1)} (call ${endAt})`;
      points.add(point);
      assert.equal((await store.delivery(owed.tenantId, owed.id))?.state, 'delivered', point);
      assert.ok(heard.length === 1 || heard.length === 2, `${point}: heard ${heard.length} times`);
      assert.deepEqual(new Set(heard), new Set([owed.id]), point);
    }
  }
  assert.ok(points.size >= 8, `${points.size} crash points`);
});

for (const kind of engines) {
  const name = `${kind.restart}${kind.canFind ? ' with look-up' : ''}`;
  for (const outcome of ['succeed', 'fail', 'cancel'] as const) {
    test(`engine ${name}, which should ${outcome}: a crash before and after every call`, async () => {
      const make = () => {
        const fake = createFakeEngine({ directory, ...kind });
        fake.outcome = outcome === 'cancel' ? 'never end' : outcome;
        return fake;
      };
      const whole = endless();
      await crashOnce(whole, make(), outcome === 'cancel');
      const points = new Set<string>();
      for (let endAt = 1; endAt <= whole.calls.length; endAt += 1) {
        for (const side of ['before', 'after'] as const) {
          const life: Life = { calls: [], isDead: false, endAt, side };
          const { task, jobs } = await crashOnce(life, make(), outcome === 'cancel');
          const point = `${side} ${life.calls.at(-1)} (call ${endAt})`;
          points.add(point);
          assert.ok(jobs <= 1, `${point}: the engine began ${jobs} jobs`);
          // An engine that takes no key is never asked twice, not even when it knows nothing of the first time.
          const isLostAnswer = kind.restart === 'never' && task.error?.code === 'attempt_unknown';
          const expected = { succeed: 'succeeded', fail: 'failed', cancel: 'canceled' }[outcome];
          if (isLostAnswer) assert.equal(task.state, 'failed', point);
          else assert.equal(task.state, expected, `${point}: ${JSON.stringify(task.error)}`);
        }
      }
      assert.ok(points.size >= 12, `${points.size} crash points`);
    });
  }
}
