import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../random.ts';
import { createPlane, samplePlane, softBlur } from '../raster/plane.ts';
import { coastAt, coasted, glideFrom, watchMotion } from './glide.ts';

const size = { width: 480, height: 270 };
const frameBytes = (size.width * size.height * 3) / 2;

function texture(seed: number) {
  const random = randomStream(seed, 'texture');
  const plane = createPlane(700, 500);
  for (let index = 0; index < plane.data.length; index++) plane.data[index] = random() * 2000 - 1000;
  return softBlur(plane, 4, 2);
}

/** A frame of a texture, moved by this many pixels and grown about the middle. */
function drawn(plane: ReturnType<typeof texture>, x: number, y: number, scale: number): Uint8Array {
  const frame = new Uint8Array(frameBytes);
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      const u = (column - size.width / 2) / scale - x + 350;
      const v = (row - size.height / 2) / scale - y + 250;
      frame[row * size.width + column] = Math.max(0, Math.min(255, 128 + samplePlane(plane, u, v)));
    }
  }
  return frame;
}

test('the movement of a whole picture is found, to a twentieth of a percent of its width a frame', () => {
  const plane = texture(1);
  for (const [x, y, growth] of [
    [0, 0, 0],
    [3, 0, 0],
    [-2, 1.5, 0],
    [0, 0, 0.006],
    [1.5, -1, 0.004],
  ] as const) {
    const watch = watchMotion(size);
    for (let frame = 0; frame < 7; frame++) watch.add(drawn(plane, x * frame, y * frame, (1 + growth) ** frame));
    const found = watch.velocity();
    const near = (value: number, wanted: number) =>
      assert.ok(Math.abs(value - wanted) < 0.0005, `${value} for ${wanted}`);
    near(found.x, x / size.width);
    near(found.y, y / size.width);
    near(found.growth, growth);
  }
});

test('a cut, an even picture and a single frame have no movement', () => {
  const none = { x: 0, y: 0, growth: 0 };
  const [one, other] = [texture(1), texture(2)];
  const cut = watchMotion(size);
  for (let frame = 0; frame < 6; frame++) cut.add(drawn(frame < 4 ? one : other, 0, 0, 1));
  assert.deepEqual(cut.velocity(), none);
  const even = watchMotion(size);
  for (let frame = 0; frame < 6; frame++) even.add(new Uint8Array(frameBytes).fill(90 + frame));
  assert.deepEqual(even.velocity(), none);
  const single = watchMotion(size);
  single.add(drawn(one, 0, 0, 1));
  assert.deepEqual(single.velocity(), none);
});

test('a camera coasts from its first speed to rest, and never goes out of its picture', () => {
  assert.ok(Math.abs(coasted(0.01, 24) / 0.01 - 1) < 1e-3);
  assert.ok(Math.abs(coasted(24, 24) - coasted(30, 24)) < 1e-9);
  assert.equal(glideFrom({ x: 0, y: 0, growth: -0.01 }, 24), undefined);
  const fast = glideFrom({ x: 0.02, y: 0, growth: 0 }, 24);
  assert.ok(fast !== undefined && coastAt(fast, 99).x <= 0.0601);
  assert.deepEqual(coastAt(undefined, 9), { x: 0, y: 0, growth: 1 });
  const into = glideFrom({ x: 0, y: 0, growth: 0.004 }, 24);
  assert.ok(Math.abs(coastAt(into, 1).growth - 1.004) < 1e-4);
});
