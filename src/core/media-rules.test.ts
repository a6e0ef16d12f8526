import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MediaFacts } from './media.ts';
import { checkCaps, checkMedia, checkSize, mediaError, mediaIssueAt } from './media-rules.ts';
import type { MediaRule } from './model.ts';

const mebibyte = 1024 * 1024;
const rule: MediaRule = {
  formats: ['png', 'mp4'],
  minimumSide: 128,
  ratio: { from: { width: 1, height: 4 }, to: { width: 4, height: 1 } },
  maximumBytes: 100 * mebibyte,
  inlineBytesBelow: 20 * mebibyte,
  lengths: [
    { items: 1, maximumMs: 8_000 },
    { items: 2, maximumMs: 5_000 },
  ],
};
const use = { sizeBytes: 1000, isInline: false, itemCount: 1 };
const picture = (width: number, height: number, orientation?: number): MediaFacts => ({
  kind: 'image',
  mediaType: 'image/png',
  extension: 'png',
  width,
  height,
  ...(orientation === undefined ? {} : { orientation }),
});
const film = (durationMs: number): MediaFacts => ({
  ...picture(200, 200),
  kind: 'video',
  extension: 'mp4',
  durationMs,
});
const broken = (facts: MediaFacts, other: Partial<typeof use> = {}) =>
  checkMedia(facts, { ...use, ...other }, rule)?.rule;

test('sides and ratios: each edge from both sides', () => {
  for (const [width, height, expected] of [
    [128, 128, undefined],
    [127, 128, 'tooSmall'],
    [128, 127, 'tooSmall'],
    [128, 512, undefined],
    [128, 513, 'ratio'],
    [512, 128, undefined],
    [513, 128, 'ratio'],
    [10_001, 40_004, undefined],
    [10_001, 40_005, 'ratio'],
  ] as const) {
    assert.equal(broken(picture(width, height)), expected, `${width}x${height}`);
    assert.equal(broken(picture(height, width, 6)), expected, `${width}x${height}, turned`);
  }
});

test('a ratio is judged without rounding, whatever the numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 128, max: 2 ** 24 }), fc.integer({ min: 128, max: 2 ** 24 }), (width, height) => {
      const isWithin = 4n * BigInt(width) >= BigInt(height) && BigInt(width) <= 4n * BigInt(height);
      assert.equal(broken(picture(width, height)), isWithin ? undefined : 'ratio');
    }),
  );
});

test('at most includes the limit, fewer than does not, and holds for inline media only', () => {
  assert.equal(broken(film(1), { sizeBytes: 100 * mebibyte }), undefined);
  assert.equal(broken(film(1), { sizeBytes: 100 * mebibyte + 1 }), 'tooLarge');
  assert.equal(broken(film(1), { sizeBytes: 20 * mebibyte - 1, isInline: true }), undefined);
  assert.equal(broken(film(1), { sizeBytes: 20 * mebibyte, isInline: true }), 'tooLarge');
  assert.equal(checkSize({ sizeBytes: 20 * mebibyte, isInline: true }, rule)?.rule, 'tooLarge');
});

test('one film of 8 s or two of 5 s; more than the rule speaks of are held to the shortest', () => {
  for (const [durationMs, itemCount, expected] of [
    [8_000, 1, undefined],
    [8_001, 1, 'tooLong'],
    [5_000, 2, undefined],
    [5_001, 2, 'tooLong'],
    [5_000, 3, undefined],
    [5_001, 3, 'tooLong'],
  ] as const) {
    assert.equal(broken(film(durationMs), { itemCount }), expected, `${durationMs} ms, ${itemCount}`);
  }
});

test('a film that is too short, has too many frames a second or is too large, each at its edge', () => {
  const limits: MediaRule = { minimumMs: 4_000, frameRateBelow: 60, maximumSide: 4096 };
  const rulesOf = (facts: MediaFacts) => checkMedia(facts, use, limits)?.rule;
  assert.equal(rulesOf(film(4_000)), undefined);
  assert.equal(rulesOf(film(3_999)), 'tooShort');
  assert.equal(rulesOf({ ...film(4_000), frameRate: 60_000 / 1001 }), undefined);
  assert.equal(rulesOf({ ...film(4_000), frameRate: 59.999_99 }), 'frameRate');
  assert.equal(rulesOf({ ...film(4_000), width: 4096 }), undefined);
  assert.equal(rulesOf({ ...film(4_000), height: 4097 }), 'tooLarge');
  assert.equal(rulesOf(picture(100, 100)), undefined, 'a picture has no length');
});

test('formats are those of the bytes; a rule without parts refuses nothing', () => {
  assert.equal(broken({ ...picture(200, 200), extension: 'webp' }), 'unsupported');
  assert.equal(checkMedia(picture(1, 9999), use, {}), undefined);
});

test('caps: pixels of one frame, pixels of all frames, frames', () => {
  assert.equal(checkCaps(picture(10_000, 5_000)), undefined);
  assert.equal(checkCaps(picture(10_000, 5_001))?.rule, 'tooLarge');
  assert.equal(checkCaps({ ...picture(1000, 1000), frames: 200 }), undefined);
  assert.equal(checkCaps({ ...picture(1000, 1000), frames: 201 })?.rule, 'tooLarge');
  assert.equal(checkCaps({ ...film(1), frames: 1_000_001 })?.rule, 'tooLarge');
});

test('an issue names the field, the rule and the value', () => {
  const problem = checkMedia(picture(100, 200), use, rule);
  assert.ok(problem);
  assert.deepEqual(mediaIssueAt(['images', 2], mediaError(problem)), {
    path: ['images', 2],
    rule: 'tooSmall',
    message: 'images[2] must be at least 128x128; it is 100x200.',
  });
});
