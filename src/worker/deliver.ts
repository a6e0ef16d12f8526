/**
 * Sends what is owed to webhooks: signed as Standard Webhooks asks (https://www.standardwebhooks.com), at least once,
 * and endpoint by endpoint, so that one that does not answer keeps nobody else waiting.
 */
import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { judgeAttempt, type Met, parseRetryAfter } from '../core/backoff.ts';
import type { Delivery, DeliveryAttempt, DeliveryEncoder } from '../core/delivery.ts';
import { GatewayError } from '../core/errors.ts';
import type { Fetcher } from '../core/ports.ts';
import { signingKeys, type WebhookWorld } from '../core/webhooks.ts';
import { type Pool, poolLoop } from './pool.ts';

export type DeliverOptions = {
  readonly world: WebhookWorld & { readonly fetcher: Fetcher };
  readonly log: Pick<Logger, 'error'>;
  readonly encoders: ReadonlyMap<string, DeliveryEncoder>;
  /** How long one attempt may take, with everything. */
  readonly attemptMs?: number;
};

const attemptMs = 15_000;
/** Attempts that wait for their answer cost a socket each and little else. */
const concurrency = 1_000;
const perEndpoint = 4;
/** Longer than any attempt, so that none is sent while it still runs. */
const leaseMs = 60_000;

/** Keeps sending until it is stopped; what was not finished then is sent again after the next start. */
export function deliverLoop(options: DeliverOptions, stopping: AbortSignal): Promise<void> {
  const { store, clock } = options.world;
  const pool: Pool<Delivery> = {
    name: 'deliver',
    limit: concurrency,
    claim(limit) {
      const now = clock.now();
      return store.claimDeliveries({ now, limit, leaseUntil: now + leaseMs, perEndpoint });
    },
    work: (delivery) => deliver(delivery, options, stopping),
    describe: ({ id, taskId, tenantId }) => ({ deliveryId: id, taskId, tenantId }),
  };
  return poolLoop(pool, { store, log: options.log }, stopping);
}

/** Makes one attempt at a claimed delivery. Throws the reason of `stopping` when this process stops. */
export async function deliver(delivery: Delivery, options: DeliverOptions, stopping: AbortSignal): Promise<void> {
  const { store, clock, randomBytes } = options.world;
  const startedAt = clock.now();
  const { met, ...outcome } = await attempt(delivery, options, stopping);
  const now = clock.now();
  const round = { ...delivery.round, attemptCount: delivery.round.attemptCount + 1 };
  const verdict = judgeAttempt(round, met, now, (randomBytes(1)[0] ?? 0) / 256);
  const record: DeliveryAttempt = {
    number: delivery.attemptCount + 1,
    startedAt,
    finishedAt: now,
    status: met.status,
    ...outcome,
  };
  await store.finishDelivery(delivery, record, verdict);
}

type Outcome = Pick<DeliveryAttempt, 'error' | 'answer'> & { readonly met: Met };

const unmet: Met = { status: null, retryAfterMs: undefined };

/** Throws only the reason of `stopping` and what is wrong with this server. */
async function attempt(delivery: Delivery, options: DeliverOptions, stopping: AbortSignal): Promise<Outcome> {
  const { world, encoders } = options;
  const { fetcher, store, clock } = world;
  const task = await store.task(delivery.tenantId, delivery.taskId);
  const encode = encoders.get(delivery.dialect);
  if (task === undefined || encode === undefined) return { met: unmet, error: 'no_payload', answer: '' };
  const body = await encode(delivery, task);
  const timestamp = String(Math.floor(clock.now() / 1000));
  const keys = await signingKeys(world, delivery.tenantId, delivery.url);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': delivery.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => sign(key, `${delivery.id}.${timestamp}.${body}`)).join(' '),
  };
  const deadline = AbortSignal.timeout(options.attemptMs ?? attemptMs);
  try {
    const signal = AbortSignal.any([stopping, deadline]);
    const { status, retryAfter, start } = await fetcher.post(delivery.url, { headers, body }, { signal });
    return {
      met: { status, retryAfterMs: parseRetryAfter(retryAfter, clock.now()) },
      error: null,
      answer: new TextDecoder().decode(start).replaceAll('\0', '\ufffd'),
    };
  } catch (error) {
    stopping.throwIfAborted();
    if (deadline.aborted) return { met: unmet, error: 'no_answer_in_time', answer: '' };
    if (error instanceof GatewayError) return { met: unmet, error: 'not_reached', answer: '' };
    throw error;
  }
}

function sign(key: Uint8Array, text: string): string {
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
