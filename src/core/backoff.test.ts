import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isSuccess,
  judgeAttempt as judge,
  onceSchedule,
  parseRetryAfter,
  type Schedule,
  standardSchedule,
} from './backoff.ts';

const hour = 3_600_000;
type Judge = typeof judge;
const judgeBy =
  (schedule: Schedule) =>
  (...rest: Parameters<Judge> extends [unknown, ...infer Rest] ? Rest : never) =>
    judge({ schedule, isDelivered: isSuccess }, ...rest);
const judgeAttempt = judgeBy(standardSchedule);
const refused = { status: 500, retryAfterMs: undefined };
const wait = (attemptCount: number, met: Parameters<Judge>[2], jitter: number): number => {
  const verdict = judgeAttempt({ startedAt: 0, attemptCount }, met, 0, jitter);
  assert.equal(verdict.state, 'pending');
  return 'nextAttemptAt' in verdict ? verdict.nextAttemptAt : 0;
};

test('whatever is drawn, a dead receiver gets ten attempts over three days, and an end', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0.05, max: 1, maxExcluded: true, noNaN: true })), (jitters) => {
      let now = 0;
      for (let attemptCount = 1; ; attemptCount += 1) {
        const verdict = judgeAttempt({ startedAt: 0, attemptCount }, refused, now, jitters.next().value);
        if (verdict.state !== 'pending') {
          assert.equal(verdict.state, 'failed');
          assert.ok(attemptCount >= 10 && now >= 72 * hour, `${attemptCount} attempts, ${now} ms`);
          return;
        }
        assert.ok(verdict.nextAttemptAt >= now + 1000 && verdict.nextAttemptAt <= now + 12 * hour);
        assert.ok(attemptCount < 200);
        now = verdict.nextAttemptAt;
      }
    }),
  );
});

test('a success ends it, and so does 410; every other status does not', () => {
  for (let status = 200; status <= 599; status += 1) {
    const { state } = judgeAttempt({ startedAt: 0, attemptCount: 1 }, { ...refused, status }, 0, 0.5);
    assert.equal(state, status < 300 ? 'delivered' : status === 410 ? 'failed' : 'pending', String(status));
  }
});

test('waits are drawn from the whole of their span', () => {
  assert.equal(wait(1, refused, 0), 1000);
  assert.equal(wait(1, refused, 0.999), 4995);
  assert.equal(wait(5, refused, 0.5), hour / 2);
  assert.equal(wait(9, { status: null, retryAfterMs: undefined }, 0.5), 6 * hour);
});

test('receivers with too much to do are left alone for longer', () => {
  for (const status of [429, 502, 504]) {
    for (const jitter of [0, 0.5, 0.99]) assert.ok(wait(1, { ...refused, status }, jitter) >= 60_000);
  }
});

test('Retry-After is honoured up to a day', () => {
  assert.equal(wait(1, { status: 429, retryAfterMs: 10 * hour }, 0.5), 10 * hour);
  assert.equal(wait(1, { status: 503, retryAfterMs: 100 * hour }, 0.5), 24 * hour);
  assert.equal(parseRetryAfter('120', 0), 120_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 10_000), 50_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 90_000), 0);
  for (const text of [undefined, '', 'soon', '-1', '1.5', '99999999999'])
    assert.equal(parseRetryAfter(text, 0), undefined);
});

test("a vendor's schedule is kept as it stands, and ends with its last attempt", () => {
  const schedule: Schedule = {
    waitsMs: [5000, 30_000, 120_000],
    areWaitsDrawn: false,
    minimumAttempts: 4,
    minimumSpanMs: 0,
    attemptMs: 10_000,
  };
  const after = (attemptCount: number, status: number, jitter: number) =>
    judgeBy(schedule)({ startedAt: 0, attemptCount }, { ...refused, status }, 1000, jitter);
  for (const jitter of [0, 0.5, 0.99]) {
    for (const status of [404, 429, 504]) {
      assert.deepEqual(after(1, status, jitter), { state: 'pending', nextAttemptAt: 6000 });
      assert.deepEqual(after(2, status, jitter), { state: 'pending', nextAttemptAt: 31_000 });
      assert.deepEqual(after(3, status, jitter), { state: 'pending', nextAttemptAt: 121_000 });
      assert.deepEqual(after(4, status, jitter), { state: 'failed' });
    }
  }
});

test('what is sent once is not tried again', () => {
  assert.deepEqual(judgeBy(onceSchedule)({ startedAt: 0, attemptCount: 1 }, refused, 0, 0.5), { state: 'failed' });
});
