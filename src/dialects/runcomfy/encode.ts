/** Core to RunComfy's wire. Facts: the seed page of vidu/q2/reference-to-image and the Model API's queue pages. */
import { type ErrorCode, errorTable, type GatewayError } from '../../core/errors.ts';
import type { Artifact } from '../../core/media.ts';
import { micros, toDollars } from '../../core/money.ts';
import type { Operation } from '../../core/operations.ts';
import type { Task, TaskError, TaskState } from '../../core/task.ts';
import type { Field, ModelView } from '../../core/view.ts';
import { jsonResponse, type Links } from '../dialect.ts';

/** What the public pages leave open; the owner chooses. */
export type RuncomfyOptions = {
  /** Whether `seed: 0`, which is also the default, asks for a random seed. */
  readonly isSeedZeroRandom: boolean;
  readonly unauthenticatedStatus: 400 | 401;
  readonly insufficientCreditStatus: 400 | 402;
  readonly unknownModelStatus: 400 | 404;
};

const requestIdNote = 'x-request-id';

export function requestPath(task: Pick<Task, 'wireId'>, call: 'status' | 'result' | 'cancel'): string {
  return `/v1/requests/${task.wireId}/${call}`;
}

export function encodeSubmitted(task: Task, links: Links) {
  return {
    request_id: task.wireId,
    status_url: links.to(requestPath(task, 'status')),
    result_url: links.to(requestPath(task, 'result')),
    cancel_url: links.to(requestPath(task, 'cancel')),
  };
}

/** The status route knows no failure: a task that failed has completed, and its result says how. */
const statusWords = {
  queued: 'in_queue',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'completed',
  canceled: 'cancelled',
} as const satisfies Record<TaskState, string>;

const resultWords = { ...statusWords, succeeded: 'succeeded', failed: 'failed' } as const;

export function encodeStatus(task: Task, queuePosition: number, links: Links) {
  return {
    request_id: task.wireId,
    status: statusWords[task.state],
    ...(task.state === 'queued' ? { queue_position: queuePosition } : {}),
    status_url: links.to(requestPath(task, 'status')),
    result_url: links.to(requestPath(task, 'result')),
  };
}

export function encodeResult(task: Task, outputs: readonly Artifact[], links: Links, isCostIncluded: boolean) {
  const cost = task.price.capturedMicros ?? task.price.reservedMicros;
  return {
    request_id: task.wireId,
    status: resultWords[task.state],
    ...(task.state === 'succeeded' ? { output: encodeOutput(outputs, links) } : {}),
    ...(task.error === null ? {} : { error: encodeTaskError(task.error) }),
    created_at: encodeTime(task.createdAt),
    ...(task.finishedAt === null ? {} : { finished_at: encodeTime(task.finishedAt) }),
    ...(isCostIncluded ? { cost: toDollars(micros(cost)) } : {}),
  };
}

/** One file stands under the singular key, several under the plural. */
function encodeOutput(outputs: readonly Artifact[], links: Links): Record<string, string | string[]> {
  const keys = [...new Set(outputs.map(({ facts }) => facts.kind))];
  return Object.fromEntries(
    keys.map((kind) => {
      const urls = outputs.filter(({ facts }) => facts.kind === kind).map((artifact) => links.file(artifact));
      return urls.length === 1 ? [kind, urls[0] ?? ''] : [`${kind}s`, urls];
    }),
  );
}

/** A fraction of six digits and a numeric offset: real clients refuse a trailing Z. */
export function encodeTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000+00:00');
}

export function encodeCancel(task: Task, isAccepted: boolean) {
  return {
    request_id: task.wireId,
    status: statusWords[task.state],
    outcome: isAccepted ? 'cancelled' : 'not_cancellable',
  };
}

type WireError = { readonly status: number; readonly code: number };

/** RunComfy's codes begin with the HTTP status; those beyond its list follow the same form. */
const wireErrors = {
  invalid_request: { status: 400, code: 400000 },
  invalid_input: { status: 422, code: 422001 },
  unauthenticated: { status: 401, code: 400004 },
  insufficient_credit: { status: 402, code: 400002 },
  forbidden: { status: 403, code: 403001 },
  not_found: { status: 404, code: 404001 },
  model_not_found: { status: 400, code: 400001 },
  method_not_allowed: { status: 405, code: 405001 },
  conflict: { status: 409, code: 409001 },
  idempotency_in_progress: { status: 409, code: 409002 },
  idempotency_mismatch: { status: 422, code: 422003 },
  payload_too_large: { status: 413, code: 413001 },
  unsupported_media_type: { status: 415, code: 415001 },
  input_unfetchable: { status: 422, code: 422002 },
  rate_limited: { status: 429, code: 429001 },
  canceled: { status: 499, code: 499001 },
  internal: { status: 500, code: 500001 },
  engine_failed: { status: 500, code: 500001 },
  attempt_unknown: { status: 500, code: 500001 },
  price_unpublished: { status: 503, code: 503002 },
  engine_unavailable: { status: 503, code: 503001 },
  overloaded: { status: 503, code: 503001 },
  deadline_exceeded: { status: 504, code: 504001 },
  storage_full: { status: 507, code: 507001 },
} as const satisfies Record<ErrorCode, WireError>;

function encodeTaskError(error: TaskError) {
  return { error_code: wireErrors[error.code].code, error_message: error.message };
}

function httpStatus(code: ErrorCode, options: RuncomfyOptions): number {
  if (code === 'unauthenticated') return options.unauthenticatedStatus;
  if (code === 'insufficient_credit') return options.insufficientCreditStatus;
  if (code === 'model_not_found') return options.unknownModelStatus;
  return wireErrors[code].status;
}

export function encodeError(error: GatewayError, requestId: string, options: RuncomfyOptions): Response {
  const detail = error.issues.map(({ path, rule, message }) => ({ loc: ['body', ...path], msg: message, type: rule }));
  const body = {
    error_code: wireErrors[error.code].code,
    error_message: error.message || errorTable[error.code].title,
    ...(detail.length === 0 ? {} : { detail }),
  };
  const headers: Record<string, string> = { [requestIdNote]: requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return jsonResponse(body, httpStatus(error.code, options), headers);
}

/** The schema flavour of RunComfy's pages: media are strings with a format of their own, demo values stand as defaults. */
export function encodeInputSchema({ fields }: ModelView): Record<string, unknown> {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    title: 'Input',
    required: entries.filter(([, { required }]) => required === true).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, encodeField(field)])),
  };
}

const wireTypes = {
  string: 'string',
  integer: 'integer',
  number: 'float',
  boolean: 'boolean',
  media: 'array',
  list: 'array',
} as const satisfies Record<Field['type'], string>;

function encodeField(field: Field): Record<string, unknown> {
  const { title, description, type, media, enum: choices, maxLength, minimum, maximum, minItems, maxItems } = field;
  const shown = field.demo ?? field.default;
  return Object.fromEntries(
    Object.entries({
      title,
      description,
      type: wireTypes[type],
      enum: choices,
      maxLength,
      minimum,
      maximum,
      minItems,
      maxItems,
      items: type === 'media' ? { type: 'string', format: `${media}_uri` } : undefined,
      default: shown,
    }).filter(([, value]) => value !== undefined),
  );
}

export function encodeModel(view: ModelView, links: Links, isSchemaIncluded: boolean) {
  const { model, name } = view;
  const required = Object.entries(view.fields).filter(([, parameter]) => parameter.required === true);
  const [first] = model.price?.rows ?? [];
  return {
    model_id: name,
    display_name: model.title,
    description: model.description,
    kind: 'model',
    categories: [categoryOf(view)],
    base_price_usd: toDollars(micros(first?.micros ?? 0)),
    price_unit: model.price?.unit ?? 'output',
    model_url: links.to(`/v1/models/${name}`),
    inputs: Object.keys(view.fields),
    required_inputs: required.map(([field]) => field),
    ...(isSchemaIncluded ? { input_schema: encodeInputSchema(view) } : {}),
  };
}

/** Where RunComfy's name for what a model does is not ours. */
const categories: Partial<Record<Operation, string>> = {
  'reference-to-image': 'image-to-image',
  'start-end-to-video': 'image-to-video',
  'reference-to-video': 'image-to-video',
};

export function categoryOf({ model }: ModelView): string {
  return categories[model.operation] ?? model.operation;
}
