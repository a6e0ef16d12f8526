/**
 * How an endpoint takes what it is sent. One that fails is tried by one delivery at a time; one that failed for days
 * without a single success is disabled: what falls due there fails unsent, until its tenant enables it or what is sent
 * again by hand is taken.
 */
import type { TenantId } from './ids.ts';

const hour = 60 * 60 * 1000;
/** As long as Svix gives (https://docs.svix.com/retries); Stripe gives about three days. */
const toleranceMs = 5 * 24 * hour;
/**
 * Failures that lie further apart than this are two matters. Longer than any wait of a schedule, so that retries of one
 * delivery hang together.
 */
const gapMs = 48 * hour;

/** Kept of an endpoint only while it fails. */
export type EndpointHealth = {
  readonly failingSince: number;
  /** When the last attempt failed. */
  readonly failedAt: number;
  readonly disabledAt: number | null;
};

export type FailingEndpoint = EndpointHealth & { readonly tenantId: TenantId; readonly url: string };

/** What is known after one more failed attempt. */
export function healthAfterFailure(before: EndpointHealth | undefined, now: number): EndpointHealth {
  if (before === undefined) return { failingSince: now, failedAt: now, disabledAt: null };
  const { failedAt, disabledAt } = before;
  if (disabledAt !== null) return { ...before, failedAt: now };
  const failingSince = now - failedAt > gapMs ? now : before.failingSince;
  return { failingSince, failedAt: now, disabledAt: now - failingSince >= toleranceMs ? now : null };
}
