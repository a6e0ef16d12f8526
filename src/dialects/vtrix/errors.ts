/** Core's errors in Vtrix's words: the answer that is not 2xx, and the error of a failed task. Total over the codes. */
import { type ErrorCode, errorTable, GatewayError, type InputIssue } from '../../core/errors.ts';
import type { Task, TaskError } from '../../core/task.ts';
import { makeCode, type Reason, reasons } from '../../wires/vtrix/codes.ts';
import type { WireError, WireTask } from '../../wires/vtrix/task.ts';
import { jsonResponse } from '../dialect.ts';
import type { Switches, VtrixOptions } from './options.ts';

type Encoding = {
  readonly status: number;
  /** The number beside the status; 40201 to 40208 mean to clients that the balance is too low. */
  readonly errorCode: number;
  /** What a task that failed with it says. */
  readonly reason: Reason;
};

/** The pages list 401, 403, 429 and 500; the other statuses follow HTTP, and the numbers the form of the known ones. */
export const encodings = {
  invalid_request: { status: 400, errorCode: 40000, reason: 'creationFailed' },
  invalid_input: { status: 400, errorCode: 40001, reason: 'creationFailed' },
  idempotency_mismatch: { status: 400, errorCode: 40002, reason: 'creationFailed' },
  input_unfetchable: { status: 400, errorCode: 40003, reason: 'creationFailed' },
  unauthenticated: { status: 401, errorCode: 40100, reason: 'creationFailed' },
  insufficient_credit: { status: 403, errorCode: 40201, reason: 'creationFailed' },
  forbidden: { status: 403, errorCode: 40300, reason: 'creationFailed' },
  not_found: { status: 404, errorCode: 40400, reason: 'creationFailed' },
  model_not_found: { status: 404, errorCode: 40401, reason: 'creationFailed' },
  // What the vendor does not document there is not there: its clients know 404 and no other.
  method_not_allowed: { status: 404, errorCode: 40402, reason: 'creationFailed' },
  conflict: { status: 409, errorCode: 40900, reason: 'creationFailed' },
  idempotency_in_progress: { status: 409, errorCode: 40901, reason: 'creationFailed' },
  payload_too_large: { status: 413, errorCode: 41300, reason: 'creationFailed' },
  unsupported_media_type: { status: 415, errorCode: 41500, reason: 'creationFailed' },
  rate_limited: { status: 429, errorCode: 42900, reason: 'creationFailed' },
  canceled: { status: 499, errorCode: 49900, reason: 'generationFailed' },
  internal: { status: 500, errorCode: 50000, reason: 'generationFailed' },
  engine_failed: { status: 500, errorCode: 50001, reason: 'generationFailed' },
  attempt_unknown: { status: 500, errorCode: 50002, reason: 'statusUnknown' },
  price_unpublished: { status: 503, errorCode: 50300, reason: 'creationFailed' },
  engine_unavailable: { status: 503, errorCode: 50301, reason: 'creationFailed' },
  overloaded: { status: 503, errorCode: 50302, reason: 'creationFailed' },
  deadline_exceeded: { status: 504, errorCode: 50400, reason: 'generationFailed' },
  storage_full: { status: 507, errorCode: 50700, reason: 'generationFailed' },
} as const satisfies Record<ErrorCode, Encoding>;

/** The table above as the documents print it. */
export const errorRows = Object.entries(encodings).map(([code, { status, errorCode, reason }]) => ({
  code: code as ErrorCode,
  status,
  vendorCode: errorCode,
  /** The last three digits of nine. */
  taskCode: reasons[reason],
  meaning: errorTable[code as ErrorCode].title,
}));

/** The same for every task that was cancelled, whoever did it. */
export const canceledMessage = 'The task was cancelled.';

const mediaFields: ReadonlySet<unknown> = new Set(['images', 'videos', 'video_url', 'audio_url', 'subjects']);
const countRules: ReadonlySet<string> = new Set(['imagesBesideVideos', 'subjectImages', 'subjectVideos']);

/** The code of its own that a broken rule has, if it has one. */
export function reasonOfIssue({ path, rule }: Pick<InputIssue, 'path' | 'rule'>): Reason | undefined {
  const field = path.findLast((part) => typeof part === 'string');
  if (field === 'prompt') return rule === 'required' || rule === 'minLength' ? 'promptMissing' : undefined;
  if (rule === 'mediaMissing') return 'mediaMissing';
  if (countRules.has(rule)) return 'mediaCount';
  if (!mediaFields.has(field)) return undefined;
  if (rule === 'required') return 'mediaMissing';
  return rule === 'maxItems' || rule === 'minItems' ? 'mediaCount' : undefined;
}

/** More would be no message any more. */
const mostSentences = 10;

/** An input error whose message tells all that is wrong, each with its code where it has one. */
export function withCodes(error: GatewayError, { error_slot: slot }: Switches): GatewayError {
  const sentences = error.issues.slice(0, mostSentences).map((issue) => {
    const reason = reasonOfIssue(issue);
    return reason === undefined ? issue.message : `${makeCode(slot, reason)}: ${issue.message}`;
  });
  const message = sentences.length === 0 ? error.message : sentences.join(' ');
  return new GatewayError(error.code, message, { cause: error, issues: error.issues });
}

export function encodeError(
  error: GatewayError,
  requestId: string,
  { insufficientCreditStatus }: Pick<VtrixOptions, 'insufficientCreditStatus'>,
): Response {
  const { status: usual, errorCode } = encodings[error.code];
  const status = error.code === 'insufficient_credit' ? insufficientCreditStatus : usual;
  const message = error.message || errorTable[error.code].title;
  const body: WireError = { message, status: { code: status, message, error_code: errorCode }, data: null };
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return jsonResponse(body, status, headers);
}

/** What a task failed with; undefined while it has not. */
export function failureOf({
  state,
  error,
}: Pick<Task, 'state' | 'error'>): { reason: Reason; message: string } | undefined {
  if (state === 'canceled') return { reason: encodings.canceled.reason, message: canceledMessage };
  if (state !== 'failed' || error === null) return undefined;
  return { reason: reasonOfTaskError(error), message: error.message };
}

function reasonOfTaskError({ code, details = {} }: TaskError): Reason {
  const { path, rule } = details;
  const isIssue = code === 'invalid_input' && Array.isArray(path) && typeof rule === 'string';
  const own = isIssue ? reasonOfIssue({ path: path as InputIssue['path'], rule }) : undefined;
  return own ?? encodings[code].reason;
}

export function encodeTaskError(
  { reason, message }: { readonly reason: Reason; readonly message: string },
  { error_slot: slot, error_style: style }: Switches,
): NonNullable<WireTask['error']> {
  const code = makeCode(slot, reason);
  return style === 'integer'
    ? { code: Number(code), error_message: message }
    : { code, message, error_message: message };
}
