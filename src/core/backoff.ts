/**
 * When a delivery is tried again. A schedule is a value, which each dialect chooses; how long ours waits in between is
 * drawn anew each time, so that what failed together does not come back together.
 */
import type { Round } from './delivery.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Times are milliseconds. A delivery is given up after so many attempts *and* so long a time, whichever is later. */
export type Schedule = {
  /** The wait after the first, second, … attempt of a round; the last holds for all that follow. */
  readonly waitsMs: readonly number[];
  /** Whether a wait is drawn from 0 up to its figure, or is just as long. */
  readonly areWaitsDrawn: boolean;
  readonly minimumAttempts: number;
  readonly minimumSpanMs: number;
  /** How long one attempt may take, with everything; at most 30 seconds. */
  readonly attemptMs: number;
};

/** Ours: ten attempts and three days. */
export const standardSchedule: Schedule = {
  waitsMs: [5 * second, 30 * second, 2 * minute, 10 * minute, hour, 3 * hour, 6 * hour, 12 * hour],
  areWaitsDrawn: true,
  minimumAttempts: 10,
  minimumSpanMs: 72 * hour,
  attemptMs: 15 * second,
};

/** For what means nothing once something newer is to be told. */
export const onceSchedule: Schedule = { ...standardSchedule, waitsMs: [], minimumAttempts: 1, minimumSpanMs: 0 };

const shortestWaitMs = second;
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

export type Rules = { readonly schedule: Schedule; isDelivered(status: number): boolean };

/** The usual rule: every 2xx and nothing else. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

function scheduledWait({ waitsMs, areWaitsDrawn }: Schedule, attempts: number, isSlow: boolean, jitter: number) {
  const waitAfter = (count: number) => waitsMs[Math.min(count, waitsMs.length) - 1] ?? shortestWaitMs;
  if (!areWaitsDrawn) return waitAfter(attempts);
  // One that has too much to do is not visited again in the first half of a wait that is longer already.
  return isSlow ? (waitAfter(attempts + slowSteps) * (1 + jitter)) / 2 : waitAfter(attempts) * jitter;
}

/** What follows an attempt that ended at `now`. `round` counts it already; `jitter` is drawn from 0 up to 1. */
export function judgeAttempt(
  { schedule, isDelivered }: Rules,
  round: Round,
  { status, retryAfterMs }: Met,
  now: number,
  jitter: number,
): Verdict {
  if (status !== null && isDelivered(status)) return { state: 'delivered' };
  if (status === gone) return { state: 'failed' };
  const { minimumAttempts, minimumSpanMs } = schedule;
  if (round.attemptCount >= minimumAttempts && now - round.startedAt >= minimumSpanMs) return { state: 'failed' };
  const wait = scheduledWait(schedule, round.attemptCount, status !== null && slowStatuses.has(status), jitter);
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
