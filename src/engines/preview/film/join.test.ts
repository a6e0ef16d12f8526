import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blendFrames, type Clip, fadeShare, joinClips, joinedFrames } from './join.ts';

/** Frames of four samples that all hold `value`; notes how many were asked for and whether it was closed. */
function flatClip(value: number, frames: number) {
  const state = { drawn: 0, isClosed: false };
  const clip: Clip = {
    frames,
    async *open() {
      const frame = new Uint8Array(4).fill(value);
      try {
        for (; state.drawn < frames; state.drawn++) yield frame;
      } finally {
        state.isClosed = true;
      }
    },
  };
  return { clip, state };
}

test('joined clips have every frame once, fade evenly, and are closed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 6 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
      async (overlap, extras) => {
        const made = extras.map((extra, index) => flatClip(index * 40, overlap * 2 + extra + 1));
        const clips = made.map(({ clip }) => clip);
        const values: number[] = [];
        for await (const [value = -1] of joinClips(clips, overlap)) values.push(value);
        assert.equal(values.length, joinedFrames(clips, overlap));
        assert.equal(values[0], 0);
        assert.equal(values.at(-1), (clips.length - 1) * 40);
        assert.deepEqual(
          values,
          values.toSorted((a, b) => a - b),
        );
        for (const { state } of made) assert.ok(state.isClosed);
      },
    ),
    { numRuns: 60 },
  );
});

test('who stops early closes every clip that was opened', async () => {
  const [one, other] = [flatClip(0, 6), flatClip(9, 6)];
  let count = 0;
  for await (const _ of joinClips([one.clip, other.clip], 4)) if (++count === 4) break;
  assert.deepEqual([one.state.isClosed, other.state.isClosed], [true, true]);
});

test('a clip that is shorter than it says is an error, not a shorter film', async () => {
  const { clip } = flatClip(0, 3);
  await assert.rejects(Array.fromAsync(joinClips([{ ...clip, frames: 4 }], 0)), /ended early/);
});

test('a fade never shows all of either, and a mix of one thing is that thing', () => {
  for (let step = 0; step < 10; step++) assert.ok(fadeShare(step, 10) > 0 && fadeShare(step, 10) < 1);
  const out = new Uint8Array(2);
  blendFrames(Uint8Array.of(255, 16), Uint8Array.of(255, 235), 0.3, out);
  assert.deepEqual([...out], [255, 82]);
});
