/**
 * When a delivery is tried again. It is given up only after ten attempts and three days; how long it waits in between
 * is drawn anew each time, so that what failed together does not come back together.
 */
import type { Round } from './delivery.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The longest wait after the first, second, … attempt of a round; the last holds for all that follow. */
const longestWaits = [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 3 * hour, 6 * hour, 12 * hour] as const;
const shortestWaitMs = second;
const minimumAttempts = 10;
const minimumSpanMs = 72 * hour;
const longestRetryAfterMs = 24 * hour;

/** The receiver, or what stands before it, has too much to do. */
const slowStatuses: ReadonlySet<number> = new Set([429, 502, 504]);
const slowSteps = 2;
const gone = 410;

export type Met = {
  /** Null when no answer came. */
  readonly status: number | null;
  /** What the answer's Retry-After asked for. */
  readonly retryAfterMs: number | undefined;
};

export type Verdict =
  | { readonly state: 'delivered' | 'failed' }
  | { readonly state: 'pending'; readonly nextAttemptAt: number };

function longestWait(attempts: number): number {
  return longestWaits[Math.min(attempts, longestWaits.length) - 1] ?? longestWaits[0];
}

/** What follows an attempt that ended at `now`. `round` counts it already; `jitter` is drawn from 0 up to 1. */
export function judgeAttempt(round: Round, { status, retryAfterMs }: Met, now: number, jitter: number): Verdict {
  if (status !== null && status >= 200 && status <= 299) return { state: 'delivered' };
  if (status === gone) return { state: 'failed' };
  if (round.attemptCount >= minimumAttempts && now - round.startedAt >= minimumSpanMs) return { state: 'failed' };
  const isSlow = status !== null && slowStatuses.has(status);
  const longest = longestWait(round.attemptCount + (isSlow ? slowSteps : 0));
  // One that asks for less is not visited again in the first half of a wait that is longer already.
  const wait = isSlow ? (longest * (1 + jitter)) / 2 : longest * jitter;
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return { state: 'pending', nextAttemptAt: now + Math.round(Math.max(wait, asked, shortestWaitMs)) };
}

/** Milliseconds of a Retry-After header: seconds, or a date (RFC 9110 10.2.3). Undefined when it says neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,10}$/.test(header)) return Number(header) * second;
  const date = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
