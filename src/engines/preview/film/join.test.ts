import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Clip, type Joint, joinClips, joinedFrames } from './join.ts';

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

const joint = (frames: number): Joint => ({
  frames,
  mix(from, to, step, out) {
    const share = (step + 1) / (frames + 1);
    for (let index = 0; index < out.length; index++) {
      out[index] = Math.round((from[index] ?? 0) * (1 - share) + (to[index] ?? 0) * share);
    }
  },
});

test('joined clips have every frame once, change evenly, and are closed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 6 })), {
        minLength: 1,
        maxLength: 5,
      }),
      async (parts) => {
        const joints = parts.slice(1).map(([, overlap]) => joint(overlap));
        const made = parts.map(([extra], index) => {
          const both = (joints[index - 1]?.frames ?? 0) + (joints[index]?.frames ?? 0);
          return flatClip(index * 40, both + extra + 1);
        });
        const clips = made.map(({ clip }) => clip);
        const values: number[] = [];
        for await (const [value = -1] of joinClips(clips, joints)) values.push(value);
        assert.equal(values.length, joinedFrames(clips, joints));
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
  for await (const _ of joinClips([one.clip, other.clip], [joint(4)])) if (++count === 4) break;
  assert.deepEqual([one.state.isClosed, other.state.isClosed], [true, true]);
});

test('a clip that is shorter than it says is an error, not a shorter film', async () => {
  const { clip } = flatClip(0, 3);
  await assert.rejects(Array.fromAsync(joinClips([{ ...clip, frames: 4 }], [])), /ended early/);
});
