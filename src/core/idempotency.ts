/**
 * A client that repeats a submit under one Idempotency-Key gets the first answer again, and no second task. The claim of a
 * key is written in the task's own transaction; the answer is kept beside it before it is sent.
 */
import { GatewayError } from './errors.ts';
import type { TaskId } from './ids.ts';

/** A key as one request claims it: scoped by tenant and route, with what was asked for. */
export type IdempotencyClaim = {
  /** Method and path of the request. */
  readonly route: string;
  readonly key: string;
  /** Lower-case hex of SHA-256 over the parsed body and its media. */
  readonly fingerprint: string;
};

/** An answer as it was first sent. */
export type KeptAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type IdempotencyRecord = {
  readonly taskId: TaskId;
  readonly fingerprint: string;
  /** Null when the process died between the commit of the task and its answer. */
  readonly answer: KeptAnswer | null;
};

/** Reads the header. Throws GatewayError `invalid_request` unless it has 1 to 255 printable characters. */
export function parseIdempotencyKey(text: string): string {
  if (/^[\x20-\x7e]{1,255}$/.test(text)) return text;
  throw new GatewayError('invalid_request', 'Idempotency-Key must have 1 to 255 printable ASCII characters.');
}

/** JSON with the keys of every object in order, so that two spellings of one value are one text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(',')}}`;
}
