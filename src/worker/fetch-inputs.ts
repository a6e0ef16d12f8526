/** Fetches the URLs of an accepted task's input, before the task may run: what they lead to becomes artifacts of ours. */
import { GatewayError, inputError } from '../core/errors.ts';
import type { Artifact } from '../core/media.ts';
import { findUnlike, type KnownMedium } from '../core/media-likeness.ts';
import { mediaIssueAt } from '../core/media-rules.ts';
import { removeUnrecorded, storeInput } from '../core/store-media.ts';
import { describeTaskError, type Task, type TaskError, type TaskMedia } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import type { World } from '../core/world.ts';
import { holdTask, LeaseLostError } from './held-task.ts';
import type { Patience } from './patience.ts';

/** Ends with the task ready to run, or failed. Throws LeaseLostError, and the signal's reason when this process stops. */
export async function fetchInputs(
  world: World,
  claimed: Task,
  patience: Patience,
  stopping: AbortSignal,
): Promise<void> {
  const held = holdTask(world.store, claimed, patience);
  const artifacts: Artifact[] = [];
  try {
    const media: TaskMedia[] = [];
    for (const medium of claimed.media) {
      media.push(await patience.untilRoom(() => fetchMedium(world, claimed, medium, artifacts, stopping)));
    }
    const unlike = findUnlike(await knownMedia(world, claimed, media, artifacts));
    if (unlike.length > 0) throw inputError(unlike);
    await held.commit((task) => moves.inputsFetched(task, media, artifacts));
  } catch (error) {
    await removeUnrecorded(world, artifacts);
    if (error instanceof LeaseLostError || stopping.aborted) throw error;
    await held.commit((task) => moves.fail(task, describeError(error), world.clock.now()));
    if (!(error instanceof GatewayError)) throw error;
  }
}

/** The facts of media that are held against each other; some were there before anything was fetched. */
async function knownMedia(
  world: World,
  task: Task,
  media: readonly TaskMedia[],
  fetched: readonly Artifact[],
): Promise<KnownMedium[]> {
  const known: KnownMedium[] = [];
  for (const { field, index, source } of media) {
    const parameter = world.catalog.mediaParameter(task, field);
    if (parameter?.accepts?.likeness === undefined || !('artifactId' in source)) continue;
    const artifact =
      fetched.find(({ id }) => id === source.artifactId) ??
      (await world.store.artifact(task.tenantId, source.artifactId));
    if (artifact !== undefined)
      known.push({
        field,
        index,
        path: world.catalog.mediaPath(task, { field, index }),
        parameter,
        facts: artifact.facts,
      });
  }
  return known;
}

function describeError(error: unknown): TaskError {
  if (error instanceof GatewayError) return describeTaskError(error);
  return { code: 'internal', message: 'Something broke while inputs were fetched.' };
}

async function fetchMedium(
  world: World,
  task: Task,
  medium: TaskMedia,
  artifacts: Artifact[],
  stopping: AbortSignal,
): Promise<TaskMedia> {
  const { field, index, source } = medium;
  if (!('url' in source)) return medium;
  const call = { signal: stopping };
  const parameter = world.catalog.mediaParameter(task, field);
  const isHttpAllowed = parameter?.isHttpAllowed ?? false;
  try {
    const itemCount = task.media.filter((other) => other.field === field).length;
    const demand = { parameter, isInline: false, itemCount };
    const bytes = world.fetcher.fetch(source.url, { ...call, isHttpAllowed });
    const artifact = await storeInput(world, task, demand, bytes, call);
    artifacts.push(artifact);
    return { field, index, source: { artifactId: artifact.id } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const issue = mediaIssueAt(world.catalog.mediaPath(task, medium), error);
    if (error.code === 'invalid_input') throw inputError([issue]);
    throw new GatewayError(error.code, issue.message, { cause: error, issues: [issue] });
  }
}
