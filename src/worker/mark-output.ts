/** Puts the marks of a task on one of its stored files. A file changes by being written anew, never in place. */
import { GatewayError } from '../core/errors.ts';
import { markPictureField, usualCorner } from '../core/marks.ts';
import type { Artifact } from '../core/media.ts';
import type { MarkDrawing, StoredFile } from '../core/media-ports.ts';
import type { CallOptions } from '../core/ports.ts';
import { unmarkedName } from '../core/shown-outputs.ts';
import { storeArtifact } from '../core/store-media.ts';
import type { Task } from '../core/task.ts';
import type { World } from '../core/world.ts';

type Marked = {
  readonly artifact: Artifact;
  /** The file as the engine made it, but for the label, where the task wants it kept. */
  readonly unmarked?: Artifact;
};

/** Throws as Marker does; then what it has written itself is removed, and `made` is still there. */
export async function markOutput(
  world: World,
  task: Task,
  made: Artifact,
  hasVisibleMark: boolean,
  options: CallOptions,
): Promise<Marked> {
  if (task.marks === null) return { artifact: made };
  const { isVisible, isUnmarkedKept } = task.marks;
  const mustDraw = isVisible && !hasVisibleMark && (made.facts.kind === 'image' || made.facts.kind === 'video');
  if (!mustDraw) return { artifact: await replace(world, made, await label(world, task, made, options)) };
  const drawing = { corner: task.marks.corner ?? usualCorner, ...(await pictureOf(world, task)) };
  const drawn = await rewrite(world, task, made, world.marker.draw(made, drawing, options), options);
  let artifact = drawn;
  try {
    artifact = await replace(world, drawn, await label(world, task, drawn, options));
    if (!isUnmarkedKept) {
      await forget(world, made);
      return { artifact };
    }
    const clean = await replace(world, made, await label(world, task, made, options));
    return { artifact, unmarked: { ...clean, fileName: unmarkedName(clean.fileName) } };
  } catch (error) {
    await forget(world, artifact);
    throw error;
  }
}

/** The picture that stands in place of the usual mark, if the request gave one. */
async function pictureOf({ store }: World, { tenantId, media }: Task): Promise<Pick<MarkDrawing, 'picture'>> {
  const source = media.find(({ field }) => field === markPictureField)?.source;
  if (source === undefined) return {};
  const picture = 'artifactId' in source ? await store.artifact(tenantId, source.artifactId) : undefined;
  if (picture === undefined) throw new GatewayError('not_found', `${markPictureField} is not stored here any more.`);
  return { picture };
}

/** The file with its label; undefined when it stays as it is. */
async function label(world: World, task: Task, file: Artifact, options: CallOptions): Promise<Artifact | undefined> {
  const wanted = task.marks?.label ?? null;
  if (wanted === null) return undefined;
  const outcome = await world.marker.label(file, wanted, options);
  return outcome.state === 'labelled' ? await rewrite(world, task, file, outcome.bytes, options) : undefined;
}

async function rewrite(
  world: World,
  task: Task,
  { fileName }: Artifact,
  bytes: AsyncIterable<Uint8Array>,
  options: CallOptions,
): Promise<Artifact> {
  return await storeArtifact(world, task, { role: 'output', fileName }, bytes, options);
}

async function replace(world: World, old: Artifact, changed: Artifact | undefined): Promise<Artifact> {
  if (changed === undefined) return old;
  await forget(world, old);
  return changed;
}

async function forget({ blobs }: World, { blobKey }: Pick<StoredFile, 'blobKey'>): Promise<void> {
  await blobs.remove(blobKey, { signal: AbortSignal.timeout(10_000) });
}
