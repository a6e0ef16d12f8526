/** Proves once a day, and soon after each start, that the money adds up, and remembers the last proof. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { LastReconciliation } from '../core/ledger.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store-port.ts';

export type ReconcilerOptions = {
  readonly store: Pick<Store, 'reconcile'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** How long after the start the first one begins. */
  readonly firstMs?: number;
};

export type Reconciler = AsyncDisposable & {
  /** Undefined until the first one of this process has ended. */
  readonly last: () => LastReconciliation | undefined;
};

/** Long enough for what a crash left to be taken up first. */
const firstDefaultMs = 10_000;
const dayMs = 24 * 60 * 60_000;
/** What went wrong is tried again sooner. */
const retryMs = 10 * 60_000;
/** Rest after each page, of about a millisecond: requests go first. */
const pauseMs = 5;

export function startReconciler({ store, clock, log, firstMs = firstDefaultMs }: ReconcilerOptions): Reconciler {
  const stop = new AbortController();
  let last: LastReconciliation | undefined;

  async function run(): Promise<number> {
    const startedAt = clock.now();
    try {
      const result = await store.reconcile({ signal: stop.signal, pauseMs });
      const finishedAt = clock.now();
      last = { ...result, finishedAt, tookMs: finishedAt - startedAt };
      const { differences, ...read } = last;
      if (differences.length === 0) log.info({ event: 'reconcile.right', ...read });
      else log.error({ event: 'reconcile.differs', ...read, differences: differences.slice(0, 20) });
      return dayMs;
    } catch (error) {
      if (!stop.signal.aborted) log.error({ event: 'reconcile.failed', error });
      return retryMs;
    }
  }

  const loop = (async () => {
    for (let waitMs = firstMs; !stop.signal.aborted; waitMs = await run()) {
      await delay(waitMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      if (stop.signal.aborted) return;
    }
  })();
  return {
    last: () => last,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the reconciler stops'));
      await loop;
    },
  };
}
