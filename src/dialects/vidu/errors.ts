/** What went wrong, in Vidu's words. */
import { type ErrorCode, errorTable, formatPath, type GatewayError, type InputIssue } from '../../core/errors.ts';
import type { TaskError } from '../../core/task.ts';
import { type ErrorBody, type Reason, reasons } from '../../wires/vidu/errors.ts';
import { type Dialect, jsonResponse } from '../dialect.ts';

/** `reason` answers a request, `failure` is the err_code of a task that ended so. */
type Words = { readonly reason: Reason; readonly failure: Reason };

const both = (reason: Reason): Words => ({ reason, failure: reason });

const words = {
  invalid_request: both('BadRequest'),
  // The rule that was broken says it more exactly.
  invalid_input: both('FieldInvalid'),
  unauthenticated: both('Unauthorized'),
  insufficient_credit: both('CreditInsufficient'),
  forbidden: both('Forbidden'),
  not_found: both('NotFound'),
  model_not_found: both('ModelUnavailable'),
  method_not_allowed: both('NotFound'),
  conflict: both('Conflict'),
  idempotency_in_progress: both('OperationInProcess'),
  idempotency_mismatch: both('Conflict'),
  payload_too_large: both('BadRequest'),
  unsupported_media_type: both('BadRequest'),
  input_unfetchable: both('ImageDownloadFailure'),
  rate_limited: both('TooManyRequests'),
  canceled: { reason: 'Canceled', failure: 'UserCancelled' },
  internal: both('InternalServiceFailure'),
  engine_failed: both('InternalServiceFailure'),
  attempt_unknown: both('InternalServiceFailure'),
  price_unpublished: both('ModelUnavailable'),
  engine_unavailable: both('ModelUnavailable'),
  overloaded: { reason: 'SystemThrottling', failure: 'InternalServiceFailure' },
  deadline_exceeded: both('InternalServiceFailure'),
  storage_full: { reason: 'QuotaExceeded', failure: 'InternalServiceFailure' },
} as const satisfies Record<ErrorCode, Words>;

/** For the page: how each of our codes is said. */
export const errorRows = Object.entries(words).map(([code, { reason, failure }]) => ({
  code: code as ErrorCode,
  status: reasons[reason].status,
  vendorCode: reason as Reason,
  taskCode: failure as Reason,
  meaning: errorTable[code as ErrorCode].title,
}));

/** Rules that have a word of their own; every other is FieldInvalid. */
const reasonsOfRules: Readonly<Record<string, Reason>> = {
  required: 'FieldLacking',
  pageSize: 'PageSizeOutOfRange',
  mediaMissing: 'FieldLacking',
  speechMissing: 'FieldLacking',
  subjectEmpty: 'FieldLacking',
  unknown: 'FieldUnwanted',
  minItems: 'FieldItemCountOutOfRange',
  maxItems: 'FieldItemCountOutOfRange',
  imagesBesideVideos: 'FieldItemCountOutOfRange',
  subjectImages: 'FieldItemCountOutOfRange',
  subjectVideos: 'FieldItemCountOutOfRange',
};

/** Of pictures alone: the words speak of images. */
const reasonsOfPictureRules: Readonly<Record<string, Reason>> = {
  kind: 'ImageFormatInvalid',
  unsupported: 'ImageFormatInvalid',
  truncated: 'ImageFormatInvalid',
  corrupt: 'ImageFormatInvalid',
  tooLarge: 'PageSizeOutOfRange',
  tooSmall: 'PageSizeOutOfRange',
  ratio: 'PageSizeOutOfRange',
  unlike: 'PageSizeOutOfRange',
};

const pictureFields: ReadonlySet<string> = new Set([
  ...['images', 'key_image', 'start_image', 'wm_url', 'ref_photo_url', 'image_settings', 'portrait', 'file'],
  'watermark_image',
]);

function reasonOfRule(rule: string, path: readonly (string | number)[]): Reason {
  const field = String(path.findLast((part) => typeof part === 'string') ?? '');
  const ofPicture = pictureFields.has(field.split('.').at(-1) ?? '') ? reasonsOfPictureRules[rule] : undefined;
  return ofPicture ?? reasonsOfRules[rule] ?? 'FieldInvalid';
}

/** At most so many fields are named; the rest is counted. */
const namedIssues = 10;

/** What the route knows better: a resource that is not there, or a state that forbids. */
type Exceptions = Partial<Readonly<Record<ErrorCode, Reason>>>;

export function encodeError(error: GatewayError, requestId: string, exceptions: Exceptions = {}): Response {
  const [first] = error.issues;
  const general = exceptions[error.code] ?? words[error.code].reason;
  const reason = error.code === 'invalid_input' && first !== undefined ? reasonOfRule(first.rule, first.path) : general;
  const { status, template } = reasons[reason];
  const body: ErrorBody = {
    code: status,
    reason,
    message: `${template}: ${describe(error)}`,
    metadata: { trace_id: requestId },
  };
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return jsonResponse(body, status, headers);
}

/** For routes that know something better. */
export const encoderOf =
  (exceptions: Exceptions): Dialect['encodeError'] =>
  (error, requestId) =>
    encodeError(error, requestId, exceptions);

/** The fields after the colon, as the pages have them, then what is wrong with each. */
function describe({ code, message, issues }: GatewayError): string {
  if (issues.length === 0) return message || errorTable[code].title;
  const named = issues.slice(0, namedIssues);
  const rest = issues.length - named.length;
  const fields = [...new Set(named.map(fieldOf))].join(', ');
  const sentences = [...new Set(named.map((issue) => issue.message))].join(' ');
  return `${fields} (${sentences}${rest > 0 ? ` And ${rest} more.` : ''})`;
}

const fieldOf = ({ path }: InputIssue) => formatPath(path) || 'body';

/** The err_code of a task that failed. */
export function encodeFailure({ code, details = {} }: Pick<TaskError, 'code' | 'details'>): Reason {
  const { rule, path } = details;
  if (code !== 'invalid_input' || typeof rule !== 'string') return words[code].failure;
  return reasonOfRule(rule, Array.isArray(path) ? (path as (string | number)[]) : []);
}

/** The err_code of a task that was canceled. */
export const canceledCode = words.canceled.failure;
