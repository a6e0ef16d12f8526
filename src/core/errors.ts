/**
 * One table owns every error code. `retryable` means one thing: the same request, unchanged, may succeed later.
 * docs/errors.md lists the same table, and a test compares the two.
 */
export const errorTable = {
  invalid_request: { status: 400, retryable: false, title: 'The request could not be read' },
  invalid_input: { status: 422, retryable: false, title: 'A field of the input breaks a rule' },
  unauthenticated: { status: 401, retryable: false, title: 'The key is missing, unknown, expired or revoked' },
  insufficient_credit: { status: 402, retryable: true, title: 'The balance does not cover the price' },
  forbidden: { status: 403, retryable: false, title: 'The key may not do this' },
  not_found: { status: 404, retryable: false, title: 'There is nothing of this id here' },
  model_not_found: { status: 404, retryable: false, title: 'There is no model of this name' },
  method_not_allowed: { status: 405, retryable: false, title: 'The path exists, but not with this method' },
  conflict: { status: 409, retryable: false, title: 'The state of the thing does not allow this' },
  idempotency_in_progress: {
    status: 409,
    retryable: true,
    title: 'The first request with this Idempotency-Key is still being accepted',
  },
  payload_too_large: { status: 413, retryable: false, title: 'The body is larger than this API takes' },
  unsupported_media_type: { status: 415, retryable: false, title: 'The body is of a type this API does not read' },
  input_unfetchable: { status: 422, retryable: true, title: 'An input URL could not be fetched' },
  idempotency_mismatch: {
    status: 422,
    retryable: false,
    title: 'This Idempotency-Key was used with another body',
  },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests' },
  canceled: { status: 499, retryable: false, title: 'The task was canceled' },
  internal: { status: 500, retryable: true, title: 'Something broke on our side' },
  engine_failed: { status: 502, retryable: true, title: 'The engine could not render this' },
  attempt_unknown: { status: 502, retryable: false, title: 'The engine may have started, and its answer was lost' },
  price_unpublished: {
    status: 503,
    retryable: false,
    title: 'There is no published price for this, so it cannot be charged',
  },
  engine_unavailable: { status: 503, retryable: true, title: 'No engine that serves this model can run now' },
  overloaded: { status: 503, retryable: true, title: 'The server has too much to do' },
  deadline_exceeded: { status: 504, retryable: true, title: 'The task did not finish in time' },
  storage_full: { status: 507, retryable: true, title: 'There is no room left to store this' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What is wrong with one field. */
export type InputIssue = {
  /** Names and positions from the body's root, such as `['images', 3]`. */
  readonly path: readonly (string | number)[];
  /** The rule that was broken, such as `maxLength`. */
  readonly rule: string;
  /** One sentence that names the rule and the value. */
  readonly message: string;
};

type Extra = {
  readonly cause?: unknown;
  readonly issues?: readonly InputIssue[];
  /** Milliseconds after which a retry makes sense. */
  readonly retryAfterMs?: number;
};

/** The only error that may cross a room's border on purpose; anything else becomes `internal` at the HTTP boundary. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly issues: readonly InputIssue[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, extra: Extra = {}) {
    super(message, extra.cause === undefined ? {} : { cause: extra.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.issues = extra.issues ?? [];
    this.retryAfterMs = extra.retryAfterMs;
  }
}

/** The path of an issue as people write it: `images[3]`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

/** An `invalid_input` error whose message is that of its first issue. */
export function inputError(issues: readonly InputIssue[]): GatewayError {
  return new GatewayError('invalid_input', issues[0]?.message ?? 'The input is not valid.', { issues });
}
