/** Makes the previews of results, after they are their owner's: no result waits for its thumbnail. */
import { createHash } from 'node:crypto';
import type { Artifact, Preview, PreviewName } from '../core/media.ts';
import { previewNames } from '../core/media.ts';
import type { MadePreview, Previewer } from '../core/media-ports.ts';
import type { CallOptions } from '../core/ports.ts';
import type { World } from '../core/world.ts';

/** Makes and stores what can be made, and notes it. Whatever goes half way is made again. */
export async function makePreviews(
  { store, blobs, previewer }: Pick<World, 'store' | 'blobs'> & { readonly previewer: Previewer },
  { id, blobKey, sizeBytes, facts }: Artifact,
  call: CallOptions,
): Promise<void> {
  const made = await previewer.preview(blobKey, sizeBytes, facts, call);
  if (made === undefined) {
    await store.keepPreviews(id, null);
    return;
  }
  const stored: { [Name in PreviewName]?: Preview } = {};
  for (const name of previewNames) {
    const preview = made[name];
    if (preview === undefined) continue;
    await blobs.writePreview(blobKey, name, preview.bytes, call);
    stored[name] = factsOf(preview);
  }
  await store.keepPreviews(id, { ...stored, blurhash: made.blurhash });
  // It may have been erased meanwhile, and then nobody would find its previews.
  if ((await store.artifact(undefined, id)) === undefined) await blobs.remove(blobKey, call);
}

function factsOf({ bytes, ...facts }: MadePreview): Preview {
  return { ...facts, sizeBytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}
