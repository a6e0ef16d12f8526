import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LifeKind, lifeKinds } from '../prompt/life.ts';
import { parseShot } from '../prompt/shot.ts';
import { randomStream } from '../random.ts';
import { createPlane } from '../raster/plane.ts';
import type { Yuv420 } from '../raster/yuv420.ts';
import { poseAt } from './camera.ts';
import { flickerAt, planFlicker } from './flicker.ts';
import { drawFrame, frameBytes } from './frame-worker.ts';
import { buildGrid, reachOf } from './grid.ts';
import { plainKernel } from './kernel.ts';
import type { Layer, LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { prepareTake } from './render-frames.ts';
import { withZoom } from './safe-zoom.ts';

const width = 480;
const height = 270;
const frames = 48;
const frameRate = 24;

/** Smooth sky above, a band of noise as leaves have it, and smooth water below. */
function landscape(): Yuv420 {
  const random = randomStream(1, 'test');
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const down = y / height;
      const sky = 170 + 25 * Math.sin(x / 40);
      const leaves = 40 + 120 * random();
      const water = 90 + 20 * Math.sin(x / 23 + y / 60);
      luma[y * width + x] = down < 0.4 ? sky : down < 0.6 ? leaves : water;
    }
  }
  const chroma = () => new Uint8Array((width * height) / 4).fill(128);
  return { width, height, luma, blue: chroma(), red: chroma() };
}

const geometry = {
  width,
  height,
  sourceWidth: width,
  sourceHeight: height,
  focusX: 0.5,
  focusY: 0.5,
  focusNearness: 0.5,
};
const nearness = createPlane(80, 45, 0.5);
const scene: LayeredScene = { geometry, layers: [{ pixels: landscape(), nearness }] };

/** A disc before the landscape, textured all over. */
function withSubject(): LayeredScene {
  const inside = (x: number, y: number) => Math.hypot(x - width / 2, y - height * 0.5) < height * 0.3;
  const luma = Uint8Array.from({ length: width * height }, (_, index) =>
    inside(index % width, Math.floor(index / width)) ? 255 : 0,
  );
  const chroma = Uint8Array.from({ length: (width * height) / 4 }, (_, index) =>
    inside((index % (width / 2)) * 2, Math.floor(index / (width / 2)) * 2) ? 255 : 0,
  );
  const layer: Layer = { pixels: landscape(), alpha: { luma, chroma }, nearness: createPlane(80, 45, 0.8) };
  return { geometry, layers: [...scene.layers, layer] };
}

function takeOf(kinds: readonly LifeKind[], from = scene, prompt = 'static camera', still = createPlane(16, 9)) {
  const shot = { ...parseShot(prompt, 3), life: kinds };
  const move = { shot, amplitude: 'large' as const, seed: 3, frames, frameRate };
  return prepareTake(enliven(from, { ...move, still }), move);
}

function draw(take: ReturnType<typeof takeOf>, frame: number): Uint8Array {
  const out = new Uint8Array(frameBytes(width, height));
  drawFrame(take, plainKernel, frame, { frame: out, grids: take.slots[0]?.grids ?? [] });
  return out;
}

/** Mean difference of luma within a box, shares of width and height. */
function difference(one: Uint8Array, other: Uint8Array, [left, top, right, bottom]: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.round((top ?? 0) * height); y < (bottom ?? 1) * height; y++) {
    for (let x = Math.round((left ?? 0) * width); x < (right ?? 1) * width; x++, count++) {
      sum += Math.abs((one[y * width + x] ?? 0) - (other[y * width + x] ?? 0));
    }
  }
  return sum / count;
}

const parts = { sky: [0.2, 0.02, 0.8, 0.22], leaves: [0.1, 0.45, 0.9, 0.55], water: [0.1, 0.72, 0.9, 0.95] };

test('each kind moves its own part of the picture, and no other', () => {
  const bare = draw(takeOf([]), 40);
  const moved = (kind: LifeKind, part: keyof typeof parts) => difference(draw(takeOf([kind]), 40), bare, parts[part]);
  assert.ok(moved('wind', 'leaves') > 2);
  assert.ok(moved('wind', 'sky') < 0.5 && moved('wind', 'water') < 0.5);
  assert.ok(moved('clouds', 'sky') > 0.5, String(moved('clouds', 'sky')));
  assert.equal(moved('clouds', 'water'), 0);
  assert.ok(moved('ripples', 'water') > 0.5, String(moved('ripples', 'water')));
  assert.equal(moved('ripples', 'sky'), 0);
});

test('frame 0 is what it was without any of it, and a frame is the same each time', () => {
  for (const from of [scene, withSubject()]) {
    const plain = draw(takeOf([], from), 0);
    const living = takeOf(lifeKinds, from);
    assert.deepEqual(draw(living, 0), plain);
    assert.deepEqual(draw(living, 31), draw(living, 31));
  }
});

test('what must keep still keeps still', () => {
  const bare = draw(takeOf([]), 40);
  const held = draw(takeOf(['wind', 'clouds', 'ripples'], scene, 'static camera', createPlane(16, 9, 1)), 40);
  assert.deepEqual(held, bare);
  // The inner part of a subject: only its upper rim gives way to the wind.
  const before = draw(takeOf([], withSubject()), 40);
  const windy = draw(takeOf(['wind'], withSubject()), 40);
  assert.equal(difference(before, windy, [0.45, 0.42, 0.55, 0.58]), 0);
  assert.ok(difference(before, windy, [0.45, 0.19, 0.55, 0.24]) > 0);
});

test('no part moves out of the picture: every position of every frame lies inside', () => {
  for (const prompt of ['static camera', 'pan left', 'dolly zoom', 'crane up']) {
    const take = takeOf(lifeKinds, withSubject(), prompt);
    for (let frame = 0; frame < frames; frame++) {
      for (const layer of take.layers) {
        const pose = withZoom(poseAt(take.plan, frame), take.zoom[frame] ?? 0);
        const reach = reachOf(buildGrid(pose, take.geometry, layer), take.geometry);
        assert.ok(reach <= 1 + 1e-6, `${prompt}, frame ${frame}: ${reach}`);
      }
    }
  }
});

test('what was found is told, what is not there is not', () => {
  assert.deepEqual(takeOf(['wind', 'ripples', 'candle']).life.living, ['wind', 'ripples', 'candle']);
  const flat: Yuv420 = { ...landscape(), luma: new Uint8Array(width * height).fill(90) };
  const empty = takeOf(['wind', 'breath'], { geometry, layers: [{ pixels: flat, nearness }] });
  assert.deepEqual(empty.life.living, []);
});

test('light flickers a little, lightning strikes at least once, and neither in frame 0', () => {
  for (const kind of ['candle', 'fire', 'neon'] as const) {
    const plan = planFlicker([kind], 5, 5);
    assert.ok(plan);
    const lights = Array.from({ length: 120 }, (_, frame) => flickerAt(plan, frame / 24));
    assert.equal(lights[0], 0);
    assert.ok(Math.max(...lights) > 0.01 && Math.max(...lights.map(Math.abs)) < 0.13, kind);
  }
  for (const seconds of [1, 5, 10]) {
    const plan = planFlicker(['lightning'], 5, seconds);
    assert.ok(plan && plan.flashes.length > 0);
    assert.equal(flickerAt(plan, 0), 0);
    // Three flashes a second and more are a danger to some viewers (WCAG 2.3.1).
    for (const at of plan.flashes) {
      assert.ok(plan.flashes.filter((other) => other >= at && other < at + 1).length <= 2);
    }
  }
  assert.equal(planFlicker(['wind'], 5, 5), undefined);
});

test('a plant sways as a whole, its foot stands', () => {
  const shot = { ...parseShot('static camera', 3), life: ['wind'] as const };
  const move = { shot, amplitude: 'large' as const, seed: 3, frames, frameRate };
  const take = prepareTake(enliven(withSubject(), { ...move, isPlant: true }), move);
  const still = takeOf([], withSubject());
  const most = (part: readonly number[]) =>
    Math.max(...[30, 38, 47].map((frame) => difference(draw(still, frame), draw(take, frame), part)));
  assert.ok(most([0.45, 0.44, 0.55, 0.5]) > 3);
  assert.ok(most([0.48, 0.76, 0.52, 0.79]) < 1);
});

test('growing starts at the subject: an orbit and a dolly zoom keep it where it is, to a hundredth of the frame', () => {
  const focused: LayeredScene = { ...withSubject(), geometry: { ...geometry, focusX: 0.36, focusY: 0.42 } };
  for (const prompt of ['orbit clockwise', 'orbit right', 'dolly zoom', 'slow dolly in and orbit left']) {
    const take = takeOf([], focused, prompt);
    const layer = take.layers.at(-1);
    assert.ok(layer);
    for (let frame = 0; frame < frames; frame++) {
      const pose = withZoom(poseAt(take.plan, frame), take.zoom[frame] ?? 0);
      const { columns, rows, positions } = buildGrid(pose, take.geometry, layer);
      let nearest = Number.POSITIVE_INFINITY;
      let at = { x: 0, y: 0 };
      for (let row = 0; row <= rows; row++) {
        for (let column = 0; column <= columns; column++) {
          const index = (row * (columns + 1) + column) * 2;
          const off = { x: (positions[index] ?? 0) - 0.36, y: (positions[index + 1] ?? 0) - 0.42 };
          const distance = Math.hypot(off.x, off.y);
          if (distance >= nearest) continue;
          nearest = distance;
          // From the corner nearest to it, on by what is missing: within a cell everything is linear.
          at = { x: (column * 16 + 0.5) / width - off.x * pose.zoom, y: (row * 16 + 0.5) / height - off.y * pose.zoom };
        }
      }
      const off = Math.hypot(at.x - 0.36, at.y - 0.42);
      assert.ok(off < 0.01, `${prompt}, frame ${frame}: ${off}`);
    }
  }
});
