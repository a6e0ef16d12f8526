/** What an engine is told of a task: its input, its media as they are stored, and what the catalogue says of its model. */
import type { EngineJob, JobMedia } from '../core/engine-port.ts';
import { GatewayError } from '../core/errors.ts';
import { markPictureField } from '../core/marks.ts';
import type { Artifact } from '../core/media.ts';
import { ineffectiveRules } from '../core/model.ts';
import type { CallOptions } from '../core/ports.ts';
import type { Attempt, Task } from '../core/task.ts';
import type { World } from '../core/world.ts';

/** The bytes that an engine gets: those that are stored, or without what it need not know. */
async function contentFor(
  { blobs, marker, policy }: World,
  artifact: Artifact,
  field: string,
  options: CallOptions,
): Promise<Pick<JobMedia, 'sizeBytes' | 'sha256' | 'open'>> {
  try {
    const stripped = policy.isLocationStripped ? await marker.strip(artifact, options) : undefined;
    if (stripped !== undefined) return stripped;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'invalid_input') throw error;
    throw new GatewayError('invalid_input', `${field} ${error.message}.`, { cause: error });
  }
  const { sizeBytes, sha256, blobKey } = artifact;
  return { sizeBytes, sha256, open: (call) => blobs.read(blobKey, call) };
}

/** Throws GatewayError `not_found` for a medium that is stored no more, `invalid_input` for one that cannot be read. */
export async function describeJob(
  world: World,
  task: Task,
  attempt: Attempt,
  options: CallOptions,
): Promise<EngineJob> {
  const ids = task.media.flatMap(({ source }) => ('artifactId' in source ? [source.artifactId] : []));
  const artifacts = await world.store.artifacts(task.tenantId, ids);
  const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
  const media: JobMedia[] = [];
  for (const { field, index, source } of task.media) {
    const artifact = 'artifactId' in source ? byId.get(source.artifactId) : undefined;
    if (artifact === undefined) throw new GatewayError('not_found', `${field}[${index}] is not stored here any more.`);
    media.push({ field, index, facts: artifact.facts, ...(await contentFor(world, artifact, field, options)) });
  }
  const markPicture = media.find(({ field }) => field === markPictureField);
  const model = world.catalog.model(task.model);
  return {
    taskId: task.id,
    attemptKey: attempt.key,
    operation: task.operation,
    input: task.input,
    ineffective: model === undefined ? {} : ineffectiveRules(model),
    seed: task.seed,
    media: media.filter(({ field }) => field !== markPictureField),
    isMarkWanted: task.marks?.isVisible ?? false,
    ...(markPicture === undefined ? {} : { markPicture }),
  };
}
