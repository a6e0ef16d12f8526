/** The queue variant: the model in the path, parameters alone in the body, failure as a completed request (vtrix.md 10). */
import { Type } from 'typebox';
import { type ErrorCode, errorTable, GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { Artifact } from '../../core/media.ts';
import { pairOutputs } from '../../core/shown-outputs.ts';
import { isFinal, type Task, type TaskState } from '../../core/task.ts';
import type { ModelView } from '../../core/view.ts';
import { makeCode } from '../../wires/vtrix/codes.ts';
import {
  edgeErrorSchema,
  type QueueStatus,
  queueResponseSchema,
  queueStatusSchema,
  queueSubmittedSchema,
  runtimeErrorSchema,
  type WireQueueFailure,
  type WireQueueOutput,
} from '../../wires/vtrix/queue.ts';
import { jsonResponse, type Links, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeContent, encodeMetadata, type ShownTask } from './encode.ts';
import { encodings, failureOf } from './errors.ts';
import { dialectName, switchesFor, type VtrixOptions } from './options.ts';
import { showTask } from './show.ts';
import { asFields, bodyLimitBytes, type Submitter } from './submit.ts';

export const queuePath = '/model/v1/queue';
const queueTerritory = new RegExp(`^(/vtrix)?${queuePath}/`);

/** Its keys come by the scheme `Key` as well. */
export function isQueuePath(pathname: string): boolean {
  return queueTerritory.test(pathname);
}

const statusWords = {
  queued: 'QUEUED',
  running: 'IN_PROGRESS',
  succeeded: 'COMPLETED',
  failed: 'COMPLETED',
  canceled: 'COMPLETED',
} as const satisfies Record<TaskState, QueueStatus>;

/** What `error_type` says of a failed task: REQUEST_INVALID is documented, the others follow it. */
const otherErrorType = 'PROVIDER_ERROR';
const errorTypes: Partial<Record<ErrorCode, string>> = {
  invalid_input: 'REQUEST_INVALID',
  input_unfetchable: 'REQUEST_INVALID',
  canceled: 'REQUEST_CANCELLED',
  deadline_exceeded: 'REQUEST_TIMEOUT',
};

export type QueueServices = {
  readonly gateway: Gateway;
  readonly links: Links;
  readonly options: VtrixOptions;
  readonly submit: Submitter;
  readonly find: (call: TenantCall) => Promise<Task>;
};

/** What the edge and what the runtime refuse; the other statuses have the form of the latter. */
const refusals = {
  400: runtimeErrorSchema,
  401: edgeErrorSchema,
  404: runtimeErrorSchema,
  429: edgeErrorSchema,
} as const;

/** Where a client would say that it wants to be called; this variant refuses that (vtrix.md 8). */
const callbackNames = ['callback_url', 'webhook', 'webhook_url', 'fal_webhook'] as const;

export function queueRoutes({ gateway, links, options, submit, find }: QueueServices): DocumentedRoute[] {
  const linksOf = (model: string, id: string) => {
    const base = links.to(`${queuePath}/${encodeURI(model)}/requests/${id}`);
    return { status_url: `${base}/status`, response_url: `${base}/response` };
  };
  const viewOf = ({ params: { model = '' } }: TenantCall): ModelView => {
    try {
      return gateway.catalog.view(dialectName, model);
    } catch (error) {
      throw new GatewayError('model_not_found', `App not found: ${model.slice(0, 100)}`, { cause: error });
    }
  };
  /** A task by its id and its model; one of another model is not there. */
  const requested = async (call: TenantCall) => {
    const { model, name } = viewOf(call);
    const shown = await showTask(gateway, await find(call));
    if (shown.task.model !== model.id) throw new GatewayError('not_found', 'There is no request of this id.');
    const failure = failureOf(shown.task);
    const { error_slot: slot } = switchesFor(options, name, call.caller.keyId);
    return { name, shown, failed: failure === undefined ? {} : encodeFailure(shown.task, failure, slot) };
  };
  const answerStatus = ({ name, shown: { task }, failed }: Awaited<ReturnType<typeof requested>>, status: number) => {
    const id = task.wireId ?? task.id;
    return jsonResponse({ request_id: id, status: statusWords[task.state], ...linksOf(name, id), ...failed }, status);
  };
  const place = `${queuePath}/:model{.+}`;
  return [
    {
      method: 'POST',
      path: place,
      access: 'tenant',
      bodyLimitBytes: bodyLimitBytes.withFilm,
      encodeError: encodeQueueError,
      doc: {
        id: 'queueRequest',
        summary: 'Ask for something by the queue variant',
        body: Type.Record(Type.String(), Type.Unknown()),
        answers: { 200: queueSubmittedSchema, ...refusals },
      },
      async handle(call) {
        const view = viewOf(call);
        const body = await call.json();
        const params = asFields(body.value, []);
        if (callbackNames.some((name) => Object.hasOwn(params, name) || call.query.has(name))) {
          throw new GatewayError('invalid_request', 'webhook not supported');
        }
        return await submit(call, body, view, { params, root: [] }, async ({ wireId, id, state }) => {
          const request_id = wireId ?? id;
          return jsonResponse({ request_id, status: statusWords[state], ...linksOf(view.name, request_id) });
        });
      },
    },
    {
      method: 'GET',
      path: `${place}/requests/:id/status`,
      access: 'tenant',
      encodeError: encodeQueueError,
      doc: {
        id: 'getQueueStatus',
        summary: 'Read how a request stands',
        description: 'COMPLETED covers failure: then there is an error.',
        answers: { 200: queueStatusSchema, ...refusals },
      },
      handle: async (call) => answerStatus(await requested(call), 200),
    },
    {
      method: 'GET',
      path: `${place}/requests/:id/response`,
      access: 'tenant',
      encodeError: encodeQueueError,
      doc: {
        id: 'getQueueResponse',
        summary: 'Read what a request made',
        answers: { 200: queueResponseSchema, 202: queueStatusSchema, ...refusals },
      },
      async handle(call) {
        const found = await requested(call);
        const { shown, failed } = found;
        const { task } = shown;
        if (!isFinal(task.state)) return answerStatus(found, 202);
        return jsonResponse({
          request_id: task.wireId ?? task.id,
          status: statusWords[task.state],
          outputs: task.state === 'succeeded' ? encodeOutputs(shown, links) : [],
          metadata: encodeMetadata(shown),
          ...failed,
        });
      },
    },
  ];
}

function encodeOutputs(shown: ShownTask, links: Links): WireQueueOutput[] {
  const cleanOnes = pairOutputs(shown.task, shown.outputs).map(({ clean }) => clean);
  return encodeContent(shown, links).map((content, index) => ({
    ...content,
    ...fileFacts(cleanOnes[index]),
    task_id: shown.task.wireId ?? shown.task.id,
  }));
}

function fileFacts(artifact: Artifact | undefined): Partial<WireQueueOutput> {
  if (artifact === undefined) return {};
  const { facts, fileName, sizeBytes } = artifact;
  const { width, height, durationMs } = facts;
  return {
    content_type: facts.mediaType,
    file_name: fileName,
    file_size: sizeBytes,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { duration: durationMs / 1000 }),
  };
}

function encodeFailure(
  { error, finishedAt }: Task,
  { reason, message }: NonNullable<ReturnType<typeof failureOf>>,
  slot: string,
): WireQueueFailure {
  const code = makeCode(slot, reason);
  return {
    error: { code, message },
    error_type: errorTypes[error?.code ?? 'canceled'] ?? otherErrorType,
    provider_error: { code, message, task_status: 'failed' },
    logs: [{ message, timestamp: new Date(finishedAt ?? 0).toISOString() }],
  };
}

const edgeCodes: Partial<Record<ErrorCode, 'UNAUTHORIZED' | 'RATE_LIMIT_EXCEEDED'>> = {
  unauthenticated: 'UNAUTHORIZED',
  rate_limited: 'RATE_LIMIT_EXCEEDED',
};

/** As the edge answers what it refuses, and as the runtime does the rest. */
function encodeQueueError(error: GatewayError, requestId: string): Response {
  const { code, retryAfterMs } = error;
  const message = error.message || errorTable[code].title;
  const edgeCode = edgeCodes[code];
  const body =
    edgeCode === undefined ? { detail: message } : { error: { code: edgeCode, message }, request_id: requestId };
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
  return jsonResponse(body, queueStatusOf(code), headers);
}

/** The sister host answers 402 where the balance is too low; all else is as beside the queue. */
function queueStatusOf(code: ErrorCode): number {
  return code === 'insufficient_credit' ? 402 : encodings[code].status;
}
