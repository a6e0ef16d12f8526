/** What RunningHub posts to a task's webhook when the task ends. Its pages document no signature. */
import { isSuccess, type Schedule, standardSchedule } from '../../core/backoff.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import { jsonType } from '../dialect.ts';
import type { Encoder } from './encode.ts';
import type { RunninghubOptions } from './options.ts';

/** Three more attempts within about three minutes, as a published event shows. */
const vendorSchedule: Schedule = {
  ...standardSchedule,
  waitsMs: [60_000],
  areWaitsDrawn: false,
  minimumAttempts: 4,
  minimumSpanMs: 0,
};

export const taskEnds = ['task.succeeded', 'task.failed', 'task.canceled'] as const;

export function createRunninghubWebhooks(
  encoder: Pick<Encoder, 'task'>,
  { isEventDataText, isVendorSchedule }: RunninghubOptions,
): WebhookDialect {
  return {
    events: taskEnds,
    scheduleOf: () => (isVendorSchedule ? vendorSchedule : standardSchedule),
    isDelivered: isSuccess,
    async encode(_delivery, task) {
      const shown = await encoder.task(task);
      const eventData = isEventDataText ? JSON.stringify(shown) : shown;
      return JSON.stringify({ event: 'TASK_END', taskId: task.wireId, eventData });
    },
    sign: async () => ({ 'content-type': jsonType }),
  };
}
