import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandomPool } from './random-pool.ts';

test('every draw has its length, its own bytes, and bytes that no other draw has had', () => {
  const draw = createRandomPool();
  const seen = new Set<string>();
  let set = 0;
  for (let round = 0; round < 2000; round++) {
    const bytes = draw(16);
    assert.equal(bytes.length, 16);
    seen.add(Buffer.from(bytes).toString('hex'));
    for (const byte of bytes) set += byte.toString(2).replaceAll('0', '').length;
    bytes.fill(0);
  }
  assert.equal(seen.size, 2000);
  // 256,000 fair coins: 12 standard deviations either way.
  assert.ok(Math.abs(set - 128_000) < 3_040, `${set} bits of 256,000 are set`);
  assert.equal(draw(0).length, 0);
  assert.equal(new Set(draw(100_000)).size, 256);
});
