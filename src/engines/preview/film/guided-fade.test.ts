import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane } from '../raster/plane.ts';
import { blendInOrder, fadeOrder } from './guided-fade.ts';

const [width, height] = [64, 36];
const pixels = {
  width,
  height,
  luma: new Uint8Array(width * height).fill(100),
  blue: new Uint8Array((width * height) / 4).fill(128),
  red: new Uint8Array((width * height) / 4).fill(128),
};
const nearness = createPlane(width, height);
for (let index = 0; index < nearness.data.length; index++) nearness.data[index] = Math.floor(index / width) / height;
const geometry = {
  width,
  height,
  sourceWidth: width,
  sourceHeight: height,
  focusX: 0.5,
  focusY: 0.5,
  focusNearness: 0.5,
};
const order = fadeOrder({ geometry, layers: [{ pixels, nearness }] });
const flat = (value: number) => new Uint8Array((width * height * 3) / 2).fill(value);

function blended(share: number): Uint8Array {
  const out = flat(0);
  blendInOrder(order, flat(50), flat(150), share, { width, height }, out);
  return out;
}

test('near parts go first, and only a band of the picture is seen twice', () => {
  const half = blended(0.5);
  assert.equal(half[(height - 1) * width], 150);
  assert.equal(half[0], 50);
  const both = half.subarray(0, width * height).filter((value) => value > 55 && value < 145).length;
  assert.ok(both < 0.45 * width * height, `${both}`);
});

test('it begins with all of the one picture and ends with all of the other', () => {
  assert.ok(blended(0).every((value) => value === 50));
  assert.ok(blended(1).every((value) => value === 150));
});
