/** The loops that look after stored files: previews of results, and records held against their blobs. */
import type { Logger } from 'pino';
import { GatewayError } from '../core/errors.ts';
import type { Artifact } from '../core/media.ts';
import type { Previewer } from '../core/media-ports.ts';
import type { World } from '../core/world.ts';
import { checkRecords } from './check-records.ts';
import { makePreviews } from './make-previews.ts';
import { poolLoop } from './pool.ts';
import { sleep } from './sleep.ts';

export type UpkeepOptions = {
  readonly world: Pick<World, 'store' | 'blobs' | 'clock'>;
  readonly previewer: Previewer;
  readonly log: Logger;
};

/** Each record is looked at about once a day for every 288,000 of them. */
const checkMs = 30_000;
const recordsAtOnce = 100;
const previewMs = 120_000;

export function startUpkeep(options: UpkeepOptions): AsyncDisposable {
  const stop = new AbortController();
  const loops = [previewLoop(options, stop.signal), checkLoop(options, stop.signal)];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the upkeep stops'));
      await Promise.all(loops);
    },
  };
}

function previewLoop({ world, previewer, log }: UpkeepOptions, stopping: AbortSignal): Promise<void> {
  const { store, blobs } = world;
  return poolLoop<Artifact>(
    {
      name: 'previews',
      describe: ({ id, tenantId }) => ({ artifactId: id, tenantId }),
      // One at a time: a claim asks again while one is in work, so more would be the same one.
      limit: 1,
      claim: (limit) => store.artifactsToPreview(limit),
      async work(artifact) {
        const signal = AbortSignal.any([stopping, AbortSignal.timeout(previewMs)]);
        try {
          await makePreviews({ store, blobs, previewer }, artifact, { signal });
        } catch (error) {
          // Not due any more, or the next round meets the same one for ever.
          if (!stopping.aborted) await store.keepPreviews(artifact.id, null);
          if (!(error instanceof GatewayError && error.code === 'not_found')) throw error;
        }
      },
    },
    { store, log },
    stopping,
  );
}

async function checkLoop({ world, log }: UpkeepOptions, stopping: AbortSignal): Promise<void> {
  for (let place = 0; !stopping.aborted; ) {
    try {
      place = await checkRecords(world, place, recordsAtOnce, { signal: stopping }, ({ id, tenantId }) =>
        log.error({ event: 'artifact.blob_missing', artifactId: id, tenantId }),
      );
    } catch (error) {
      if (!stopping.aborted) log.error({ event: 'worker.check_records_failed', error });
    }
    await sleep(checkMs, stopping).catch(() => undefined);
  }
}
