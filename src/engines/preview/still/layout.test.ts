import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { randomStream } from '../random.ts';
import { type LayoutItem, layOut } from './layout.ts';

const item = fc.record({
  kind: fc.constantFrom('half-figure' as const, 'standing' as const, 'merged' as const),
  ratio: fc.double({ min: 0.2, max: 4, noNaN: true }),
  cutSide: fc.constantFrom('left' as const, 'right' as const, undefined),
});
const frame = fc.constantFrom([1920, 1080], [1080, 1920], [1080, 1080], [2520, 1080]);

test('every reference is seen, keeps its shape, and stands where its kind stands', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 7 }), frame, fc.nat(), (items, size, seed) => {
      const [width = 0, height = 0] = size;
      const slots = layOut(items, width, height, 0.2, randomStream(seed, 'layout'));
      assert.equal(slots.length, items.length);
      for (const [index, slot] of slots.entries()) {
        const { kind, ratio } = items[index] as LayoutItem;
        assert.ok(Math.abs(slot.width / slot.height / ratio - 1) < 0.15 || slot.height < 40);
        const middle = slot.left + slot.width / 2;
        assert.ok(middle > 0 && middle < width);
        assert.ok(slot.top >= -1 && slot.top + slot.height <= height);
        if (kind !== 'standing') assert.equal(slot.top + slot.height, height);
        else assert.ok(slot.top + slot.height < height * 0.95);
      }
    }),
  );
});

test('several references stand side by side, in their order', () => {
  const items = Array.from({ length: 5 }, (): LayoutItem => ({ kind: 'standing', ratio: 0.5, cutSide: undefined }));
  const slots = layOut(items, 1920, 1080, 0.2, randomStream(1, 'layout'));
  for (const [index, slot] of slots.entries()) {
    const before = slots[index - 1];
    if (before !== undefined) assert.ok(slot.left > before.left + 60);
  }
});

test('a lone figure stands away from the light', () => {
  const figure: LayoutItem = { kind: 'half-figure', ratio: 1, cutSide: undefined };
  const [left] = layOut([figure], 1920, 1080, 0.8, randomStream(1, 'layout'));
  const [right] = layOut([figure], 1920, 1080, 0.2, randomStream(1, 'layout'));
  assert.ok((left?.left ?? 0) < (right?.left ?? 0));
});

test('what was cut off at a side stands at that side', () => {
  const cut = (cutSide: 'left' | 'right'): LayoutItem => ({ kind: 'half-figure', ratio: 1, cutSide });
  const [left, middle, right] = layOut(
    [cut('left'), cut('left'), cut('right')],
    1920,
    1080,
    0.2,
    randomStream(1, 'layout'),
  );
  assert.deepEqual([left?.atEdge, left?.left], [true, 0]);
  assert.equal(middle?.atEdge, false);
  assert.equal((right?.left ?? 0) + (right?.width ?? 0), 1920);
});
