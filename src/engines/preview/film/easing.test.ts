import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ease } from './easing.ts';

const steps = 20_000;
const h = 1 / steps;

test('it starts at 0, ends at 1 and never turns back', () => {
  assert.equal(ease(-1), 0);
  assert.equal(ease(0), 0);
  assert.equal(ease(1), 1);
  assert.equal(ease(2), 1);
  for (let step = 0; step < steps; step++) assert.ok(ease((step + 1) * h) >= ease(step * h));
  assert.ok(Math.abs(ease(0.5) - 0.5) < 1e-12);
});

test('velocity and acceleration are continuous and vanish at both ends', () => {
  const velocity = (t: number) => (ease(t + h) - ease(t - h)) / (2 * h);
  const acceleration = (t: number) => (ease(t + h) - 2 * ease(t) + ease(t - h)) / (h * h);
  for (const t of [0, 1]) {
    assert.ok(Math.abs(velocity(t)) < 1e-3);
    assert.ok(Math.abs(acceleration(t)) < 0.02);
  }
  // The greatest change between neighbours, against the greatest slope a smooth curve of this shape has.
  let jump = 0;
  for (let t = 0.001; t < 0.999; t += 0.001) jump = Math.max(jump, Math.abs(acceleration(t + 0.001) - acceleration(t)));
  assert.ok(jump < 0.2, String(jump));
});
