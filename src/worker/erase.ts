/** Carries erasures out: stops what still runs, clears rows, removes files, and then every trace in the store's own files. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Erasure } from '../core/erasure.ts';
import type { TenantId } from '../core/ids.ts';
import type { PartialFiles } from '../core/media-ports.ts';
import type { Task } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import { removeUploadSession } from '../core/uploads.ts';
import type { World } from '../core/world.ts';
import { createSeldom } from './seldom.ts';

export type EraserOptions = {
  readonly world: Pick<World, 'store' | 'blobs' | 'engines' | 'clock'> & { readonly partials: PartialFiles };
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Blobs that were written before this are of a former process. */
  readonly startedAt: number;
};

const pollMs = 1_000;
/** A running task's worker is given this long to stop it; then it is ended here. */
const stopMs = 10_000;
const engineMs = 10_000;
const batch = 200;
/** Scrubbing reads the whole database: at most this share of the time goes to it, while erasures keep coming. */
const restFactor = 20;
const longestRestMs = 30_000;

/** Starts the loop. What is not finished when it stops goes on after the next start. */
export function startEraser(options: EraserOptions): AsyncDisposable {
  const stop = new AbortController();
  const loops = [eraseLoop(options, stop.signal), removeLostBlobs(options, stop.signal)];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the eraser stops'));
      await Promise.all(loops);
    },
  };
}

async function eraseLoop(options: EraserOptions, stopping: AbortSignal): Promise<void> {
  const { clock } = options.world;
  const seldom = createSeldom();
  let notBefore = 0;
  while (!stopping.aborted) {
    try {
      const finished = await clear(options, stopping);
      if (finished.length > 0 && clock.now() >= notBefore) {
        const startedAt = clock.now();
        await removeTraces(finished, options, stopping);
        notBefore = clock.now() + Math.min(longestRestMs, (clock.now() - startedAt) * restFactor);
      }
    } catch (error) {
      if (!stopping.aborted) seldom(error, () => options.log.error({ event: 'worker.erase_failed', error }));
    }
    await delay(pollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Files of requests that a former process was killed in: no record names them, so no erasure would ever find them. */
async function removeLostBlobs({ world, log, startedAt }: EraserOptions, stopping: AbortSignal): Promise<void> {
  const { store, blobs } = world;
  let count = 0;
  try {
    for await (const { key, writtenAt } of blobs.list({ signal: stopping })) {
      stopping.throwIfAborted();
      if (writtenAt >= startedAt || (await store.isBlobRecorded(key))) continue;
      await blobs.remove(key, { signal: stopping });
      count += 1;
    }
    if (count > 0) log.info({ event: 'blobs.lost_removed', count });
  } catch (error) {
    if (!stopping.aborted) log.error({ event: 'worker.lost_blobs_failed', error });
  }
}

/** Clears rows and files; the erasures of which nothing but traces is left. */
async function clear(options: EraserOptions, stopping: AbortSignal): Promise<readonly Erasure[]> {
  const { store, blobs } = options.world;
  const finished: Erasure[] = [];
  for (const erasure of await store.erasures()) {
    if (await clearRows(erasure, options, stopping)) finished.push(erasure);
  }
  for (let keys = await store.blobRemovals(); keys.length > 0; keys = await store.blobRemovals()) {
    for (const key of keys) await blobs.remove(key, { signal: stopping });
    await store.forgetBlobs(keys);
  }
  return finished;
}

/** False while tasks of the tenant are not final yet. */
async function clearRows(erasure: Erasure, options: EraserOptions, stopping: AbortSignal): Promise<boolean> {
  const { tenantId, taskId } = erasure;
  if (tenantId === null || taskId !== null) return true;
  await stopTasks(tenantId, erasure.requestedAt, options, stopping);
  await removeUploads(tenantId, options, stopping);
  for (;;) {
    const { count, isDone } = await options.world.store.eraseNext(erasure);
    stopping.throwIfAborted();
    if (isDone || count === 0) return isDone;
  }
}

/** The tenant can begin no more of them. */
async function removeUploads(tenantId: TenantId, { world }: EraserOptions, stopping: AbortSignal): Promise<void> {
  for (;;) {
    const sessions = await world.store.uploadSessionsOfTenant(tenantId, batch);
    for (const session of sessions) await removeUploadSession(world, session);
    stopping.throwIfAborted();
    if (sessions.length < batch) return;
  }
}

/** Cancels queued tasks, asks running ones to stop, and ends those that nobody stopped in time. Nobody is told of it. */
async function stopTasks(
  tenantId: TenantId,
  requestedAt: number,
  { world }: EraserOptions,
  stopping: AbortSignal,
): Promise<void> {
  const { store, clock } = world;
  for (;;) {
    const queued = await store.tasks({ tenantId, states: ['queued'], limit: batch });
    // Together they share the syncs of the disk.
    await Promise.all(queued.map((task) => cancel(task, world)));
    stopping.throwIfAborted();
    if (queued.length < batch) break;
  }
  // As many run at once as the engines take, which is few.
  for (const task of await store.tasks({ tenantId, states: ['running'], limit: batch })) {
    const isOverdue = clock.now() - requestedAt > stopMs;
    const isHeld = task.leaseUntil !== null && task.leaseUntil > clock.now();
    if (task.cancelRequestedAt === null) await cancel(task, world);
    else if (isOverdue || !isHeld) await end(task, world, stopping);
  }
}

async function cancel(task: Task, { store, clock }: EraserOptions['world']): Promise<void> {
  const change = moves.cancel(task, clock.now());
  // Without its webhook, no more is owed to anybody. Who moved it in between is seen in the next round.
  if (change !== undefined) await store.commit({ ...change, task: { ...change.task, webhook: null } });
}

async function end(task: Task, { store, clock, engines }: EraserOptions['world'], stopping: AbortSignal) {
  const attempt = await store.lastAttempt(task.id);
  if (attempt === undefined) return;
  if (attempt.handle !== null) {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(engineMs)]);
    // Best effort, as the port says: an engine that is gone must not keep the content.
    await engines
      .get(task.engine)
      ?.cancel(attempt.handle, { signal })
      .catch(() => undefined);
  }
  await store.commit(moves.canceled(task, attempt, clock.now()));
}

async function removeTraces(finished: readonly Erasure[], { world, log }: EraserOptions, stopping: AbortSignal) {
  const { store, clock, engines } = world;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(engineMs)]);
  for (const engine of engines.values()) await engine.forgetInputs?.({ signal });
  await store.scrub({ signal: stopping });
  await store.finishErasures(finished);
  for (const { tenantId, taskId, requestedAt } of finished) {
    if (tenantId === null) continue;
    const event = taskId === null ? 'tenant.erased' : 'task.erased';
    log.info({ event, tenantId, ...(taskId === null ? {} : { taskId }), tookMs: clock.now() - requestedAt });
  }
  // The erasure's own rows held no content: no scrub follows them.
}
