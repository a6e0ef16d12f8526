/**
 * A delivery is one event owed to one webhook endpoint. It is committed with the change it tells of, so that a crash
 * neither loses it nor announces what was rolled back.
 */
import type { DeliveryId, RandomBytes, TaskId, TenantId } from './ids.ts';
import { makeDeliveryId } from './ids.ts';
import type { EventType, Task } from './task.ts';

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type Delivery = {
  /** Constant over all its attempts: the receiver's means to drop a repeat. */
  readonly id: DeliveryId;
  readonly tenantId: TenantId;
  readonly taskId: TaskId;
  readonly dialect: string;
  readonly event: EventType;
  readonly url: string;
  readonly state: DeliveryState;
  readonly attemptCount: number;
  /** When the next attempt is due; null once it is final. */
  readonly nextAttemptAt: number | null;
  readonly createdAt: number;
};

/** The deliveries that a task's events owe, due at once. */
export function owedDeliveries(
  task: Pick<Task, 'id' | 'tenantId' | 'dialect' | 'webhook'>,
  events: readonly EventType[],
  now: number,
  randomBytes: RandomBytes,
): Delivery[] {
  const { webhook } = task;
  if (webhook === null) return [];
  return events
    .filter((event) => webhook.events.includes(event))
    .map((event) => ({
      id: makeDeliveryId(randomBytes),
      tenantId: task.tenantId,
      taskId: task.id,
      dialect: task.dialect,
      event,
      url: webhook.url,
      state: 'pending',
      attemptCount: 0,
      nextAttemptAt: now,
      createdAt: now,
    }));
}
