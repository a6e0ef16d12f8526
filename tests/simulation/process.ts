/** One life of the gateway: the real use cases and the real workers, with every call of theirs in the scheduler's hands. */
import { tmpdir } from 'node:os';
import { isSuccess, onceSchedule, standardSchedule } from '../../src/core/backoff.ts';
import { createCatalog } from '../../src/core/catalog.ts';
import type { Engine } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { createGateway, type Gateway } from '../../src/core/gateway.ts';
import { createGlimpses } from '../../src/core/glimpses.ts';
import { type Model, nativeDialect } from '../../src/core/model.ts';
import { micros } from '../../src/core/money.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { Store } from '../../src/core/store-port.ts';
import { createTaskWatch } from '../../src/core/task-watch.ts';
import type { WebhookDialect } from '../../src/core/webhook-dialect.ts';
import type { World } from '../../src/core/world.ts';
import { createOnce, type Once } from '../../src/http/idempotency.ts';
import { createMarker } from '../../src/media/marks/index.ts';
import { createSealer } from '../../src/sealer.ts';
import { deliver } from '../../src/worker/deliver.ts';
import { createEngineGate, type EngineGate } from '../../src/worker/engine-gate.ts';
import { fetchInputs } from '../../src/worker/fetch-inputs.ts';
import { LeaseLostError } from '../../src/worker/held-task.ts';
import { sweep } from '../../src/worker/index.ts';
import { createPatience } from '../../src/worker/patience.ts';
import { runTask } from '../../src/worker/run-task.ts';
import type { MemoryStore } from './memory-store.ts';
import { engineKinds, type Outside } from './outside.ts';
import { type Referee, server as serverActor, sweeper as sweeperActor } from './referee.ts';
import { type Life, type Scheduler, schedulePort } from './scheduler.ts';
import type { Tampering, Tools } from './tampering.ts';

const second = 1_000;
const day = 86_400 * second;
export const leaseMs = 30 * second;
export const runLimitMs = 60 * second;
export const startLimitMs = 300 * second;
export const priceMicros = 40_000;
/** Beyond what any seed lives through: that old things go is tested elsewhere. */
const foreverMs = 100_000 * day;

const model = (engine: string): Model => ({
  id: `sim/${engine}`,
  title: engine,
  description: engine,
  operation: 'reference-to-image',
  output: 'image',
  modified: '2026-11-21',
  sources: [],
  parameters: {
    prompt: { title: 'Prompt', description: '', type: 'string', required: true },
    images: { title: 'Images', description: '', type: 'media', media: 'image' },
    seed: { title: 'Seed', description: '', type: 'integer' },
  },
  names: [],
  offers: [{ engine }],
  price: { unit: 'output', rows: [{ when: {}, micros: priceMicros }] },
});
const catalog = createCatalog(engineKinds.map(({ name }) => model(name)));
const sealer = createSealer('a secret of this test', 'simulation');

export type ProcessOptions = {
  readonly scheduler: Scheduler;
  readonly referee: Referee;
  readonly outside: Outside;
  readonly clock: Clock;
  readonly memory: MemoryStore;
  readonly tampering: Tampering;
  /** Tells of what a simulation is for. */
  readonly count: (what: string) => void;
};

type Worker = {
  readonly life: Life;
  readonly world: World;
  readonly busy: Map<string, number>;
  readonly gates: Map<string, EngineGate>;
};
/** What a worker looks for: inputs to fetch, deliveries to send, or the tasks of an engine. */
export type Kind = 'fetch' | 'deliver' | (typeof engineKinds)[number]['name'];

export type GatewayProcess = {
  readonly server: Life;
  readonly gateway: Gateway;
  readonly once: Once;
  /** As the server sees it, and as it lies below everything. */
  readonly store: Store;
  readonly memory: MemoryStore;
  readonly lives: () => readonly Life[];
  /** A worker looks for work of a kind, unless it has its hands full. */
  work(worker: number, kind: Kind): void;
  sweep(): void;
  /** One worker dies, and another takes its place; nobody ends the leases it held. */
  replaceWorker(worker: number): void;
  isIdle(): boolean;
  breakStore(): void;
  /** From then on, errors of ours are to be expected. */
  isStoreBroken(): boolean;
};

const workers = 2;
const fullHands = 2;
/** What an engine, the network, the disk or a lost lease may bring about; all else is a bug. */
const expectedCodes = new Set([
  'canceled',
  'engine_failed',
  'engine_unavailable',
  'attempt_unknown',
  'deadline_exceeded',
  'input_unfetchable',
  'invalid_input',
  'storage_full',
]);
export const isExpectedCode = (code: string) => expectedCodes.has(code);

const lifetimes = {
  eventLifetimeMs: foreverMs,
  payloadLifetimeMs: undefined,
  idempotencyLifetimeMs: foreverMs,
  deliveryLifetimeMs: foreverMs,
  answerLifetimeMs: foreverMs,
};

const native: WebhookDialect = {
  events: ['task.succeeded', 'task.failed', 'task.canceled'],
  scheduleOf: (event) => (event === 'task.progress' ? onceSchedule : standardSchedule),
  isDelivered: isSuccess,
  encode: async ({ event }, { id }) => `${event} ${id}`,
  // What is sent is what the referee counts; who may have signed it is not its matter.
  sign: async ({ delivery, endpointKeys }) => {
    await endpointKeys();
    return { 'webhook-id': delivery.id };
  },
};
const dialects = new Map([[nativeDialect, native]]);

export function startProcess(options: ProcessOptions): GatewayProcess {
  const { scheduler, referee, outside, clock, memory, tampering, count } = options;
  const { random } = scheduler;
  const stopping = new AbortController().signal;
  let isStoreBroken = false;

  function worldOf(life: Life): World {
    const tools: Tools = { randomBytes: random.bytes, wait: (label) => scheduler.park(life, label) };
    const port = <Port extends object>(name: string, whole: Port) => schedulePort(scheduler, life, name, whole);
    const store = port('store', memory.store);
    const { blobs, fetcher } = tampering.outside?.(outside, tools) ?? outside;
    const engines = [...outside.engines].map(([name, whole]): [string, Engine] => {
      const engine = port(name, whole);
      // Even in calm a check takes its turn, for whoever follows a task asks again and again.
      const patient: Engine = {
        ...engine,
        async check(handle, call) {
          if (scheduler.isCalm) await scheduler.park(life, `${name}.check`);
          return await engine.check(handle, call);
        },
      };
      return [name, tampering.engine?.(patient, tools) ?? patient];
    });
    return {
      store: tampering.store?.(store, tools) ?? store,
      blobs: port('blobs', blobs),
      prober: port('prober', outside.prober),
      // Decoders are processes, and no part of a simulation.
      verifier: { verify: async () => {} },
      marker: createMarker(blobs, { ffmpegPath: '', scratchDirectory: tmpdir() }),
      fetcher: port('fetcher', fetcher),
      sealer,
      catalog,
      engines: new Map(engines),
      clock,
      randomBytes: random.bytes,
      policy: {
        startLimitMs,
        inputLifetimeMs: foreverMs,
        maximumMediaBytes: 1e6,
        uploadQuotaBytes: 1e9,
        freeEngines: new Set(),
        offPeak: { startLimitMs, discountBasisPoints: 0 },
        marks: { isLabelOn: false, contentProducer: '', contentPropagator: '' },
        isLocationStripped: false,
        exchangeRate: { microsPerDollar: micros(7_000_000), date: '2026-11-21' },
      },
      glimpses: createGlimpses(),
      readOwnLink: () => undefined,
    };
  }

  const startWorker = (number: number): Worker => {
    const life = { name: `worker ${number}`, isDead: false };
    return { life, world: worldOf(life), busy: new Map(), gates: new Map() };
  };
  const server: Life = { name: serverActor, isDead: false };
  const sweeper: Life = { name: sweeperActor, isDead: false };
  const world = worldOf(server);
  const sweeperWorld = worldOf(sweeper);
  const staff = Array.from({ length: workers }, (_, number) => startWorker(number));
  const sweeperPatience = createPatience(stopping, () => scheduler.park(sweeper, 'sleep'));
  let isSweeping = false;

  /** What the loops of a worker would log as a failure. */
  function judge(error: unknown): void {
    if (error instanceof LeaseLostError) {
      count('lost leases');
      return;
    }
    if (isStoreBroken) return;
    const isExpected = error instanceof GatewayError && isExpectedCode(error.code);
    referee.expect(isExpected, 'no surprise', () => (error instanceof Error ? (error.stack ?? '') : String(error)));
  }

  async function claimAndWork({ life, gates, world: own }: Worker, kind: Kind, limit: number): Promise<void> {
    const { store } = own;
    const now = clock.now();
    const leaseUntil = now + leaseMs;
    const sleep = () => scheduler.park(life, 'sleep');
    const patience = createPatience(stopping, sleep);
    const all = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>) => {
      await Promise.all(items.map((item) => work(item).catch(judge)));
    };
    if (kind === 'deliver') {
      const log = { error: () => {} };
      const due = await store.claimDeliveries({ now, limit, leaseUntil, perEndpoint: 2 });
      await all(due, (delivery) => deliver(delivery, { world: own, log, dialects }, stopping));
      return;
    }
    if (kind === 'fetch') {
      const tasks = await store.claim({ work: { kind: 'fetch' }, limit, now, leaseUntil });
      await all(tasks, (task) => fetchInputs(own, task, patience, stopping));
      return;
    }
    const engine = own.engines.get(kind);
    if (engine === undefined) throw new Error(`${life.name} knows no ${kind}`);
    const gate = gates.get(kind) ?? createEngineGate(own);
    gates.set(kind, gate);
    const room = gate.room(limit);
    if (room === 0) return;
    const tasks = await store.claim({ work: { kind: 'run', engine: kind }, limit: room, now, leaseUntil });
    using notes = createTaskWatch(own.store);
    const { watch } = notes;
    const run = { world: own, watch, leaseMs, runLimitMs: () => runLimitMs, stopping, gate, patience, sleep };
    await all(tasks, (task) => runTask(engine, task, run));
  }

  return {
    server,
    gateway: createGateway(world),
    once: createOnce(world.store),
    store: world.store,
    memory,
    lives: () => [server, sweeper, ...staff.map(({ life }) => life)],
    work(number, kind) {
      const worker = staff[number % workers] as Worker;
      const { busy } = worker;
      const active = busy.get(kind) ?? 0;
      if (active >= fullHands) return;
      busy.set(kind, active + 1);
      const done = () => busy.set(kind, (busy.get(kind) ?? 0) - 1);
      void claimAndWork(worker, kind, 1 + random.below(fullHands))
        .catch(judge)
        .finally(done);
    },
    sweep() {
      if (isSweeping) return;
      isSweeping = true;
      void sweep({ world: sweeperWorld, ...lifetimes }, stopping, sweeperPatience)
        .catch(judge)
        .finally(() => {
          isSweeping = false;
        });
    },
    replaceWorker(number) {
      const worker = staff[number % workers] as Worker;
      scheduler.kill([worker.life]);
      staff[number % workers] = startWorker(number % workers);
    },
    isIdle: () => !isSweeping && staff.every(({ busy }) => [...busy.values()].every((active) => active === 0)),
    isStoreBroken: () => isStoreBroken,
    breakStore() {
      isStoreBroken = true;
      memory.breakDown();
    },
  };
}
