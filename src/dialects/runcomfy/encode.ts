/** Tasks as the Model API shows them. */
import type { Artifact } from '../../core/media.ts';
import { micros, toDollars } from '../../core/money.ts';
import type { Task, TaskError, TaskState } from '../../core/task.ts';
import { formatTime } from '../../wires/runcomfy/ids.ts';
import {
  type CanceledBody,
  pluralKeys,
  type ResultBody,
  type ResultWord,
  type StatusBody,
  type StatusWord,
  type SubmittedBody,
} from '../../wires/runcomfy/model-api.ts';
import type { Links } from '../dialect.ts';
import { errorRows } from './errors.ts';
import type { RuncomfyOptions } from './options.ts';

const statusWords = {
  queued: 'in_queue',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'completed',
  canceled: 'cancelled',
} as const satisfies Record<TaskState, StatusWord>;

export const resultWords = {
  queued: 'in_queue',
  running: 'in_progress',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
} as const satisfies Record<TaskState, ResultWord>;

/** Where a request's routes stand: `/v1/requests/<id>` or, of a deployment, below it. */
export type RequestPlace = { readonly links: Links; readonly path: string };

export function encodeSubmitted({ wireId }: Task, { links, path }: RequestPlace): SubmittedBody {
  return {
    request_id: wireId ?? '',
    status_url: links.to(`${path}/status`),
    result_url: links.to(`${path}/result`),
    cancel_url: links.to(`${path}/cancel`),
  };
}

/** `queuePosition` counts from 1. */
export function encodeStatus(
  { wireId, state }: Task,
  queuePosition: number,
  { links, path }: RequestPlace,
  { queueBase }: RuncomfyOptions,
): StatusBody {
  return {
    request_id: wireId ?? '',
    status: statusWords[state],
    ...(state === 'queued' ? { queue_position: queuePosition - 1 + queueBase } : {}),
    status_url: links.to(`${path}/status`),
    result_url: links.to(`${path}/result`),
  };
}

export function encodeResult(
  task: Task,
  outputs: readonly Artifact[],
  links: Links,
  { isCostIncluded, areAbsentFieldsNull, isErrorText }: RuncomfyOptions & { readonly isCostIncluded: boolean },
): ResultBody {
  const cost = task.price.capturedMicros ?? task.price.reservedMicros;
  const absent = areAbsentFieldsNull ? { output: null, error: null, finished_at: null } : {};
  return {
    request_id: task.wireId ?? '',
    status: resultWords[task.state],
    ...absent,
    ...(task.state === 'succeeded' ? { output: encodeOutput(outputs, links) } : {}),
    ...(task.state === 'failed' && task.error !== null ? { error: encodeTaskError(task.error, isErrorText) } : {}),
    created_at: formatTime(task.createdAt),
    ...(task.finishedAt === null ? {} : { finished_at: formatTime(task.finishedAt) }),
    ...(isCostIncluded ? { cost: toDollars(micros(cost)) } : {}),
  };
}

function encodeTaskError({ code, message }: TaskError, isText: boolean) {
  return isText ? message : { error_code: errorRows[code].code, error_message: message };
}

/** One file stands under the singular key, several under the plural. */
export function encodeOutput(outputs: readonly Artifact[], links: Links): Record<string, string | string[]> {
  const kinds = [...new Set(outputs.map(({ facts }) => facts.kind))];
  return Object.fromEntries(
    kinds.map((kind) => {
      const urls = outputs.filter(({ facts }) => facts.kind === kind).map((artifact) => links.file(artifact));
      const [first = '', ...others] = urls;
      return others.length === 0 ? [kind, first] : [pluralKeys[kind], urls];
    }),
  );
}

export function encodeCanceled(
  { wireId, state }: Task,
  isAccepted: boolean,
  { cancelledStatus }: RuncomfyOptions,
): CanceledBody {
  return {
    request_id: wireId ?? '',
    status: isAccepted ? cancelledStatus : statusWords[state],
    outcome: isAccepted ? 'cancelled' : 'not_cancellable',
  };
}
