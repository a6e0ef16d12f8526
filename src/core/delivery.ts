/**
 * A delivery is one event owed to one webhook endpoint. It is committed with the change it tells of, so that a crash
 * neither loses it nor announces what was rolled back. An endpoint is a URL of a tenant.
 */
import type { DeliveryId, RandomBytes, TaskId, TenantId } from './ids.ts';
import { makeDeliveryId } from './ids.ts';
import type { EventType, Task, WebhookEvent } from './task.ts';

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type Delivery = {
  /** The store's integer primary key; never shown. */
  readonly sequence: number;
  /** Constant over all its attempts: the receiver's means to drop a repeat. */
  readonly id: DeliveryId;
  readonly tenantId: TenantId;
  readonly taskId: TaskId;
  readonly dialect: string;
  readonly event: WebhookEvent;
  readonly url: string;
  readonly state: DeliveryState;
  /** Over all rounds. */
  readonly attemptCount: number;
  /** The attempts since it was owed, or since it was last sent again. */
  readonly round: Round;
  /** When the next attempt is due; null once it is final. */
  readonly nextAttemptAt: number | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Grows by one with each claim; a worker that lost its lease holds an older number and cannot write. */
  readonly fence: number;
};

export type Round = { readonly startedAt: number; readonly attemptCount: number };

/** A delivery before the store gave it a sequence. */
export type NewDelivery = Omit<Delivery, 'sequence'>;

/** The last two are ours: nothing was sent, and the endpoint is not to blame. */
export const attemptErrors = ['no_answer_in_time', 'not_reached', 'no_payload', 'no_key'] as const;

/** One POST. It met a status, or the error that kept it from one. */
export type DeliveryAttempt = {
  /** From 1, over all rounds. */
  readonly number: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly status: number | null;
  readonly error: (typeof attemptErrors)[number] | null;
  /** How the answer's body begins, as text. */
  readonly answer: string;
};

/** A signing secret as it is kept. After a rotation the one before signs as well, until its time. */
export type EndpointSecret = {
  readonly tenantId: TenantId;
  readonly url: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly previous: { readonly sealed: string; readonly until: number } | null;
};

/** A delivery by itself, whoever it is of. */
export type DeliveryParts = Omit<NewDelivery, 'tenantId' | 'taskId'>;

/** One that is due at once. */
export function newDelivery(named: Pick<Delivery, 'id' | 'dialect' | 'event' | 'url'>, now: number): DeliveryParts {
  return {
    ...named,
    state: 'pending',
    attemptCount: 0,
    round: { startedAt: now, attemptCount: 0 },
    nextAttemptAt: now,
    createdAt: now,
    finishedAt: null,
    fence: 0,
  };
}

/** The deliveries that a task's events owe. */
export function owedDeliveries(
  task: Pick<Task, 'id' | 'tenantId' | 'dialect' | 'webhook'>,
  events: readonly EventType[],
  now: number,
  randomBytes: RandomBytes,
): NewDelivery[] {
  const { webhook, id: taskId, tenantId, dialect } = task;
  if (webhook === null) return [];
  return webhook.events
    .filter((event) => events.some((happened) => happened === event))
    .map((event) => {
      const named = { id: makeDeliveryId(randomBytes), dialect, event, url: webhook.url };
      return { tenantId, taskId, ...newDelivery(named, now) };
    });
}
