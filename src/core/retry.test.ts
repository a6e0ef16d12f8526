import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { retryDelayMs } from './retry.ts';

const jitters = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('waits grow from about a second to five minutes and no further', () => {
  assert.deepEqual(
    [1, 2, 3, 9, 100].map((tries) => retryDelayMs(tries, 0)),
    [1_000, 2_000, 4_000, 150_000, 150_000],
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), jitters, (tries, jitter) => {
      const delay = retryDelayMs(tries, jitter);
      assert.ok(delay >= 1_000 && delay <= 300_000, String(delay));
    }),
  );
});

test('what the engine asks for is granted, up to five minutes', () => {
  assert.equal(retryDelayMs(1, 0, 60_000), 60_000);
  assert.equal(retryDelayMs(1, 0, 10), 1_000);
  assert.equal(retryDelayMs(1, 0, 3_600_000), 300_000);
});
