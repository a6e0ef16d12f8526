import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ambientKinds } from '../prompt/ambient.ts';
import type { Pose } from './camera.ts';
import { type Band, drawParticles, planParticles } from './particles.ts';

const width = 320;
const height = 180;
const still: Pose = {
  truckX: 0,
  truckY: 0,
  panX: 0,
  panY: 0,
  travel: 0,
  zoom: 1,
  roll: 0,
  lock: 0,
  hold: 0,
  anchor: 1,
  seconds: 0,
};
const options = { seed: 4, aspect: width / height, brightness: 0.4, frameRate: 24, focusX: 0.5, focusY: 0.4 };

function grey(): Uint8Array {
  return new Uint8Array((width * height * 3) / 2).fill(90, 0, width * height).fill(128, width * height);
}

function draw(kind: (typeof ambientKinds)[number], frame: number, band: Band = 'all', seed = 4): Uint8Array {
  const plan = planParticles([kind], { ...options, seed });
  assert.ok(plan);
  const out = grey();
  drawParticles(plan, frame, still, band, { out, width, height });
  return out;
}

const touched = (out: Uint8Array) =>
  out.subarray(0, width * height).reduce((sum, value) => sum + (value === 90 ? 0 : 1), 0);

for (const kind of ambientKinds) {
  test(`${kind}: the first frame is clean, later ones are not, the same each time, another by another seed`, () => {
    assert.deepEqual(draw(kind, 0), grey());
    const later = draw(kind, 40);
    assert.ok(touched(later) > 100, `${touched(later)}`);
    assert.ok(touched(later) < (width * height) / 2);
    assert.deepEqual(draw(kind, 40), later);
    assert.notDeepEqual(draw(kind, 40, 'all', 5), later);
    assert.notDeepEqual(draw(kind, 41), later);
  });
}

test('some are behind the subject, some before it, and none hangs in front of a face', () => {
  for (const kind of ambientKinds) {
    assert.ok(touched(draw(kind, 60, 'behind')) > 0, kind);
    const front = draw(kind, 60, 'front');
    assert.ok(touched(front) > 0, kind);
    const centre = Math.round(0.4 * height) * width + width / 2;
    assert.equal(front[centre], 90, kind);
  }
});

test('what falls falls, what rises rises', () => {
  const centreOf = (out: Uint8Array) => {
    let sum = 0;
    let count = 0;
    for (let index = 0; index < width * height; index += 1) {
      const off = Math.abs((out[index] ?? 90) - 90);
      sum += off * Math.floor(index / width);
      count += off;
    }
    return sum / count;
  };
  /** How many of its particles, each drawn alone, are lower two frames later, less those that are higher. */
  const way = (kind: (typeof ambientKinds)[number]) => {
    const plan = planParticles([kind], options);
    assert.ok(plan);
    const rowOf = (particle: (typeof plan.particles)[number], frame: number) => {
      const out = grey();
      drawParticles({ ...plan, particles: [particle] }, frame, still, 'all', { out, width, height });
      return centreOf(out);
    };
    return plan.particles.slice(-30).reduce((sum, particle) => {
      const moved = rowOf(particle, 50) - rowOf(particle, 48);
      return sum + (Number.isNaN(moved) ? 0 : Math.sign(moved));
    }, 0);
  };
  assert.ok(way('snow') > 8);
  assert.ok(way('embers') < -8);
});

test('no words, no particles', () => {
  assert.equal(planParticles([], options), undefined);
});
