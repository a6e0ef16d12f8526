/** What the Model API and the serverless API have in common about a request: how it is submitted and found again. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { RandomBytes } from '../../core/ids.ts';
import type { WebhookRequest } from '../../core/submit.ts';
import type { Task } from '../../core/task.ts';
import type { ModelView } from '../../core/view.ts';
import { isRequestId, makeRequestId } from '../../wires/runcomfy/ids.ts';
import { type JsonBody, jsonResponse, type TenantCall } from '../dialect.ts';
import { dialectName } from './deployments.ts';
import { encodeSubmitted, type RequestPlace } from './encode.ts';
import type { RuncomfyOptions } from './options.ts';

/** Official clients send at most this much in one submit. */
export const submitLimitBytes = 64 * 1024 * 1024;
export const emptyLimitBytes = 64 * 1024;

export type RequestServices = {
  readonly gateway: Gateway;
  readonly randomBytes: RandomBytes;
  readonly options: RuncomfyOptions;
};

type Submission = {
  readonly view: ModelView;
  /** As it came: repeats under one Idempotency-Key are told by it. */
  readonly body: JsonBody;
  /** What of it is for the model. */
  readonly value: unknown;
  readonly webhook: WebhookRequest | null;
  placeOf(task: Task): RequestPlace;
};

export async function submitRequest(
  { gateway, randomBytes, options }: RequestServices,
  call: TenantCall,
  { view, body, value, webhook, placeOf }: Submission,
): Promise<Response> {
  return await call.once(body, {
    accept: (idempotency) =>
      gateway.submit(
        {
          caller: call.caller,
          view: options.areUnknownKeysRefused ? strictView(view) : view,
          wireId: makeRequestId(randomBytes),
          value,
          inline: body.inline,
          root: [],
          isSeedZeroRandom: options.isSeedZeroRandom,
          priority: 0,
          isOffPeak: false,
          metadata: null,
          marks: null,
          webhook,
          idempotency,
        },
        call,
      ),
    answer: async (task) => jsonResponse(encodeSubmitted(task, placeOf(task))),
  });
}

const strictViews = new WeakMap<ModelView, ModelView>();

/** The same view each time, for its validator is kept with it. */
function strictView(view: ModelView): ModelView {
  const strict = strictViews.get(view) ?? { ...view, rules: { ...view.rules, areUnknownKeysRefused: true } };
  strictViews.set(view, strict);
  return strict;
}

/** Throws GatewayError `not_found`. An id that no client would accept is not asked for in the store. */
export async function findRequest({ gateway }: RequestServices, { caller, params }: TenantCall): Promise<Task> {
  const { request = '' } = params;
  if (!isRequestId(request)) throw requestNotFound();
  try {
    return await gateway.taskByWireId(caller, dialectName, request);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') throw requestNotFound();
    throw error;
  }
}

/** The same for an unknown id, a foreign one, and one that belongs to the other of the two APIs. */
export function requestNotFound(): GatewayError {
  return new GatewayError('not_found', 'There is no request of this id that this token may see.');
}
