/** What a server that refuses says, as an error. */
import type { Error as WireError } from './api-types.ts';

export type Issue = { readonly path: string; readonly rule: string; readonly message: string };
export type ErrorCode = WireError['error']['code'];

/** Thrown by every call that the server refuses, or that does not reach it (`code` undefined, `status` 0). */
export class FramegateError extends Error {
  override readonly name = 'FramegateError';
  /** The server's code; docs/errors.md explains each. */
  readonly code: ErrorCode | undefined;
  /** The HTTP status. */
  readonly status: number;
  /** Whether the same request, unchanged, may succeed later. */
  readonly isRetryable: boolean;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** Which fields of the request are wrong, and by which rule. */
  readonly issues: readonly Issue[];
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    facts: Partial<Omit<FramegateError, 'name' | 'message'>> & { readonly cause?: unknown },
  ) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.isRetryable = facts.isRetryable ?? false;
    this.requestId = facts.requestId;
    this.issues = facts.issues ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Reads the error out of an answer that is not a success. */
export async function readError(response: Response): Promise<FramegateError> {
  const text = await response.text();
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const common = { status, ...(Number.isNaN(seconds) ? {} : { retryAfterMs: seconds * 1000 }) };
  const body = parse(text)?.error;
  if (body === undefined) return new FramegateError(`The server answered ${status}.`, common);
  return new FramegateError(body.message, {
    ...common,
    code: body.code,
    isRetryable: body.retryable,
    requestId: body.request_id,
    issues: body.issues ?? [],
  });
}

/** A proxy in between answers with a page of its own. */
function parse(text: string): Partial<WireError> | undefined {
  try {
    return JSON.parse(text) as Partial<WireError>;
  } catch {
    return undefined;
  }
}
