import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, hashText, pick, randomStream } from './random.ts';

test('a stream repeats for its seed and purpose and differs for any other', () => {
  const draw = (seed: number, purpose: string) => {
    const random = randomStream(seed, purpose);
    return Array.from({ length: 8 }, random);
  };
  assert.deepEqual(draw(7, 'camera'), draw(7, 'camera'));
  assert.notDeepEqual(draw(7, 'camera'), draw(8, 'camera'));
  assert.notDeepEqual(draw(7, 'camera'), draw(7, 'scene'));
  assert.notEqual(draw(0, 'camera')[0], 0);
});

test('numbers fill 0..1 evenly', () => {
  const random = randomStream(1, 'spread');
  const bins = new Array<number>(10).fill(0);
  for (let count = 0; count < 20_000; count++) {
    const bin = Math.floor(random() * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  for (const count of bins) assert.ok(Math.abs(count - 2000) < 250, String(bins));
});

test('helpers stay inside their bounds', () => {
  const random = randomStream(3, 'bounds');
  for (let count = 0; count < 1000; count++) {
    const value = between(random, -2, 5);
    assert.ok(value >= -2 && value < 5);
    assert.ok(['a', 'b'].includes(pick(random, ['a', 'b'])));
  }
  assert.equal(hashText(''), 0x811c9dc5);
});
