import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enlargedSize } from './enlarge-size.ts';

const most = 50_000_000;

test('an enlargement has the asked short side and the shape of the original', () => {
  const { width, height } = enlargedSize({ width: 640, height: 360 }, '2K', most);
  assert.deepEqual([width, height], [2560, 1440]);
  const tall = enlargedSize({ width: 600, height: 1000 }, '8k', most);
  assert.deepEqual([tall.width, tall.height], [4320, 7200]);
});

test('it must exceed the original, and fit what the engine makes', () => {
  for (const [width, height, resolution] of [
    [1920, 1080, '1080p'],
    [1440, 2000, '1080p'],
    [360, 3000, '4k'],
  ] as const) {
    const attempt = () => enlargedSize({ width, height }, resolution, 20_000_000);
    assert.throws(attempt, { code: 'invalid_input', details: { field: 'resolution' } });
  }
});
