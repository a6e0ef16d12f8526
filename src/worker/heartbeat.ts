/** Keeping a task while an engine works on it: its lease, its progress, and the cancel that may come meanwhile. */
import type { EngineReport } from '../core/engine-port.ts';
import type { TaskWatch } from '../core/task-watch.ts';
import type { World } from '../core/world.ts';
import { type HeldTask, LeaseLostError } from './held-task.ts';
import { isStorageFull } from './patience.ts';

/** Progress is written at most this often. */
const progressMs = 500;

type Keeping = {
  readonly world: World;
  readonly watch: TaskWatch['watch'];
  readonly leaseMs: number;
  /** Ends when this process must stop. */
  readonly stopping: AbortSignal;
};

/** Extends the lease until it is disposed of; whether it is still ours shows at the next commit. */
export function keepLease(held: HeldTask, { world, leaseMs }: Pick<Keeping, 'world' | 'leaseMs'>): Disposable {
  const { sequence, fence } = held.current;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  // One after the other: a store that does not answer is not asked again.
  const wait = () => {
    timer = setTimeout(extend, leaseMs / 3).unref();
  };
  const extend = async () => {
    const leaseUntil = world.clock.now() + leaseMs;
    await world.store.heartbeat({ sequence, fence, leaseUntil, progress: 0 }).catch(() => undefined);
    if (!isOver) wait();
  };
  wait();
  return {
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

export type Heartbeat = Disposable & {
  /** Writes progress and keeps the lease, when either is due. Throws LeaseLostError. */
  beat(report: EngineReport): Promise<void>;
  isCancelRequested(): boolean;
  /** What the engine reports, or that nothing is new once a cancel was asked for meanwhile. */
  unlessCanceled(check: (signal: AbortSignal) => Promise<EngineReport>): Promise<EngineReport>;
};

export function createHeartbeat(held: HeldTask, { world, watch, leaseMs, stopping }: Keeping): Heartbeat {
  const { store, clock, glimpses } = world;
  let lastGlimpse: Uint8Array | undefined;
  let lastAt = 0;
  let lastProgress = 0;
  let isCancelRequested = held.current.cancelRequestedAt !== null;
  const canceled = new AbortController();
  const signal = AbortSignal.any([stopping, canceled.signal]);
  const unwatch = watch(held.current.id, ({ event }) => {
    if (event !== 'task.cancel_requested') return;
    isCancelRequested = true;
    canceled.abort(new Error('A cancel was asked for.'));
  });
  return {
    async beat(report) {
      if (report.state !== 'pending') return;
      if (report.glimpse !== undefined && report.glimpse !== lastGlimpse) {
        lastGlimpse = report.glimpse;
        glimpses.show(held.current.id, report.glimpse);
      }
      const now = clock.now();
      const progress = report.progress ?? lastProgress;
      const isDue = progress > lastProgress ? now - lastAt >= progressMs : now - lastAt >= leaseMs / 3;
      if (!isDue) return;
      lastAt = now;
      lastProgress = progress;
      const { sequence, fence } = held.current;
      const beat = { sequence, fence, leaseUntil: now + leaseMs, progress };
      const answer = await store.heartbeat(beat).catch((error: unknown) => {
        // The work goes on without: while nobody can write, nobody can take it either.
        if (isStorageFull(error)) return undefined;
        throw error;
      });
      if (answer === undefined) return;
      if (!answer.isHeld) throw new LeaseLostError(`the lease of ${held.current.id} is lost`);
      isCancelRequested ||= answer.isCancelRequested;
    },
    isCancelRequested: () => isCancelRequested,
    async unlessCanceled(check) {
      try {
        return await check(signal);
      } catch (error) {
        if (!canceled.signal.aborted || stopping.aborted) throw error;
        return { state: 'pending' };
      }
    },
    [Symbol.dispose]() {
      unwatch();
      glimpses.forget(held.current.id);
    },
  };
}
