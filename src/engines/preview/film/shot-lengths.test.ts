import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinedFrames } from './join.ts';
import { automaticLength, shareOut } from './shot-lengths.ts';

const picture = { seconds: undefined };

test('an automatic length follows what was given, in whole seconds from 1 to 10', () => {
  assert.equal(automaticLength([picture]), 2);
  assert.equal(automaticLength([picture, picture, picture]), 5);
  assert.equal(automaticLength([{ seconds: 0.2 }]), 1);
  assert.equal(automaticLength([{ seconds: 7.6 }]), 8);
  assert.equal(automaticLength([{ seconds: 5 }, { seconds: 5 }, ...Array(7).fill(picture)]), 10);
});

test('shots fill the film to the frame, and each holds its fades', () => {
  const reference = fc.option(fc.double({ min: 0.05, max: 8, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(reference, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 16 }),
      fc.constantFrom(1, 12, 24, 60),
      (lengths, seconds, frameRate) => {
        fc.pre(seconds * frameRate >= lengths.length * 8);
        const references = lengths.map((one) => ({ seconds: one }));
        const { frames, overlap } = shareOut(references, seconds * frameRate, frameRate);
        const clips = frames.map((count) => ({ frames: count }));
        assert.equal(joinedFrames(clips, overlap), seconds * frameRate);
        for (const count of frames) assert.ok(count >= Math.max(1, 2 * overlap), `${frames} over ${overlap}`);
      },
    ),
  );
});
