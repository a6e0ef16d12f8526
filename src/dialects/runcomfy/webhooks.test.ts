import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSuccess, judgeAttempt } from '../../core/backoff.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { Links } from '../dialect.ts';
import type { RuncomfyOptions } from './options.ts';
import { createRuncomfyWebhooks, eventsFor } from './webhooks.ts';

const hour = 3_600_000;
const scheduleFor = (areRetriesVendors: boolean) =>
  createRuncomfyWebhooks({} as Gateway, {} as Links, { areRetriesVendors } as RuncomfyOptions).scheduleOf(
    'task.failed',
  );

/** How many attempts an endpoint gets that never answers well, and for how long. */
function attemptsOf(areRetriesVendors: boolean): { readonly count: number; readonly hours: number } {
  const rules = { schedule: scheduleFor(areRetriesVendors), isDelivered: isSuccess };
  let now = 0;
  for (let count = 1; ; count += 1) {
    const round = { startedAt: 0, attemptCount: count };
    const verdict = judgeAttempt(rules, round, { status: 500, retryAfterMs: undefined }, now, 0.5);
    if (verdict.state !== 'pending') return { count, hours: now / hour };
    now = verdict.nextAttemptAt;
  }
}

test('a receiver has ten seconds; it is tried for three days, or for one as the pages say', () => {
  assert.deepEqual([scheduleFor(false).attemptMs, scheduleFor(true).attemptMs], [10_000, 10_000]);
  const ours = attemptsOf(false);
  assert.ok(ours.count >= 10 && ours.hours >= 72, JSON.stringify(ours));
  const vendors = attemptsOf(true);
  assert.ok(vendors.hours >= 24 && vendors.hours < 26, JSON.stringify(vendors));
});

test('the end alone unless the whole way is asked for', () => {
  assert.deepEqual(eventsFor(false), ['task.succeeded', 'task.failed', 'task.canceled']);
  assert.deepEqual(eventsFor(true), ['task.queued', 'task.running', ...eventsFor(false)]);
});
