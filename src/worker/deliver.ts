/**
 * Sends what is owed to webhooks: in the form of the task's dialect, at least once, and endpoint by endpoint, so that one
 * that does not answer keeps nobody else waiting.
 */
import type { Logger } from 'pino';
import { isSuccess, judgeAttempt, type Met, parseRetryAfter, standardSchedule, type Verdict } from '../core/backoff.ts';
import type { Delivery, DeliveryAttempt } from '../core/delivery.ts';
import { GatewayError } from '../core/errors.ts';
import type { Fetcher } from '../core/media-ports.ts';
import type { Task } from '../core/task.ts';
import type { WebhookDialect } from '../core/webhook-dialect.ts';
import { openCallerKey, signingKeys, type WebhookWorld } from '../core/webhooks.ts';
import { type Pool, poolLoop } from './pool.ts';

export type DeliverOptions = {
  readonly world: WebhookWorld & { readonly fetcher: Fetcher };
  readonly log: Pick<Logger, 'error'>;
  /** By the names of their dialects. */
  readonly dialects: ReadonlyMap<string, WebhookDialect>;
  /** In place of what the schedules say. */
  readonly attemptMs?: number;
};

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
    isHint: ({ hasDelivery }) => hasDelivery,
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
  const { store, clock } = options.world;
  const startedAt = clock.now();
  const { met, ...outcome } = await attempt(delivery, options, stopping);
  const now = clock.now();
  const record: DeliveryAttempt = {
    number: delivery.attemptCount + 1,
    startedAt,
    finishedAt: now,
    status: met.status,
    ...outcome,
  };
  await store.finishDelivery(delivery, record, judge(delivery, record, met, options));
}

function judge(delivery: Delivery, { error, finishedAt }: DeliveryAttempt, met: Met, options: DeliverOptions): Verdict {
  // What was erased does not come back by waiting.
  if (error === 'no_key') return { state: 'failed' };
  const dialect = options.dialects.get(delivery.dialect) ?? unknownDialect;
  const { event, round } = delivery;
  const rules = { schedule: dialect.scheduleOf(event), isDelivered: dialect.isDelivered };
  const jitter = (options.world.randomBytes(1)[0] ?? 0) / 256;
  return judgeAttempt(rules, { ...round, attemptCount: round.attemptCount + 1 }, met, finishedAt, jitter);
}

/** Waits for a version that has the dialect again. */
const unknownDialect: Pick<WebhookDialect, 'scheduleOf' | 'isDelivered'> = {
  scheduleOf: () => standardSchedule,
  isDelivered: isSuccess,
};

type Outcome = Pick<DeliveryAttempt, 'error' | 'answer'> & { readonly met: Met };

const unmet: Met = { status: null, retryAfterMs: undefined };
const failedBy = (error: DeliveryAttempt['error']): Outcome => ({ met: unmet, error, answer: '' });

/** Throws only the reason of `stopping` and what is wrong with this server. */
async function attempt(delivery: Delivery, options: DeliverOptions, stopping: AbortSignal): Promise<Outcome> {
  const { world, dialects } = options;
  const { fetcher, clock } = world;
  const task = await world.store.task(delivery.tenantId, delivery.taskId);
  const dialect = dialects.get(delivery.dialect);
  if (task === undefined || dialect === undefined) return failedBy('no_payload');
  const content = await write(delivery, task, dialect, world);
  if (content === undefined) return failedBy('no_key');
  const deadline = AbortSignal.timeout(options.attemptMs ?? dialect.scheduleOf(delivery.event).attemptMs);
  try {
    const signal = AbortSignal.any([stopping, deadline]);
    const { status, retryAfter, start } = await fetcher.post(delivery.url, content, { signal });
    return {
      met: { status, retryAfterMs: parseRetryAfter(retryAfter, clock.now()) },
      error: null,
      answer: new TextDecoder().decode(start).replaceAll('\0', '\ufffd'),
    };
  } catch (error) {
    stopping.throwIfAborted();
    if (deadline.aborted) return failedBy('no_answer_in_time');
    if (error instanceof GatewayError) return failedBy('not_reached');
    throw error;
  }
}

/** Undefined when the key that would sign it was erased. */
async function write(delivery: Delivery, task: Task, dialect: WebhookDialect, world: WebhookWorld) {
  const body = await dialect.encode(delivery, task);
  const headers = await dialect.sign({
    delivery,
    body,
    now: world.clock.now(),
    randomBytes: world.randomBytes,
    endpointKeys: () => signingKeys(world, delivery.tenantId, delivery.url),
    callerKey: () => openCallerKey(world, delivery.taskId),
  });
  return headers && { headers, body };
}
