import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blendFrames, fadeShare, mixFrames, transition, transitionKinds } from './transitions.ts';

const size = { width: 32, height: 16 };
const bytes = (size.width * size.height * 3) / 2;
const flat = (luma: number) =>
  new Uint8Array(bytes).fill(luma, 0, size.width * size.height).fill(128, size.width * size.height);
const steps = 9;

function mean(frame: Uint8Array, fromColumn = 0, toColumn = size.width): number {
  let sum = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = fromColumn; x < toColumn; x++) sum += frame[y * size.width + x] ?? 0;
  }
  return sum / (size.height * (toColumn - fromColumn));
}

function mix(kind: Parameters<typeof transition>[0], step: number, x = 0, y = 0): Uint8Array {
  const out = new Uint8Array(bytes);
  mixFrames(transition(kind, x, y), flat(60), flat(180), step, steps, size, out);
  return out;
}

test('every transition goes from the one shot to the other, and writes every byte', () => {
  for (const kind of transitionKinds) {
    const first = mean(mix(kind, 0, 1));
    const last = mean(mix(kind, steps - 1, 1));
    assert.ok(first < 90, `${kind} begins at ${first}`);
    if (kind !== 'black' && kind !== 'white') assert.ok(last > 150, `${kind} ends at ${last}`);
    assert.ok(
      mix(kind, 4, 1)
        .subarray(size.width * size.height)
        .every((value) => Math.abs(value - 128) <= 1),
      kind,
    );
  }
});

test('black and white lie between the shots', () => {
  assert.ok(mean(mix('black', 4)) < 20);
  assert.ok(mean(mix('white', 4)) > 225);
});

test('what goes sideways goes the way it says', () => {
  const half = size.width / 2;
  for (const kind of ['push', 'wipe', 'whip'] as const) {
    const [right, left] = [mix(kind, 4, 1), mix(kind, 4, -1)];
    // A push and a whip to the right bring the next shot in from the right; a wipe's front runs to the right.
    const [isRightFirst, isLeftFirst] = [right, left].map((frame) => mean(frame, half) > mean(frame, 0, half));
    assert.deepEqual([isRightFirst, isLeftFirst], kind === 'wipe' ? [false, true] : [true, false], kind);
  }
  const down = mix('wipe', 4, 0, 1);
  assert.ok((down[0] ?? 0) > (down[(size.height - 1) * size.width] ?? 255));
});

test('a fade never shows all of either, and a mix of one thing is that thing', () => {
  for (let step = 0; step < 10; step++) assert.ok(fadeShare(step, 10) > 0 && fadeShare(step, 10) < 1);
  const out = new Uint8Array(2);
  blendFrames(Uint8Array.of(255, 16), Uint8Array.of(255, 235), 0.3, out);
  assert.deepEqual([...out], [255, 82]);
});
