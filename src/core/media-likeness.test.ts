import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCatalog } from '../catalog.ts';
import { findUnlike, type KnownMedium } from './media-likeness.ts';
import type { MediaRule, Parameter } from './model.ts';

type Size = readonly [width: number, height: number, orientation?: number];
type Likeness = NonNullable<MediaRule['likeness']>;

const byRatio: Likeness = {
  by: 'ratio',
  from: { numerator: 4, denominator: 5 },
  to: { numerator: 5, denominator: 4 },
};
const byPixels: Likeness = { ...byRatio, by: 'pixels' };

function pair(likeness: Likeness, ...sizes: readonly Size[]): KnownMedium[] {
  const accepts = { likeness };
  const parameter: Parameter = { title: 'Images', description: '', type: 'media', media: 'image', accepts };
  return sizes.map(([width, height, orientation], index) => ({
    field: 'images',
    index,
    path: ['input', 'images', index],
    parameter,
    facts: {
      kind: 'image',
      mediaType: 'image/png',
      extension: 'png',
      width,
      height,
      ...(orientation === undefined ? {} : { orientation }),
    },
  }));
}
const isUnlike = (likeness: Likeness, ...sizes: readonly Size[]) => findUnlike(pair(likeness, ...sizes)).length > 0;

test('two ratios: each edge from both sides, whichever of the two comes first', () => {
  for (const [one, other, expected] of [
    [[1000, 1000], [1000, 1250], false],
    [[1000, 1000], [1000, 1251], true],
    [[1000, 1000], [1250, 1000], false],
    [[1000, 1000], [1251, 1000], true],
    [[1920, 1080], [640, 360], false],
    [[1920, 1080], [1080, 1920], true],
    // Turned by EXIF, it is as wide as the other.
    [[1920, 1080], [1080, 1920, 6], false],
  ] as const) {
    assert.equal(isUnlike(byRatio, one, other), expected, `${one} ${other}`);
    assert.equal(isUnlike(byRatio, other, one), expected, `${other} ${one}`);
  }
});

test('where a row compares numbers of pixels, shapes may differ and sizes may not', () => {
  assert.equal(isUnlike(byPixels, [1000, 1000], [2000, 500]), false);
  assert.equal(isUnlike(byPixels, [1000, 1000], [1000, 800]), false);
  assert.equal(isUnlike(byPixels, [1000, 1000], [1000, 799]), true);
  assert.equal(isUnlike(byPixels, [640, 360], [1920, 1080]), true);
});

test('whatever the numbers, the fraction decides, and no rounding', () => {
  const side = fc.integer({ min: 1, max: 50_000_000 });
  fc.assert(
    fc.property(side, side, side, side, (a, b, c, d) => {
      const [up, down] = [BigInt(a) * BigInt(d), BigInt(b) * BigInt(c)];
      const isWithin = 5n * up >= 4n * down && 4n * up <= 5n * down;
      assert.equal(isUnlike(byRatio, [a, b], [c, d]), !isWithin);
    }),
    { examples: [[50_000_000, 40_000_000, 49_999_999, 49_999_999]] },
  );
});

test('the issue stands at the further medium and names both, and their sizes', () => {
  assert.deepEqual(findUnlike(pair(byRatio, [1024, 512], [512, 512])), [
    {
      path: ['input', 'images', 1],
      rule: 'unlike',
      message:
        'input.images[1] must go with input.images[0], the quotient of their ratios being 4/5 to 5/4; ' +
        'they are 1024x512 and 512x512.',
    },
  ]);
});

test('what is not known is not judged, nor what another field holds', () => {
  const [first, last] = pair(byRatio, [1024, 512], [512, 512]);
  assert.ok(first !== undefined && last !== undefined);
  assert.deepEqual(findUnlike([last]), []);
  assert.deepEqual(findUnlike([{ ...first, field: 'watermark_image' }, last]), []);
});

test('every first and last frame of the Vidu models is held to it, in every dialect whose page says so', () => {
  const catalog = readCatalog();
  const models = catalog.models.filter(({ id }) => /^vidu\/.*start-end-to-video$/.test(id));
  assert.ok(models.length >= 10);
  for (const { id, names } of models) {
    for (const dialect of ['native', ...names.map((one) => one.dialect)]) {
      const likeness = catalog.mediaParameter({ model: id, dialect }, 'images')?.accepts?.likeness;
      // RunningHub's pages name formats and sizes of these pictures, and nothing of their shapes.
      assert.deepEqual(likeness, dialect === 'runninghub' ? undefined : byRatio, `${id} ${dialect}`);
    }
  }
});
