/** A loop that keeps a number of leased items in work. */
import type { Logger } from 'pino';
import type { Store, StoreNote } from '../core/store-port.ts';
import { LeaseLostError } from './held-task.ts';
import { createSeldom } from './seldom.ts';

/** A hint may be missed (another process, a full listener), so the store is asked this often anyway. */
const pollMs = 1_000;

export type Pool<Item> = {
  readonly name: string;
  readonly limit: number;
  /** Whether a note may mean that there is something to claim; unless given, each that tells of an event. */
  isHint?(note: StoreNote): boolean;
  claim(limit: number): Promise<readonly Item[]>;
  work(item: Item): Promise<void>;
  /** Whether to begin nothing new for now. */
  isHeldUp?(): boolean;
  /** What names it in the log. */
  describe(item: Item): Readonly<Record<string, string>>;
};

/** Keeps up to `limit` items in work, and looks for more when one ends, when a note comes, and once in a while. */
export async function poolLoop<Item>(
  pool: Pool<Item>,
  { store, log }: { readonly store: Pick<Store, 'onNote'>; readonly log: Pick<Logger, 'error'> },
  stopping: AbortSignal,
): Promise<void> {
  const active = new Set<Promise<void>>();
  const seldom = createSeldom();
  let wake = Promise.withResolvers<void>();
  const rouse = () => wake.resolve();
  const isHint = pool.isHint ?? (({ event }: StoreNote) => event !== undefined);
  const unwatch = store.onNote((note) => {
    if (isHint(note)) rouse();
  });
  stopping.addEventListener('abort', rouse);
  const take = (item: Item) => {
    const work = pool
      .work(item)
      .catch((error: unknown) => {
        if (stopping.aborted || error instanceof LeaseLostError) return;
        log.error({ event: 'worker.item_failed', loop: pool.name, ...pool.describe(item), error });
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
      if (active.size < pool.limit && pool.isHeldUp?.() !== true)
        for (const item of await pool.claim(pool.limit - active.size)) take(item);
    } catch (error) {
      seldom(error, () => log.error({ event: 'worker.claim_failed', loop: pool.name, error }));
    }
    const timer = setTimeout(rouse, pollMs);
    await wake.promise;
    clearTimeout(timer);
  }
  unwatch();
  await Promise.all(active);
}
