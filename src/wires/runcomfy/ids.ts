/** Ids and times as RunComfy's clients take them. */
import type { RandomBytes } from '../../core/ids.ts';

/** A UUID of version 4 (RFC 9562 5.4): what third-party clients have seen as a request id. */
export function makeRequestId(randomBytes: RandomBytes): string {
  const bytes = randomBytes(16);
  const hex = [...bytes].map((byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, '0');
  });
  const part = (from: number, to: number) => hex.slice(from, to).join('');
  return [part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16)].join('-');
}

/** Whether official clients would send it on: they refuse every id of another form. */
export function isRequestId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,128}$/.test(text);
}

/** A fraction of six digits and a numeric offset: the Go client of the serverless API refuses a trailing Z. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000+00:00');
}
