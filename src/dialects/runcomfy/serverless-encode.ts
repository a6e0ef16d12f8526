/** Tasks as the serverless API shows them and announces them. */
import type { Delivery } from '../../core/delivery.ts';
import type { Artifact } from '../../core/media.ts';
import type { Task, WebhookEvent } from '../../core/task.ts';
import { formatTime } from '../../wires/runcomfy/ids.ts';
import type { ResultWord } from '../../wires/runcomfy/model-api.ts';
import type { Notice } from '../../wires/runcomfy/serverless.ts';
import type { Links } from '../dialect.ts';
import type { Deployment } from './deployments.ts';
import { encodeOutput, encodeStatus, type RequestPlace, resultWords } from './encode.ts';
import { serverlessErrorRows } from './errors.ts';
import type { RuncomfyOptions } from './options.ts';

export const versions = ['v1', 'v2'] as const;
export type Version = (typeof versions)[number];

/** The older version's own Go client spells the word with one l. */
function respell<Word extends string>(word: Word, version: Version, { v1Cancelled }: RuncomfyOptions) {
  return word === 'cancelled' && version === 'v1' ? v1Cancelled : word;
}

export function encodeInferenceStatus(
  task: Task,
  queuePosition: number,
  place: RequestPlace & { readonly version: Version },
  options: RuncomfyOptions,
) {
  const body = encodeStatus(task, queuePosition, place, options);
  return { ...body, status: respell(body.status, place.version, options) };
}

export function encodeInferenceResult(
  task: Task,
  outputs: readonly Artifact[],
  { links, version }: { readonly links: Links; readonly version: Version },
  options: RuncomfyOptions,
) {
  return {
    request_id: task.wireId ?? '',
    status: respell(resultWords[task.state], version, options),
    ...(task.state === 'succeeded' ? { output: encodeOutput(outputs, links) } : {}),
    ...(task.state === 'failed' && task.error !== null
      ? {
          error: [{ errorCode: serverlessErrorRows[task.error.code].code, error: task.error.message, debugInfo: '' }],
        }
      : {}),
    created_at: formatTime(task.createdAt),
    ...(task.finishedAt === null ? {} : { finished_at: formatTime(task.finishedAt) }),
  };
}

/** A task that has ended is left alone, and says what it is. */
export function encodeCancelRequested(
  task: Task,
  isAccepted: boolean,
  place: RequestPlace & { readonly version: Version },
  options: RuncomfyOptions,
) {
  const { request_id, status } = encodeInferenceStatus(task, 1, place, options);
  return { request_id, status: isAccepted ? 'cancellation_requested' : status };
}

const announced = {
  'task.queued': 'in_queue',
  'task.running': 'in_progress',
  'task.progress': 'in_progress',
  'task.succeeded': 'succeeded',
  'task.failed': 'failed',
  'task.canceled': 'cancelled',
} as const satisfies Record<WebhookEvent, ResultWord>;

/** What happened then: a late word of the queue says nothing of what came after. */
export function encodeNotice(
  { event }: Pick<Delivery, 'event'>,
  task: Task,
  {
    deployment,
    outputs,
    links,
  }: { readonly deployment: string; readonly outputs: readonly Artifact[]; readonly links: Links },
): Notice {
  const status = announced[event];
  const isLast = status !== 'in_queue' && status !== 'in_progress';
  return {
    request_id: task.wireId ?? '',
    deployment_id: deployment,
    status,
    created_at: formatTime(task.createdAt),
    ...(isLast && task.finishedAt !== null ? { finished_at: formatTime(task.finishedAt) } : {}),
    ...(status === 'succeeded' ? { output: encodeOutput(outputs, links) } : {}),
    ...(status === 'failed' && task.error !== null
      ? { error: { type: task.error.code, message: task.error.message } }
      : {}),
  };
}

/** Nothing is said of hardware and instances, which there are none of. */
export function encodeDeployment({ id, view: { model } }: Deployment, isAvailable: boolean) {
  const modified = formatTime(Date.parse(model.modified));
  return {
    id,
    name: model.title,
    workflow_id: model.id,
    workflow_version: model.modified,
    status: isAvailable ? 'standby' : 'unavailable',
    is_enabled: isAvailable,
    created_at: modified,
    updated_at: modified,
  };
}
