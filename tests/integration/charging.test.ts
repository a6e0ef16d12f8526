/** The rule of docs/charging.md, end by end: real store, real worker, an engine that does what it is told. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createCatalog } from '../../src/core/catalog.ts';
import type { Engine } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { createGateway } from '../../src/core/gateway.ts';
import type { Blobs } from '../../src/core/media-ports.ts';
import type { Model } from '../../src/core/model.ts';
import type { Store } from '../../src/core/store-port.ts';
import { isFinal, type Task } from '../../src/core/task.ts';
import type { Caller } from '../../src/core/tenant.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { startWorker, sweep, type WorkerOptions } from '../../src/worker/index.ts';
import { createPatience } from '../../src/worker/patience.ts';
import { sleep } from '../../src/worker/sleep.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';
import { createFixtures } from '../support/store-fixtures.ts';
import { testWorld } from '../support/world.ts';

const credit = 1_000_000;
/** Ten cents for the first unit and five for each more; the engine chooses when none is given. */
const model: Model = {
  id: 'test/units',
  title: 'Units',
  description: 'As many units as wished for.',
  operation: 'reference-to-image',
  output: 'image',
  modified: '2026-11-21',
  sources: [{ of: 'everything', mark: 'assumed', where: 'this test' }],
  parameters: {
    units: { title: 'Units', description: '', type: 'integer', minimum: 0, maximum: 4, default: 0, automatic: 0 },
  },
  names: [],
  offers: [{ engine: 'fake' }],
  price: { unit: 'output', rows: [{ when: {}, micros: 100_000, step: { of: 'units', from: 1, micros: 50_000 } }] },
};

let directory: string;
let store: Store;
let blobs: Blobs;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-charging-'));
  store = await openSqliteStore({ directory, randomBytes });
  blobs = await openFileBlobs(directory, randomBytes);
});
after(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

type Situation = {
  readonly restart?: Engine['restart'];
  readonly canFind?: boolean;
  readonly units?: number;
  readonly isOffPeak?: boolean;
  readonly discountBasisPoints?: number;
  /** How the engine behaves. */
  readonly set?: (engine: FakeEngine) => void;
  /** Once the task is accepted, and once it runs. */
  readonly queued?: (acts: Acts) => Promise<void>;
  readonly running?: (acts: Acts) => Promise<void>;
  readonly isWorkerOn?: boolean;
  /** Whether the model has a published price, and the engine's work costs nothing. */
  readonly isPriced?: boolean;
  readonly isFree?: boolean;
};
type Acts = { readonly cancel: () => Promise<unknown>; readonly sweepAt: (afterMs: number) => Promise<void> };
type End = { readonly task: Task; readonly paid: number; readonly engine: FakeEngine };

/** Accepts one task, brings it to its end and adds up what it cost. */
async function endOf(situation: Situation): Promise<End> {
  const { restart = 'never', canFind = false, units, isOffPeak = false, isWorkerOn = true } = situation;
  const engine = createFakeEngine({ directory, restart, canFind });
  situation.set?.(engine);
  let skippedMs = 0;
  const clock = { now: () => Date.now() + skippedMs };
  const world = testWorld({
    store,
    blobs,
    clock,
    catalog: createCatalog([situation.isPriced === false ? { ...model, price: null } : model]),
    engines: new Map([['fake', engine]]),
  });
  if (situation.isFree === true) (world.policy.freeEngines as Set<string>).add('fake');
  using gateway = createGateway(world);
  const fixtures = createFixtures(randomBytes);
  const caller: Caller = await fixtures.tenant(store, credit);
  await store.setTenantDiscount(caller.tenantId, situation.discountBasisPoints ?? 0);
  const signal = AbortSignal.timeout(60_000);
  const accepted = await gateway.submit(
    {
      caller,
      view: world.catalog.view('native', model.id),
      wireId: null,
      value: units === undefined ? {} : { units },
      inline: new Map(),
      root: [],
      isSeedZeroRandom: false,
      priority: 0,
      isOffPeak,
      metadata: null,
      marks: null,
      webhook: null,
      idempotency: null,
    },
    { signal },
  );
  const options: WorkerOptions = {
    world,
    log: { error: () => {} } as unknown as WorkerOptions['log'],
    runLimitMs: () => 60_000,
    eventLifetimeMs: 1e9,
    idempotencyLifetimeMs: 1e9,
    deliveryLifetimeMs: 1e9,
    answerLifetimeMs: 1e9,
    dialects: new Map(),
  };
  const acts: Acts = {
    cancel: () => gateway.cancel(caller, accepted.id),
    async sweepAt(afterMs) {
      skippedMs = afterMs;
      await sweep(options, signal, createPatience(signal, sleep));
    },
  };
  await situation.queued?.(acts);
  await using _worker = isWorkerOn ? startWorker(options) : undefined;
  if (situation.running !== undefined) {
    while ((await store.anyTask(accepted.id))?.state === 'queued')
      await gateway.wait(caller, accepted.id, 20, { signal });
    await situation.running(acts);
  }
  const task = await gateway.wait(caller, accepted.id, 30_000, { signal });
  assert.ok(isFinal(task.state), task.state);
  const tenant = await store.tenant(caller.tenantId);
  const paid = credit - (tenant?.balanceMicros ?? 0);
  assert.equal(task.price.capturedMicros, paid);
  assert.deepEqual((await store.reconcile()).differences, []);
  return { task, paid, engine };
}

const isPaid = (title: string, situation: Situation, expected: readonly [state: string, paid: number, code?: string]) =>
  test(title, async () => {
    const { task, paid } = await endOf(situation);
    assert.deepEqual([task.state, paid, ...(task.error === null ? [] : [task.error.code])], expected);
  });

isPaid('a success costs what was asked for', { units: 3 }, ['succeeded', 200_000]);
isPaid('an automatic choice costs what was made of it', { set: (engine) => (engine.usage = { units: 2 }) }, [
  'succeeded',
  150_000,
]);
isPaid('a part of what was asked for costs that part', { units: 4, set: (engine) => (engine.usage = { units: 1 }) }, [
  'succeeded',
  100_000,
]);
isPaid('more than what was asked for costs no more', { units: 2, set: (engine) => (engine.usage = { units: 4 }) }, [
  'succeeded',
  150_000,
]);
isPaid(
  'discounts are those of the submit: 10 % for the tenant, then half for off-peak',
  { units: 3, isOffPeak: true, discountBasisPoints: 1_000 },
  ['succeeded', 90_000],
);
isPaid('a failure costs nothing', { set: (engine) => (engine.outcome = 'fail') }, ['failed', 0, 'engine_failed']);
isPaid(
  'a cancel while queued costs nothing',
  { isWorkerOn: false, queued: async ({ cancel }) => void (await cancel()) },
  ['canceled', 0],
);
isPaid(
  'a cancel while running costs nothing',
  { set: (engine) => (engine.outcome = 'never end'), running: async ({ cancel }) => void (await cancel()) },
  ['canceled', 0],
);
isPaid('a start that came too late costs nothing', { isWorkerOn: false, queued: ({ sweepAt }) => sweepAt(2e6) }, [
  'failed',
  0,
  'deadline_exceeded',
]);
isPaid(
  'an off-peak task that nobody had time for is canceled and costs nothing',
  { isWorkerOn: false, isOffPeak: true, queued: ({ sweepAt }) => sweepAt(2e6) },
  ['canceled', 0, 'canceled'],
);
isPaid(
  'work that ran out of time costs nothing, and a result that comes after that is not taken',
  { set: (engine) => (engine.outcome = 'never end'), running: ({ sweepAt }) => sweepAt(120_000) },
  ['failed', 0, 'deadline_exceeded'],
);
isPaid('an answer lost for good costs nothing', { set: (engine) => (engine.lostAnswers = 1) }, [
  'failed',
  0,
  'attempt_unknown',
]);

test('an engine that says no is asked again, and the task waits in the queue meanwhile', async () => {
  const { task, paid, engine } = await endOf({ units: 1, set: (fake) => (fake.refusals = 2) });
  assert.deepEqual([task.state, paid, engine.jobs.length], ['succeeded', 100_000, 1]);
  const attempts = await store.attempts(task.tenantId, task.id);
  assert.deepEqual(
    attempts.map(({ state }) => state),
    ['refused', 'refused', 'succeeded'],
  );
});

for (const [title, kind] of Object.entries({
  'sent again under its key': { restart: 'keyed', canFind: false },
  'looked up': { restart: 'never', canFind: true },
} as const)) {
  test(`an attempt whose answer was lost is ${title}, and begun once`, async () => {
    const { task, engine } = await endOf({ ...kind, set: (fake) => (fake.lostAnswers = 1) });
    assert.deepEqual([task.state, engine.jobs.length, task.attemptCount], ['succeeded', 1, 1]);
  });
}

test('without a published price, work is refused where it costs money and given away where it does not', async () => {
  await assert.rejects(
    endOf({ units: 2, isPriced: false }),
    (error) => error instanceof GatewayError && error.code === 'price_unpublished' && /test\/units/.test(error.message),
  );
  const { task, paid } = await endOf({ units: 2, isPriced: false, isFree: true });
  assert.deepEqual([task.state, paid, task.price.lines], ['succeeded', 0, []]);
});
