/** The loops of a worker: run tasks on their engines, fetch inputs, end what is overdue, sweep what has expired. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Engine } from '../core/ports.ts';
import type { World } from '../core/submit.ts';
import type { Task } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import { fetchInputs } from './fetch-inputs.ts';
import { LeaseLostError } from './held-task.ts';
import { runTask } from './run-task.ts';

export type WorkerOptions = {
  readonly world: World;
  readonly log: Logger;
  readonly runLimitMs: (task: Task) => number;
  /** How long events are kept. */
  readonly eventLifetimeMs: number;
  /** How long a claimed Idempotency-Key is remembered. */
  readonly idempotencyLifetimeMs: number;
};

const leaseMs = 30_000;
/** A hint may be missed (another process, a full listener), so the store is asked this often anyway. */
const pollMs = 1_000;
const sweepMs = 30_000;
const fetchConcurrency = 8;
const sweepBatch = 200;

/** Starts the loops. Disposing stops them and waits; tasks that run stay theirs to whoever claims them next. */
export function startWorker(options: WorkerOptions): AsyncDisposable {
  const stop = new AbortController();
  const loops = [
    ...[...options.world.engines.values()].map((engine) => runLoop(engine, options, stop.signal)),
    fetchLoop(options, stop.signal),
    sweepLoop(options, stop.signal),
  ];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the worker stops'));
      await Promise.all(loops);
    },
  };
}

type Pool = {
  readonly limit: number;
  claim(limit: number): Promise<readonly Task[]>;
  work(task: Task): Promise<void>;
};

/** Keeps up to `limit` tasks in work, and looks for more when one ends, when a note comes, and once in a while. */
async function poolLoop(name: string, pool: Pool, { world, log }: WorkerOptions, stopping: AbortSignal): Promise<void> {
  const active = new Set<Promise<void>>();
  let wake = Promise.withResolvers<void>();
  const rouse = () => wake.resolve();
  const unwatch = world.store.onNote(({ event }) => {
    if (event !== undefined) rouse();
  });
  stopping.addEventListener('abort', rouse);
  const take = (task: Task) => {
    const work = pool
      .work(task)
      .catch((error: unknown) => {
        if (stopping.aborted || error instanceof LeaseLostError) return;
        log.error({ event: 'worker.task_failed', loop: name, taskId: task.id, tenantId: task.tenantId, error });
      })
      .finally(() => {
        active.delete(work);
        rouse();
      });
    active.add(work);
  };
  while (!stopping.aborted) {
    wake = Promise.withResolvers<void>();
    try {
      if (active.size < pool.limit) for (const task of await pool.claim(pool.limit - active.size)) take(task);
    } catch (error) {
      log.error({ event: 'worker.claim_failed', loop: name, error });
    }
    const timer = setTimeout(rouse, pollMs);
    await wake.promise;
    clearTimeout(timer);
  }
  unwatch();
  await Promise.all(active);
}

function runLoop(engine: Engine, options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  const { world, runLimitMs } = options;
  const { store, clock } = world;
  const pool: Pool = {
    limit: engine.concurrency,
    claim(limit) {
      const now = clock.now();
      return store.claim({ work: { kind: 'run', engine: engine.name }, limit, now, leaseUntil: now + leaseMs });
    },
    work: (task) => runTask(engine, task, { world, leaseMs, runLimitMs, stopping }),
  };
  return poolLoop(`run ${engine.name}`, pool, options, stopping);
}

function fetchLoop(options: WorkerOptions, stopping: AbortSignal): Promise<void> {
  const { world } = options;
  const pool: Pool = {
    limit: fetchConcurrency,
    claim(limit) {
      const now = world.clock.now();
      // Seven inputs of a minute each, and some room.
      return world.store.claim({ work: { kind: 'fetch' }, limit, now, leaseUntil: now + 10 * 60_000 });
    },
    work: (task) => fetchInputs(world, task, stopping),
  };
  return poolLoop('fetch inputs', pool, options, stopping);
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
  { world, eventLifetimeMs, idempotencyLifetimeMs }: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, blobs, clock } = world;
  const now = clock.now();
  for (const task of await store.overdue(now, sweepBatch)) {
    const attempt = await store.lastAttempt(task.id);
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
