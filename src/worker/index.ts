/** The loops of a worker: run tasks on their engines, fetch inputs, send deliveries, end what is overdue, sweep what has expired. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DeliveryEncoder } from '../core/delivery.ts';
import type { Engine } from '../core/ports.ts';
import type { World } from '../core/submit.ts';
import type { Task } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import { createTaskWatch, type TaskWatch } from '../core/task-watch.ts';
import { deliverLoop } from './deliver.ts';
import { createEngineGate } from './engine-gate.ts';
import { fetchInputs } from './fetch-inputs.ts';
import { type Pool, poolLoop } from './pool.ts';
import { runTask } from './run-task.ts';

export type WorkerOptions = {
  readonly world: World;
  readonly log: Logger;
  readonly runLimitMs: (task: Task) => number;
  /** How long events are kept. */
  readonly eventLifetimeMs: number;
  /** How long a claimed Idempotency-Key is remembered. */
  readonly idempotencyLifetimeMs: number;
  /** Writes the body of a delivery, for each dialect that owes any. */
  readonly encoders: ReadonlyMap<string, DeliveryEncoder>;
};

const leaseMs = 30_000;
const sweepMs = 30_000;
const fetchConcurrency = 8;
const sweepBatch = 200;

/** Starts the loops. Disposing stops them and waits; tasks that run stay theirs to whoever claims them next. */
export function startWorker(options: WorkerOptions): AsyncDisposable {
  const stop = new AbortController();
  const notes = createTaskWatch(options.world.store);
  const loops = [
    ...[...options.world.engines.values()].map((engine) => runLoop(engine, options, notes, stop.signal)),
    fetchLoop(options, stop.signal),
    deliverLoop(options, stop.signal),
    sweepLoop(options, stop.signal),
  ];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the worker stops'));
      await Promise.all(loops);
      notes[Symbol.dispose]();
    },
  };
}

const sleep = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal });

const describeTask = ({ id, tenantId }: Task) => ({ taskId: id, tenantId });

function runLoop(engine: Engine, options: WorkerOptions, { watch }: TaskWatch, stopping: AbortSignal): Promise<void> {
  const { world, runLimitMs } = options;
  const { store, clock } = world;
  const gate = createEngineGate(world);
  const pool: Pool<Task> = {
    name: `run ${engine.name}`,
    describe: describeTask,
    limit: engine.concurrency,
    async claim(free) {
      const now = clock.now();
      const limit = gate.room(free);
      if (limit === 0) return [];
      return await store.claim({ work: { kind: 'run', engine: engine.name }, limit, now, leaseUntil: now + leaseMs });
    },
    work: (task) => runTask(engine, task, { world, watch, leaseMs, runLimitMs, stopping, gate, sleep }),
  };
  return poolLoop(pool, { store, log: options.log }, stopping);
}

function fetchLoop(options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  const { world } = options;
  const pool: Pool<Task> = {
    name: 'fetch inputs',
    describe: describeTask,
    limit: fetchConcurrency,
    claim(limit) {
      const now = world.clock.now();
      // Seven inputs of a minute each, and some room.
      return world.store.claim({ work: { kind: 'fetch' }, limit, now, leaseUntil: now + 10 * 60_000 });
    },
    work: (task) => fetchInputs(world, task, stopping),
  };
  return poolLoop(pool, { store: world.store, log: options.log }, stopping);
}

async function sweepLoop(options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await sweep(options, stopping);
    } catch (error) {
      if (!stopping.aborted) options.log.error({ event: 'worker.sweep_failed', error });
    }
    await delay(sweepMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Ends what is past its deadline and removes what is past its lifetime, a batch at a time. */
export async function sweep(
  {
    world,
    eventLifetimeMs,
    idempotencyLifetimeMs,
  }: Pick<WorkerOptions, 'world' | 'eventLifetimeMs' | 'idempotencyLifetimeMs'>,
  signal: AbortSignal,
): Promise<void> {
  const { store, blobs, clock } = world;
  const now = clock.now();
  for (const task of await store.overdue(now, sweepBatch)) {
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
  await store.deleteEventsBefore(now - eventLifetimeMs, sweepBatch * 10);
  await store.deleteIdempotencyBefore(now - idempotencyLifetimeMs, sweepBatch * 10);
}
