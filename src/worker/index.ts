/** The loops of a worker: run tasks on their engines, fetch inputs, send deliveries, end what is overdue, sweep what has expired. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Engine } from '../core/engine-port.ts';
import type { Task } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import { createTaskWatch, type TaskWatch } from '../core/task-watch.ts';
import type { WebhookDialect } from '../core/webhook-dialect.ts';
import type { World } from '../core/world.ts';
import { deliverLoop } from './deliver.ts';
import { createEngineGate } from './engine-gate.ts';
import { fetchInputs } from './fetch-inputs.ts';
import { createPatience, type Patience } from './patience.ts';
import { type Pool, poolLoop } from './pool.ts';
import { runTask } from './run-task.ts';
import { sleep } from './sleep.ts';

export type WorkerOptions = {
  readonly world: World;
  readonly log: Logger;
  readonly runLimitMs: (task: Task) => number;
  /** How long events are kept. */
  readonly eventLifetimeMs: number;
  /** How long a final task keeps its input and details; undefined for ever. */
  readonly payloadLifetimeMs?: number | undefined;
  /** How long a claimed Idempotency-Key is remembered. */
  readonly idempotencyLifetimeMs: number;
  /** How long deliveries are kept once they are final, and what their endpoints answered. */
  readonly deliveryLifetimeMs: number;
  readonly answerLifetimeMs: number;
  /** By the names of the dialects whose tasks may have a webhook. */
  readonly dialects: ReadonlyMap<string, WebhookDialect>;
};

const leaseMs = 30_000;
const sweepMs = 30_000;
const fetchConcurrency = 8;
const sweepBatch = 200;

/** Starts the loops. Disposing stops them and waits; tasks that run stay theirs to whoever claims them next. */
export function startWorker(options: WorkerOptions): AsyncDisposable {
  const stop = new AbortController();
  const patience = createPatience(stop.signal, sleep);
  const notes = createTaskWatch(options.world.store);
  const loops = [
    ...[...options.world.engines.values()].map((engine) => runLoop(engine, options, { patience, notes }, stop.signal)),
    fetchLoop(options, patience, stop.signal),
    deliverLoop(options, stop.signal),
    sweepLoop(options, patience, stop.signal),
  ];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the worker stops'));
      await Promise.all(loops);
      notes[Symbol.dispose]();
    },
  };
}

const describeTask = ({ id, tenantId }: Task) => ({ taskId: id, tenantId });

type Shared = { readonly patience: Patience; readonly notes: TaskWatch };

function runLoop(engine: Engine, options: WorkerOptions, shared: Shared, stopping: AbortSignal): Promise<void> {
  const { patience, notes } = shared;
  const { world, runLimitMs } = options;
  const { store, clock } = world;
  const gate = createEngineGate(world);
  const pool: Pool<Task> = {
    name: `run ${engine.name}`,
    describe: describeTask,
    isHeldUp: patience.isWaiting,
    limit: engine.concurrency,
    async claim(free) {
      const now = clock.now();
      const limit = gate.room(free);
      if (limit === 0) return [];
      return await store.claim({ work: { kind: 'run', engine: engine.name }, limit, now, leaseUntil: now + leaseMs });
    },
    work: (task) =>
      runTask(engine, task, { world, watch: notes.watch, leaseMs, runLimitMs, stopping, patience, gate, sleep }),
  };
  return poolLoop(pool, { store, log: options.log }, stopping);
}

function fetchLoop(options: WorkerOptions, patience: Patience, stopping: AbortSignal): Promise<void> {
  const { world } = options;
  const pool: Pool<Task> = {
    name: 'fetch inputs',
    describe: describeTask,
    isHeldUp: patience.isWaiting,
    limit: fetchConcurrency,
    claim(limit) {
      const now = world.clock.now();
      // Seven inputs of a minute each, and some room.
      return world.store.claim({ work: { kind: 'fetch' }, limit, now, leaseUntil: now + 10 * 60_000 });
    },
    work: (task) => fetchInputs(world, task, patience, stopping),
  };
  return poolLoop(pool, { store: world.store, log: options.log }, stopping);
}

async function sweepLoop(options: WorkerOptions, patience: Patience, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await sweep(options, stopping, patience);
    } catch (error) {
      if (!stopping.aborted) options.log.error({ event: 'worker.sweep_failed', error });
    }
    await delay(sweepMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

export type SweepOptions = Pick<
  WorkerOptions,
  'eventLifetimeMs' | 'payloadLifetimeMs' | 'idempotencyLifetimeMs' | 'deliveryLifetimeMs' | 'answerLifetimeMs'
> & { readonly world: Pick<World, 'store' | 'blobs' | 'clock'> };

/** Ends what is past its deadline and removes what is past its lifetime, a batch at a time. */
export async function sweep(
  options: SweepOptions,
  signal: AbortSignal,
  patience: Pick<Patience, 'isWaiting'>,
): Promise<void> {
  const { store, blobs, clock } = options.world;
  const now = clock.now();
  // Whoever waits for room on the disk has its work in hand: it must not be failed before it can write that.
  const overdue = patience.isWaiting() ? [] : await store.overdue(now, sweepBatch);
  for (const task of overdue) {
    if (task.state === 'queued' && task.isOffPeak) {
      await store.commit(moves.lapse(task, now));
      continue;
    }
    const attempt = task.state === 'running' ? await store.lastAttempt(task.id) : undefined;
    const message = task.state === 'queued' ? 'The task could not start in time.' : 'The task did not finish in time.';
    // Whoever moved it in between has seen to it.
    await store.commit(moves.fail(task, { code: 'deadline_exceeded', message }, now, attempt));
  }
  for (const artifact of await store.expiredArtifacts(now, sweepBatch)) {
    await store.deleteArtifact(artifact.id);
    await blobs.remove(artifact.blobKey, { signal });
  }
  const { payloadLifetimeMs } = options;
  if (payloadLifetimeMs !== undefined) await store.expirePayloads(now - payloadLifetimeMs, sweepBatch);
  await store.deleteEventsBefore(now - options.eventLifetimeMs, sweepBatch * 10);
  await store.deleteIdempotencyBefore(now - options.idempotencyLifetimeMs, sweepBatch * 10);
  await drain((limit) => store.deleteDeliveriesBefore(now - options.deliveryLifetimeMs, limit), signal);
  await drain((limit) => store.clearAnswersBefore(now - options.answerLifetimeMs, limit), signal);
  await drain((limit) => store.deleteHealthBefore(now - options.deliveryLifetimeMs, limit), signal);
}

/** Batch by batch, so that other writes come between, until a batch finds less than it may take. */
async function drain(take: (limit: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  let taken = sweepBatch;
  while (taken === sweepBatch && !signal.aborted) taken = await take(sweepBatch);
}
