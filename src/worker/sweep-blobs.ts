/**
 * Holds blobs and records against each other. A blob is written before its record and removed after it, so a crash
 * leaves at most blobs without records; a record without its blob means that somebody else was at the storage.
 */
import type { Artifact } from '../core/media.ts';
import type { CallOptions, StoredBlob } from '../core/ports.ts';
import type { World } from '../core/submit.ts';

type SweepWorld = Pick<World, 'store' | 'blobs' | 'clock'>;

const batch = 200;

/** Removes blobs that were written before `before` and that no record names; answers how many. */
export async function removeOrphans(world: SweepWorld, before: number, call: CallOptions): Promise<number> {
  let removed = 0;
  let old: StoredBlob[] = [];
  const flush = async () => {
    for (const key of await world.store.unrecordedBlobs(old.map(({ key }) => key))) {
      await world.blobs.remove(key, call);
      removed += 1;
    }
    old = [];
  };
  for await (const blob of world.blobs.list(call)) {
    if (blob.writtenAt < before) old.push(blob);
    if (old.length === batch) await flush();
  }
  await flush();
  return removed;
}

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
