/** How Vidu announces what happens to a task. */
import { isSuccess, onceSchedule, type Schedule } from '../../core/backoff.ts';
import { randomBase62 } from '../../core/ids.ts';
import type { WebhookEvent } from '../../core/task.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import { callbackHeaders } from '../../wires/vidu/signature.ts';
import { jsonType } from '../dialect.ts';
import type { Encoder } from './encode.ts';

const second = 1_000;

/** The page: an end that was not delivered is tried three times more. The times are ours. */
export const vendorSchedule: Schedule = {
  waitsMs: [5 * second, 30 * second, 120 * second],
  areWaitsDrawn: false,
  minimumAttempts: 4,
  minimumSpanMs: 0,
  attemptMs: 10 * second,
};

/** A cancel is an end, which Vidu calls a failure. */
const events: readonly WebhookEvent[] = ['task.running', 'task.succeeded', 'task.failed', 'task.canceled'];

const nonceLength = 24;

/** `endSchedule` is that of a task's end; that it runs is told once. */
export function createCallbacks(encoder: Pick<Encoder, 'result'>, endSchedule: Schedule): WebhookDialect {
  return {
    events,
    scheduleOf: (event) =>
      event === 'task.running' ? { ...onceSchedule, attemptMs: vendorSchedule.attemptMs } : endSchedule,
    isDelivered: isSuccess,
    // The task may have ended by the time it is told that it runs.
    encode: async ({ event }, task) =>
      JSON.stringify(await (event === 'task.running' ? encoder.result(task, 'processing') : encoder.result(task))),
    async sign({ delivery, now, randomBytes, callerKey }) {
      const key = await callerKey();
      if (key === undefined) return undefined;
      const date = new Date(now).toUTCString();
      const nonce = randomBase62(nonceLength, randomBytes);
      return { 'content-type': jsonType, ...callbackHeaders({ key, url: delivery.url, date, nonce }) };
    },
  };
}
