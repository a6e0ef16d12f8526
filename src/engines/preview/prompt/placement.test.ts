import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlacement, type Wish } from './placement.ts';

const table: readonly (readonly [prompt: string, wishes: readonly Wish[]])[] = [
  ['@Picture1 on the left and @Picture2 on the right in a meadow', [{ side: 'left' }, { side: 'right' }]],
  ['on the right @image2, on the left @image1', [{ side: 'left' }, { side: 'right' }]],
  ['@Picture2 in the middle', [{}, { side: 'middle' }]],
  ['@Picture1 in front of @Picture2', [{ relation: { to: 1, how: 'front' } }, {}]],
  ['image 2 stands behind image 1', [{}, { relation: { to: 0, how: 'behind' } }]],
  ['@Picture1 next to @Picture2', [{ relation: { to: 1, how: 'beside' } }, {}]],
  ['@Picture2 to the left of @Picture1', [{}, { relation: { to: 0, how: 'left' } }]],
  ['@Picture1 is holding @Picture2', [{}, { relation: { to: 0, how: 'held' } }]],
  ['图2在图1左边，在雪山', [{}, { relation: { to: 0, how: 'left' } }]],
  ['图1在右边', [{ side: 'right' }, {}]],
  ['图1在图2后面', [{ relation: { to: 1, how: 'behind' } }, {}]],
  ['第一张图在左侧，第二张图在右侧', [{ side: 'left' }, { side: 'right' }]],
  ['the second one in the background', [{}, { size: 'small' }]],
  ['@Picture1 far away in the distance', [{ size: 'small' }, {}]],
  ['the astronaut looks left', [{}, {}]],
  ['@Picture9 on the left', [{}, {}]],
];
for (const [prompt, wishes] of table) {
  test(`placement of "${prompt}"`, () => assert.deepEqual(parsePlacement(prompt, 2), wishes));
}

test('a long prompt is read in linear time', () => {
  assert.deepEqual(parsePlacement('@picture '.repeat(2000), 1), [{}]);
});
