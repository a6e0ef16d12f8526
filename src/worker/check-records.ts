/**
 * Holds records against their blobs. A blob is written before its record and removed after it, so a crash leaves at most
 * blobs without records (erase.ts removes those); a record without its blob means that somebody else was at the storage.
 */
import type { Artifact } from '../core/media.ts';
import type { CallOptions } from '../core/ports.ts';
import type { World } from '../core/world.ts';

type SweepWorld = Pick<World, 'store' | 'blobs' | 'clock'>;

/**
 * Looks whether the blobs of the next few records are there, whole, and marks the records. Answers the place to go on
 * from: 0 when all have been looked at.
 */
export async function checkRecords(
  world: SweepWorld,
  after: number,
  limit: number,
  call: CallOptions,
  onMissing: (artifact: Artifact) => void,
): Promise<number> {
  const page = await world.store.artifactsAfter(after, limit);
  for (const { artifact } of page) {
    const isThere = (await world.blobs.sizeBytes(artifact.blobKey, call)) === artifact.sizeBytes;
    await world.store.markArtifact(artifact.id, isThere ? null : world.clock.now());
    if (!isThere) onMissing(artifact);
  }
  return page.length < limit ? 0 : (page.at(-1)?.sequence ?? 0);
}
