import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinedFrames } from './join.ts';
import { automaticLength, shareOut, shotsInTime } from './shot-lengths.ts';

const picture = { seconds: undefined };
const dissolves = (count: number) => Array<number>(count).fill(0.4);

test('an automatic length follows the shots, in whole seconds from 1 to 10', () => {
  assert.equal(automaticLength([picture], []), 2);
  assert.equal(automaticLength([picture, picture, picture], dissolves(2)), 5);
  assert.equal(automaticLength([picture, picture, picture], [0, 0]), 6);
  assert.equal(automaticLength([{ ...picture, count: 2, isTold: true }], []), 3);
  assert.equal(automaticLength([{ ...picture, isTold: true }, picture], dissolves(1)), 4);
  assert.equal(automaticLength([{ seconds: 0.2 }], []), 1);
  assert.equal(automaticLength([{ seconds: 7.6 }], []), 8);
  assert.equal(automaticLength([{ seconds: 5 }, { seconds: 5 }, ...Array(7).fill(picture)], dissolves(8)), 10);
});

test('what the prompt names comes before what it does not, when there is no time for all', () => {
  const shots = [...'aBcDE'].map((name) => ({ name, isNamed: name < 'a' }));
  const shown = (seconds: number) =>
    shotsInTime(shots, seconds)
      .map(({ name }) => name)
      .join('');
  assert.deepEqual([shown(5), shown(4), shown(3), shown(1), shown(0.1)], ['aBcDE', 'aBDE', 'BDE', 'BD', 'B']);
  const plain = shots.map((shot) => ({ ...shot, isNamed: false }));
  assert.equal(shotsInTime(plain, 1).length, 5);
});

test('shots fill the film to the frame, and each holds its transitions', () => {
  const content = fc.record({
    seconds: fc.option(fc.double({ min: 0.05, max: 8, noNaN: true }), { nil: undefined }),
    count: fc.integer({ min: 1, max: 7 }),
    isTold: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(content, fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 16 }),
      fc.constantFrom(1, 12, 24, 60),
      (parts, seconds, frameRate) => {
        fc.pre(seconds * frameRate >= parts.length * 8);
        const wanted = parts.slice(1).map(([, frames]) => frames);
        const { frames, overlaps } = shareOut(
          parts.map(([shot]) => shot),
          seconds * frameRate,
          wanted,
        );
        const parted = (counts: readonly number[]) => counts.map((count) => ({ frames: count }));
        assert.equal(joinedFrames(parted(frames), parted(overlaps)), seconds * frameRate);
        for (const [index, count] of frames.entries()) {
          assert.ok(
            count >= Math.max(1, (overlaps[index - 1] ?? 0) + (overlaps[index] ?? 0)),
            `${frames} over ${overlaps}`,
          );
        }
      },
    ),
  );
});
