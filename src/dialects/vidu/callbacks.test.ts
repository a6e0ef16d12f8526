import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAttempt, standardSchedule } from '../../core/backoff.ts';
import { createCallbacks, vendorSchedule } from './callbacks.ts';

const encoder = { result: () => assert.fail('nothing is sent here') };
const refused = { status: 503, retryAfterMs: undefined };

test('an end is tried four times, after 5, 30 and 120 seconds; that it runs is told once', () => {
  const { scheduleOf, isDelivered, events } = createCallbacks(encoder, vendorSchedule);
  assert.deepEqual(events, ['task.running', 'task.succeeded', 'task.failed', 'task.canceled']);
  for (const event of ['task.succeeded', 'task.failed', 'task.canceled'] as const) {
    const rules = { schedule: scheduleOf(event), isDelivered };
    const waits = [1, 2, 3, 4].map((attemptCount) =>
      judgeAttempt(rules, { startedAt: 0, attemptCount }, refused, 0, 0.5),
    );
    assert.deepEqual(waits, [
      { state: 'pending', nextAttemptAt: 5_000 },
      { state: 'pending', nextAttemptAt: 30_000 },
      { state: 'pending', nextAttemptAt: 120_000 },
      { state: 'failed' },
    ]);
    assert.equal(rules.schedule.attemptMs, 10_000);
  }
  const rules = { schedule: scheduleOf('task.running'), isDelivered };
  assert.deepEqual(judgeAttempt(rules, { startedAt: 0, attemptCount: 1 }, refused, 0, 0.5), { state: 'failed' });
  assert.equal(rules.schedule.attemptMs, 10_000);
});

test('an owner may have them tried for three days', () => {
  const { scheduleOf } = createCallbacks(encoder, standardSchedule);
  assert.equal(scheduleOf('task.failed'), standardSchedule);
});

test('the header of the content, and no key, no callback', async () => {
  const { sign } = createCallbacks(encoder, vendorSchedule);
  const attempt = {
    delivery: { url: 'https://example.com/hook' } as Parameters<typeof sign>[0]['delivery'],
    body: '{}',
    now: Date.UTC(2026, 0, 1),
    randomBytes: (length: number) => new Uint8Array(length),
    endpointKeys: async () => [],
  };
  assert.equal(await sign({ ...attempt, callerKey: async () => undefined }), undefined);
  const headers = await sign({ ...attempt, callerKey: async () => 'a key' });
  assert.equal(headers?.['content-type'], 'application/json');
  assert.equal(headers?.Date, 'Thu, 01 Jan 2026 00:00:00 GMT');
});
