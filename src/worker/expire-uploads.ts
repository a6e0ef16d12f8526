/** Removes uploads that were begun and not completed in time, with what arrived of them. */
import type { Logger } from 'pino';
import type { PartialFiles } from '../core/media-ports.ts';
import { removeUploadSession } from '../core/uploads.ts';
import type { World } from '../core/world.ts';
import { createSeldom } from './seldom.ts';
import { sleep } from './sleep.ts';

export type UploadSweeperOptions = {
  readonly world: Pick<World, 'store' | 'clock'> & { readonly partials: PartialFiles };
  readonly log: Pick<Logger, 'error'>;
};

const sweepMs = 10_000;
const batch = 100;

/** Starts the loop: it belongs to whoever takes uploads, whether or not that process runs tasks. */
export function startUploadSweeper(options: UploadSweeperOptions): AsyncDisposable {
  const stop = new AbortController();
  const loop = sweepLoop(options, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the sweeper of uploads stops'));
      await loop;
    },
  };
}

async function sweepLoop({ world, log }: UploadSweeperOptions, stopping: AbortSignal): Promise<void> {
  const seldom = createSeldom();
  while (!stopping.aborted) {
    try {
      await expireUploads(world, stopping);
    } catch (error) {
      if (!stopping.aborted) seldom(error, () => log.error({ event: 'worker.expire_uploads_failed', error }));
    }
    await sleep(sweepMs, stopping).catch(() => undefined);
  }
}

/** Removes all that have expired by now. */
async function expireUploads(world: UploadSweeperOptions['world'], stopping: AbortSignal): Promise<void> {
  for (;;) {
    const expired = await world.store.expiredUploadSessions(world.clock.now(), batch);
    for (const session of expired) {
      stopping.throwIfAborted();
      await removeUploadSession(world, session);
    }
    if (expired.length < batch) return;
  }
}
