import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRateLimit, maximumBuckets } from './rate.ts';

const minute = 60_000;

function limited(requestsPerMinute: number) {
  const time = { now: 1_000_000 };
  return { time, take: createRateLimit({ now: () => time.now }, requestsPerMinute) };
}

test('a minute’s worth at once, then one for each share of a minute, each key for itself', () => {
  const { time, take } = limited(6);
  for (let count = 0; count < 6; count += 1) assert.equal(take('one'), undefined);
  assert.deepEqual(take('one'), {
    retryAfterMs: 10_000,
    headers: { 'ratelimit-policy': '"requests";q=6;w=60', ratelimit: '"requests";r=0;t=10' },
  });
  assert.equal(take('other'), undefined);
  time.now += 9_999;
  assert.equal(take('one')?.retryAfterMs, 1);
  time.now += 1;
  assert.equal(take('one'), undefined);
  assert.equal(take('one')?.retryAfterMs, 10_000);
});

test('whoever waits as long as it was told gets one, whatever came before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.array(fc.nat(20_000), { maxLength: 200 }), (rate, waits) => {
      const { time, take } = limited(rate);
      for (const wait of waits) {
        time.now += wait;
        const throttle = take('one');
        if (throttle === undefined) continue;
        time.now += throttle.retryAfterMs;
        assert.equal(take('one'), undefined);
      }
    }),
    // Fractions of a request would add up to less than the one that was promised.
    { examples: [[3, [0, 4108, 128, 6321, 0]]] },
  );
});

test('at most a minute’s worth beside what the time brought', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(3_000), { maxLength: 300 }), (rate, waits) => {
      const { time, take } = limited(rate);
      const begin = time.now;
      let taken = 0;
      for (const wait of waits) {
        time.now += wait;
        if (take('one') === undefined) taken += 1;
      }
      assert.ok(taken <= rate + ((time.now - begin) / minute) * rate + 1e-6);
    }),
  );
});

test('twenty tasks polled every two seconds, as the quickest client does, are never held back by 600 a minute', () => {
  const { time, take } = limited(600);
  for (let round = 0; round < 300; round += 1) {
    for (let task = 0; task < 20; task += 1) assert.equal(take('one'), undefined);
    time.now += 2_000;
  }
});

test('0 holds nobody back; a clock that is set back gives nothing away; the keys that are remembered are bounded', () => {
  const free = limited(0);
  for (let count = 0; count < 10_000; count += 1) assert.equal(free.take('one'), undefined);
  const { time, take } = limited(1);
  assert.equal(take('one'), undefined);
  time.now -= minute;
  assert.ok(take('one'));
  // The one that was used longest ago is forgotten, and begins anew.
  for (let count = 0; count < maximumBuckets; count += 1) take(`key ${count}`);
  assert.equal(take('one'), undefined);
  assert.ok(take(`key ${maximumBuckets - 1}`));
});
