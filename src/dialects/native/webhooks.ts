/** How the native API announces what happens: as Standard Webhooks asks (https://www.standardwebhooks.com). */
import { createHmac } from 'node:crypto';
import { isSuccess, onceSchedule, standardSchedule } from '../../core/backoff.ts';
import type { Task } from '../../core/task.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import { jsonType } from '../dialect.ts';
import { isoTime } from './encode.ts';
import type { WireTask } from './wire.ts';

const version = 'v1';

/** `render` gives a task as every read of it does. */
export function createNativeWebhooks(render: (task: Task) => Promise<WireTask>): WebhookDialect {
  return {
    events: ['task.succeeded', 'task.failed', 'task.canceled'],
    scheduleOf: (event) => (event === 'task.progress' ? onceSchedule : standardSchedule),
    isDelivered: isSuccess,
    async encode({ event, createdAt }, task) {
      return JSON.stringify({ type: event, timestamp: isoTime(createdAt), data: { task: await render(task) } });
    },
    async sign({ delivery, body, now, endpointKeys }) {
      const timestamp = String(Math.floor(now / 1000));
      const signatures = (await endpointKeys()).map((key) => {
        const hmac = createHmac('sha256', key).update(`${delivery.id}.${timestamp}.${body}`);
        return `${version},${hmac.digest('base64')}`;
      });
      return {
        'content-type': jsonType,
        'webhook-id': delivery.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatures.join(' '),
      };
    },
  };
}
