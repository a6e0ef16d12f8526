import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane, type Plane } from '../raster/plane.ts';
import { withoutMisfits } from './misfit.ts';

const [width, height] = [320, 180];

function planeOf(valueAt: (x: number, y: number) => number): Plane {
  const plane = createPlane(width, height);
  for (let index = 0; index < plane.data.length; index++) {
    plane.data[index] = valueAt(index % width, Math.floor(index / width));
  }
  return plane;
}

/** Somebody stood between what is `left` and what is `right`; pieces there are `pieces` up to the picture's bottom. */
function fill(left: number, right: number, pieces: (x: number) => number, sharpness: number): Plane {
  const isHole = (x: number, y: number) => x >= 100 && x < 220 && y > 40;
  const beside = (x: number) => (x < 160 ? left : right);
  const known = planeOf((x, y) => (isHole(x, y) ? 0 : 1));
  const smooth = planeOf((x, y) => (isHole(x, y) ? left + ((right - left) * (x - 100)) / 120 : beside(x)));
  const filled = planeOf((x, y) => (isHole(x, y) ? pieces(x) : beside(x)));
  const sharp = new Float32Array(width * height).fill(sharpness);
  const [first] = withoutMisfits([filled, filled, filled], [smooth, smooth, smooth], known, sharp);
  return first as Plane;
}

const at = (plane: Plane, x: number) => plane.data[120 * width + x] ?? Number.NaN;

test('beside an even rim, what is nothing like it gives way: no outline is left of who stood there', () => {
  const filled = fill(0.07, 0.4, () => 0.4, 0);
  assert.ok(at(filled, 102) < 0.1, String(at(filled, 102)));
  assert.ok(at(filled, 110) < 0.15, String(at(filled, 110)));
  assert.equal(at(filled, 99), Math.fround(0.07), 'what is known stays');
  assert.ok(Math.abs(at(filled, 215) - 0.4) < 0.02, 'on the other side it fits');
});

test('an edge that goes on within the hole stays where it is', () => {
  const filled = fill(0.3, 0.6, (x) => (x < 160 ? 0.3 : 0.6), 0);
  for (const [x, value] of [
    [104, 0.3],
    [150, 0.3],
    [170, 0.6],
    [216, 0.6],
  ] as const) {
    assert.ok(Math.abs(at(filled, x) - value) < 0.05, `${x}: ${at(filled, x)}`);
  }
});

test('where there is texture, pieces may begin with another colour', () => {
  const filled = fill(0.07, 0.4, () => 0.4, 1);
  assert.equal(at(filled, 102), Math.fround(0.4));
});
