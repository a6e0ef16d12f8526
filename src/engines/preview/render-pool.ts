/**
 * Render processes that are started ahead: their modules are loaded, their threads wait, the person model stands ready. Each
 * is used for ONE render and then replaced, so no render ever shares a process with another one's bytes.
 */
import type { ChildProcess } from 'node:child_process';
import type { RenderOrder, RenderRequest } from './protocol.ts';
import { forkRenderProcess, killGroup, type Log, type RenderChild, startRenderChild } from './render-child.ts';

export type RenderPoolOptions = {
  /** How many wait at most; 0 starts every process when it is needed. */
  readonly spares: number;
  /** Threads that each starts ahead. */
  readonly workers: number;
  /** Where compiled modules are kept between processes; undefined keeps none. */
  readonly cacheDirectory?: string;
  readonly log: Log;
};

export type RenderPool = {
  /** Process ids of those that wait; for the log and the tests. */
  readonly spareIds: readonly number[];
  /** Starts what is missing. */
  fill(): void;
  /** As `startRenderChild`, in a spare if there is one. */
  start(request: RenderRequest, timeoutMs: number, log: Log): RenderChild;
  /** Ends the spares; running renders are their owner's. */
  [Symbol.asyncDispose](): Promise<void>;
};

const firstBackoffMs = 500;
const longestBackoffMs = 60_000;

/**
 * To start the next spare takes about a second of processor. A render that is alone shall have all of it, so its spare is
 * replaced after it; where one follows the other, from this progress on, so that the next one need not wait.
 */
const replaceFromProgress = 0.5;

/** When nothing has rendered for so long, nothing is queued, and a spare may use the processor for itself. */
const idleMs = 300;

type Spare = { readonly child: ChildProcess; readonly ended: Promise<void>; isReady: boolean; hasRehearsed: boolean };

/** Neither a spare nor its pipes keep the server alive. */
function setReferenced(child: ChildProcess, isReferenced: boolean): void {
  const action = isReferenced ? 'ref' : 'unref';
  child[action]();
  child.channel?.[action]();
  // A pipe is a socket; ChildProcess does not say so.
  (child.stderr as { ref?(): void; unref?(): void } | null)?.[action]?.();
}

export function createRenderPool({ spares: wanted, workers, cacheDirectory, log }: RenderPoolOptions): RenderPool {
  const spares: Spare[] = [];
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let running = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;
  let rehearsal: NodeJS.Timeout | undefined;
  let closed = false;

  const fill = () => {
    while (!closed && retry === undefined && spares.length < wanted) startSpare();
  };

  const rehearseWhenIdle = () => {
    clearTimeout(rehearsal);
    rehearsal = setTimeout(() => {
      if (running > 0) return;
      for (const spare of spares) {
        if (!spare.isReady || spare.hasRehearsed) continue;
        spare.hasRehearsed = true;
        spare.child.send({ type: 'rehearse', workers } satisfies RenderOrder, () => {});
      }
    }, idleMs);
    rehearsal.unref();
  };

  function startSpare(): void {
    const child = forkRenderProcess(cacheDirectory);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const spare: Spare = { child, ended, isReady: false, hasRehearsed: false };
    spares.push(spare);
    const onEnd = () => {
      resolve();
      const at = spares.indexOf(spare);
      if (at < 0) return;
      spares.splice(at, 1);
      if (closed) return;
      const waitMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** failures++);
      log('preview.spare.ended', { processId: child.pid, exitCode: child.exitCode, signal: child.signalCode, waitMs });
      retry ??= setTimeout(() => {
        retry = undefined;
        fill();
      }, waitMs);
      retry.unref();
    };
    child.once('error', onEnd);
    child.once('exit', onEnd);
    child.once('message', () => {
      failures = 0;
      spare.isReady = true;
      rehearseWhenIdle();
    });
    child.send({ type: 'warm', workers } satisfies RenderOrder, () => {});
    setReferenced(child, false);
  }

  function takeSpare(): ChildProcess | undefined {
    for (let spare = spares.shift(); spare !== undefined; spare = spares.shift()) {
      const { child } = spare;
      if (child.connected && child.exitCode === null && child.signalCode === null) {
        setReferenced(child, true);
        return child;
      }
    }
    return undefined;
  }

  return {
    get spareIds() {
      return spares.flatMap(({ child }) => child.pid ?? []);
    },
    fill,
    start(request, timeoutMs, renderLog) {
      const process = takeSpare() ?? forkRenderProcess(cacheDirectory);
      const child = startRenderChild(request, timeoutMs, renderLog, process);
      const follows = performance.now() - lastEnd < idleMs;
      running++;
      const watch = async () => {
        while (child.outcome === undefined) {
          if (child.progress >= replaceFromProgress && (follows || running > 1)) fill();
          await child.changed();
        }
        running--;
        lastEnd = performance.now();
        fill();
        rehearseWhenIdle();
      };
      void watch();
      return child;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(rehearsal);
      const waiting = spares.splice(0);
      for (const { child } of waiting) {
        // Their end must be waited for, so now they count.
        setReferenced(child, true);
        killGroup(child.pid);
      }
      await Promise.all(waiting.map(({ ended }) => ended));
    },
  };
}
