/** Vtrix's callback: the task as its poll shows it. Headers, signature and retries are not documented (vtrix.md 8). */
import { isSuccess, onceSchedule, type Schedule, standardSchedule } from '../../core/backoff.ts';
import type { Task } from '../../core/task.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import type { WireTask } from '../../wires/vtrix/task.ts';
import { jsonType } from '../dialect.ts';
import type { VtrixOptions } from './options.ts';

/** The maker gives up after three attempts; the waits between them are assumed. */
const threeTimes: Schedule = {
  ...standardSchedule,
  waitsMs: [5_000, 60_000],
  areWaitsDrawn: false,
  minimumAttempts: 3,
  minimumSpanMs: 0,
};

/** `render` gives a task as every poll of it does. */
export function createVtrixWebhooks(
  render: (task: Task) => Promise<WireTask>,
  { isStartAnnounced, isTriedThreeTimes }: Pick<VtrixOptions, 'isStartAnnounced' | 'isTriedThreeTimes'>,
): WebhookDialect {
  return {
    events: [...(isStartAnnounced ? ['task.running' as const] : []), 'task.succeeded', 'task.failed', 'task.canceled'],
    scheduleOf: (event) =>
      event === 'task.running' ? onceSchedule : isTriedThreeTimes ? threeTimes : standardSchedule,
    isDelivered: isSuccess,
    encode: async (_delivery, task) => JSON.stringify(await render(task)),
    // The same over all attempts, so that a receiver can drop a repeat.
    sign: async ({ delivery }) => ({ 'content-type': jsonType, 'webhook-id': delivery.id }),
  };
}
