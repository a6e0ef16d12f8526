import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Wish } from '../prompt/placement.ts';
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
        assert.ok(slot.top >= -1 && slot.top + slot.height <= height, `${slot.top} ${slot.height} ${kind}`);
        if (kind === 'half-figure') assert.equal(slot.top + slot.height, height);
        else assert.ok(slot.top + slot.height < height * 0.97);
      }
    }),
  );
});

test('where the light is moves a reference aside, and no more', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 7 }), frame, fc.nat(), (items, size, seed) => {
      const [width = 0, height = 0] = size;
      const [one, other] = [0.2, 0.8].map((lightX) =>
        layOut(items, width, height, lightX, randomStream(seed, 'layout')).map(({ left: _, ...slot }) => slot),
      );
      assert.deepEqual(one, other);
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

const figure = (ratio = 0.5): LayoutItem => ({ kind: 'standing', ratio, cutSide: undefined });
const middleOf = ({ left, width }: { left: number; width: number }) => left + width / 2;
const lay = (items: readonly LayoutItem[], wishes: readonly Wish[]) =>
  layOut(items, 1920, 1080, 0.2, randomStream(1, 'layout'), wishes);

test('words of the prompt decide on the sides', () => {
  const [one, two] = lay([figure(), figure()], [{ side: 'right' }, { side: 'left' }]);
  assert.ok(one !== undefined && two !== undefined && middleOf(one) > middleOf(two) + 400);
  const [lone] = lay([figure()], [{ side: 'left' }]);
  assert.ok(lone !== undefined && middleOf(lone) < 1920 * 0.4);
  const [first, second, third] = lay([figure(), figure(), figure()], [{}, {}, { relation: { to: 0, how: 'left' } }]);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.ok(middleOf(third) < middleOf(first) && middleOf(first) < middleOf(second));
});

test('what is behind is painted first and smaller, what is in front covers, what is held is small and near', () => {
  const [one, two] = lay([figure(), figure()], [{}, { relation: { to: 0, how: 'behind' } }]);
  assert.ok(one !== undefined && two !== undefined && two.depth < one.depth && two.height < one.height);
  const [back, front] = lay([figure(), figure()], [{}, { relation: { to: 0, how: 'front' } }]);
  assert.ok(back !== undefined && front !== undefined && front.depth > back.depth);
  const [holder, held] = lay([figure(), figure()], [{}, { relation: { to: 0, how: 'held' } }]);
  assert.ok(holder !== undefined && held !== undefined);
  assert.ok(held.height < holder.height / 2 && held.depth > holder.depth);
  assert.ok(Math.abs(middleOf(held) - middleOf(holder)) < holder.width);
});

test('wishes that go in a circle still give every reference a place', () => {
  const circle: Wish[] = [{ relation: { to: 1, how: 'behind' } }, { relation: { to: 0, how: 'behind' } }];
  assert.equal(lay([figure(), figure()], circle).length, 2);
});
