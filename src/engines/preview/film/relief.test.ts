import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlane, type Plane } from '../raster/plane.ts';
import { levelled, slopeOf } from './relief.ts';

function planeOf(nearness: (x: number, y: number) => number): Plane {
  const plane = createPlane(80, 60);
  for (let index = 0; index < plane.data.length; index++) {
    plane.data[index] = nearness((index % 80) / 80, Math.floor(index / 80) / 60);
  }
  return plane;
}

const at = ({ data, width }: Plane, x: number, y: number) => data[y * width + x] ?? Number.NaN;

test('for a camera that goes up and down, rows differ from each other and hardly within', () => {
  const seen = levelled(planeOf((x, y) => 0.3 * x + 0.5 * y));
  assert.ok(at(seen, 40, 55) - at(seen, 40, 5) > 0.4);
  assert.ok(at(seen, 75, 30) - at(seen, 5, 30) < 0.1);
  assert.ok(seen.data.every((value) => value >= 0 && value <= 1));
});

test('the slope of a depth is that of its steep parts', () => {
  assert.equal(slopeOf(planeOf((_, y) => y)), 0);
  assert.ok(Math.abs(slopeOf(planeOf((x) => 0.6 * x)) - 0.6) < 0.01);
  // Steep in a tenth of the width.
  assert.ok(slopeOf(planeOf((x) => (x < 0.5 ? 0.2 : Math.min(0.6, 0.2 + (x - 0.5) * 4)))) > 3.5);
});
