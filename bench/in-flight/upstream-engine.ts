/**
 * An engine as a vendor far away is one: it holds thousands of jobs, ends them at a steady pace, oldest first, and gives
 * a link to what it made. It says in the metadata when it was done, by the clock of this machine.
 */

import type { Engine, EngineReport } from '../../src/core/engine-port.ts';
import type { JsonValue } from '../../src/core/json.ts';

export type UpstreamOptions = {
  /** Jobs that it holds; the first ends once it has as many. */
  readonly inFlight: number;
  readonly donePerSecond: number;
  readonly resultUrl: string;
};

type Job = {
  doneAt: number | undefined;
  /** Ends the wait of the check that is under way. */
  wake: () => void;
};

export function createUpstreamEngine({ inFlight, donePerSecond, resultUrl }: UpstreamOptions): Engine {
  const jobs = new Map<string, Job>();
  const running: Job[] = [];
  let timer: NodeJS.Timeout | undefined;
  let heard: AbortSignal | undefined;

  /** The worker gives every check the same signal: one listener serves thousands of them. */
  function hear(signal: AbortSignal): void {
    if (heard === signal) return;
    heard = signal;
    signal.addEventListener('abort', () => {
      for (const job of jobs.values()) job.wake();
    });
  }

  function endOldest(): void {
    const job = running.shift();
    if (job === undefined) return;
    job.doneAt = Date.now();
    job.wake();
  }

  const jobOf = (handle: JsonValue): Job | undefined => jobs.get((handle as { readonly job: string }).job);

  async function forget(handle: JsonValue): Promise<void> {
    jobs.delete((handle as { readonly job: string }).job);
  }

  return {
    // The name that the catalogue's offers ask for.
    name: 'preview',
    restart: 'keyed',
    concurrency: inFlight,
    operations: ['reference-to-image'],
    ready: async () => {},
    async start({ attemptKey }) {
      const job: Job = { doneAt: undefined, wake: () => {} };
      jobs.set(attemptKey, job);
      running.push(job);
      if (running.length >= inFlight) timer ??= setInterval(endOldest, 1_000 / donePerSecond);
      return { job: attemptKey };
    },
    async check(handle, { waitMs, signal }): Promise<EngineReport> {
      hear(signal);
      const job = jobOf(handle);
      if (job === undefined) return { state: 'lost' };
      if (job.doneAt === undefined) await changeOf(job, waitMs);
      signal.throwIfAborted();
      if (job.doneAt === undefined) return { state: 'pending' };
      return {
        state: 'succeeded',
        outputs: [{ kind: 'image', fileName: 'image.png', source: { url: resultUrl } }],
        metadata: { done_at: job.doneAt },
      };
    },
    cancel: forget,
    release: forget,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
    },
  };
}

/** No promise outlives the wait: one for the whole job would collect what every check left on it. */
function changeOf(job: Job, waitMs: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, waitMs);
    job.wake = () => {
      clearTimeout(timer);
      done();
    };
  });
}
