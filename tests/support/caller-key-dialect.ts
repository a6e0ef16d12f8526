/**
 * A vendor's webhooks that differ from ours in everything that can differ: signed with the caller's own API key over
 * method, path, query and headers but not the body, as Vidu documents its callbacks
 * (https://platform.vidu.com/docs/callback-signature); a body of its own; fixed waits; retries for some events only.
 */
import { createHmac } from 'node:crypto';
import { isSuccess, onceSchedule, type Schedule, standardSchedule } from '../../src/core/backoff.ts';
import { randomBase62 } from '../../src/core/ids.ts';
import type { WebhookDialect } from '../../src/core/webhook-dialect.ts';

const signedHeaders = ['Date', 'x-request-nonce'] as const;

/** The signature as the vendor computes it; `date` is an HTTP date. */
export function callerKeySignature(key: string, url: string, date: string, nonce: string): string {
  const { pathname, search } = new URL(url);
  const values = { Date: date, 'x-request-nonce': nonce };
  const lines = [
    'POST',
    pathname,
    search.slice(1),
    'vidu',
    date,
    ...signedHeaders.map((name) => `${name}:${values[name]}`),
  ];
  return createHmac('sha256', key)
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('base64');
}

export type CallerKeyDialectOptions = {
  /** The vendor's own waits, in place of ours. */
  readonly vendorSchedule?: Schedule;
};

export function createCallerKeyDialect({ vendorSchedule = standardSchedule }: CallerKeyDialectOptions): WebhookDialect {
  return {
    events: ['task.running', 'task.succeeded', 'task.failed'],
    scheduleOf: (event) => (event === 'task.running' ? onceSchedule : vendorSchedule),
    isDelivered: isSuccess,
    async encode({ event }, { id }) {
      const states = { 'task.running': 'processing', 'task.succeeded': 'success' };
      return JSON.stringify({ id, state: states[event as keyof typeof states] ?? 'failed', creations: [] });
    },
    async sign({ delivery, now, randomBytes, callerKey }) {
      const key = await callerKey();
      if (key === undefined) return undefined;
      const date = new Date(now).toUTCString();
      const nonce = randomBase62(16, randomBytes);
      return {
        'content-type': 'application/json',
        date,
        'x-request-nonce': nonce,
        'x-hmac-signed-headers': signedHeaders.join(';'),
        'x-hmac-algorithm': 'hmac-sha256',
        'x-hmac-access-key': 'vidu',
        'x-hmac-signature': callerKeySignature(key, delivery.url, date, nonce),
      };
    },
  };
}
