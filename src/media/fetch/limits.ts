/** What a guarded request may cost, in time; bytes are bounded by whoever takes them. */
export type FetchLimits = {
  readonly lookupMs: number;
  /** For TCP and TLS together, with all addresses that are tried. */
  readonly connectMs: number;
  /** From the request to the whole head of its answer. */
  readonly firstByteMs: number;
  /** For everything, redirects and retries too. */
  readonly totalMs: number;
  /** A body that comes slower than this for longer than `slowMs` in sum is given up. */
  readonly minimumBytesPerSecond: number;
  readonly slowMs: number;
  /** The wait before the first retry; it doubles. */
  readonly retryMs: number;
  /** A longer Retry-After is cut to this. */
  readonly longestRetryMs: number;
};

export const defaultLimits: FetchLimits = {
  lookupMs: 5_000,
  connectMs: 5_000,
  firstByteMs: 10_000,
  totalMs: 60_000,
  minimumBytesPerSecond: 10_000,
  slowMs: 5_000,
  retryMs: 500,
  longestRetryMs: 10_000,
};
