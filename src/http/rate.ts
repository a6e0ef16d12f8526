/**
 * How many requests a key may make: a bucket for each, which fills evenly and holds a minute's worth, so that a burst is
 * welcome and a stream is not. Kept in memory: a restart forgives everybody.
 */
import type { Clock } from '../core/ports.ts';

/** Headers of draft-ietf-httpapi-ratelimit-headers: what is left of which policy, in seconds. */
export type Throttle = { readonly retryAfterMs: number; readonly headers: Readonly<Record<string, string>> };

/** Takes one request of a key; answers what to say where there is none left. */
export type TakeRequest = (keyId: string) => Throttle | undefined;

/**
 * What is left, as requests times milliseconds: a request takes `windowMs` of it, a millisecond brings the key's requests
 * per minute. Whole numbers: sums of fractions stay below the request that a wait was to bring.
 */
type Bucket = { credit: number; filledAt: number };

const windowMs = 60_000;
/** A key that has made no request for long has a full bucket anyway, so the one that goes first loses nothing. */
export const maximumBuckets = 10_000;

/** `requestsPerMinute` 0 means that nobody is held back. */
export function createRateLimit(clock: Clock, requestsPerMinute: number): TakeRequest {
  if (requestsPerMinute === 0) return () => undefined;
  const buckets = new Map<string, Bucket>();
  const full = requestsPerMinute * windowMs;
  return (keyId) => {
    const now = clock.now();
    const bucket = buckets.get(keyId) ?? { credit: full, filledAt: now };
    // The map keeps the order of insertion: the first is the one that was used longest ago.
    buckets.delete(keyId);
    const oldest = buckets.keys().next();
    if (buckets.size >= maximumBuckets && oldest.done !== true) buckets.delete(oldest.value);
    buckets.set(keyId, bucket);
    // A clock that was set back fills nothing.
    const passedMs = Math.max(0, now - bucket.filledAt);
    bucket.credit = Math.min(full, bucket.credit + passedMs * requestsPerMinute);
    bucket.filledAt = now;
    if (bucket.credit >= windowMs) {
      bucket.credit -= windowMs;
      return undefined;
    }
    const retryAfterMs = Math.ceil((windowMs - bucket.credit) / requestsPerMinute);
    return { retryAfterMs, headers: describe(requestsPerMinute, retryAfterMs) };
  };
}

function describe(requestsPerMinute: number, retryAfterMs: number): Throttle['headers'] {
  return {
    'ratelimit-policy': `"requests";q=${requestsPerMinute};w=${windowMs / 1000}`,
    ratelimit: `"requests";r=0;t=${Math.ceil(retryAfterMs / 1000)}`,
  };
}
