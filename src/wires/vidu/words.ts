/** Vidu's words, units, ids and times. Facts: the pages of platform.vidu.com on queries, lists and prices, and its clients. */
import { type RandomBytes, randomDigits } from '../../core/ids.ts';
import type { Micros } from '../../core/money.ts';

/** All a client may see: an unknown word is an error to real ones. */
export const states = ['created', 'queueing', 'processing', 'success', 'failed'] as const;
export type State = (typeof states)[number];

/** One credit is half a cent (price summaries of several clients). */
const microsPerCredit = 5_000;

/** A fraction of a credit counts as a whole one. */
export function toCredits(amount: Micros): number {
  return Math.ceil(amount / microsPerCredit);
}

/** What a balance can still pay for. */
export function wholeCredits(balance: Micros): number {
  return Math.floor(balance / microsPerCredit);
}

/** RFC 3339 with six decimals and a Z, as the pages show it. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

/** Milliseconds since 1970; undefined when it is no RFC 3339 time. */
export function parseTime(text: string): number | undefined {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
  const time = form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const taskIdLength = 18;

/**
 * 18 decimal digits, as in the pages' samples. It begins with 1 to 8, so that a creation's id, which is one digit longer,
 * is below 2^63: a client reads it as a 64-bit integer.
 */
export function makeTaskId(randomBytes: RandomBytes): string {
  let id = '';
  while (!/^[1-8]/.test(id)) id = randomDigits(taskIdLength, randomBytes);
  return id;
}

export function isTaskId(text: string): boolean {
  return /^[1-8]\d{17}$/.test(text);
}

/** Of the result at a place from 0 to 9. */
export function creationId(taskId: string, index: number): string {
  return `${taskId}${index}`;
}

/** Undefined when it is of another form. */
export function parseCreationId(text: string): { readonly taskId: string; readonly index: number } | undefined {
  const taskId = text.slice(0, taskIdLength);
  return isTaskId(taskId) && /^\d$/.test(text.slice(taskIdLength))
    ? { taskId, index: Number(text.slice(taskIdLength)) }
    : undefined;
}

const uploadScheme = 'ssupload:?id=';

/** What a finished upload is called in a later request. */
export function uploadUri(id: string): string {
  return uploadScheme + encodeURIComponent(id);
}

/** The id in `ssupload:?id=<id>`, percent-encoded or not; undefined for any other text. */
export function parseUploadUri(text: string): string | undefined {
  if (!text.startsWith(uploadScheme)) return undefined;
  try {
    return decodeURIComponent(text.slice(uploadScheme.length));
  } catch {
    return undefined;
  }
}
