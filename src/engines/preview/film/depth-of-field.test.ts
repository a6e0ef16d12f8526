import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShot } from '../prompt/shot.ts';
import { randomStream } from '../random.ts';
import { createPlane, mapPlane } from '../raster/plane.ts';
import type { Yuv420 } from '../raster/yuv420.ts';
import { withDepthOfField } from './depth-of-field.ts';
import { drawFrame, frameBytes } from './frame-worker.ts';
import { plainKernel } from './kernel.ts';
import type { LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { prepareTake } from './render-frames.ts';
import { shownLayers, veilShare } from './veil.ts';

const width = 320;
const height = 180;
const frames = 48;
const frameRate = 24;
const seconds = frames / frameRate;

function noise(seed: number): Yuv420 {
  const random = randomStream(seed, 'test');
  const chroma = () => new Uint8Array((width * height) / 4).fill(128);
  const luma = Uint8Array.from({ length: width * height }, () => 40 + 150 * random());
  return { width, height, luma, blue: chroma(), red: chroma() };
}

const geometry = {
  width,
  height,
  sourceWidth: width,
  sourceHeight: height,
  focusX: 0.5,
  focusY: 0.8,
  focusNearness: 0.5,
};
/** Far above, near below. */
const ramp = mapPlane(createPlane(32, 18), (_, index) => 0.1 + (0.6 * Math.floor(index / 32)) / 18);
const one: LayeredScene = { geometry, layers: [{ pixels: noise(1), nearness: ramp }] };

function two(): LayeredScene {
  const inside = (x: number, y: number) => x > width * 0.35 && x < width * 0.65 && y > height * 0.3;
  const luma = Uint8Array.from({ length: width * height }, (_, index) =>
    inside(index % width, Math.floor(index / width)) ? 255 : 0,
  );
  const half = width / 2;
  const chroma = Uint8Array.from({ length: (half * height) / 2 }, (_, index) =>
    inside((index % half) * 2, Math.floor(index / half) * 2) ? 255 : 0,
  );
  const subject = { pixels: noise(2), alpha: { luma, chroma }, nearness: createPlane(32, 18, 0.8) };
  return { geometry, layers: [...one.layers, subject] };
}

function takeOf(scene: LayeredScene, prompt: string) {
  const shot = parseShot(prompt, 3);
  const move = { shot, amplitude: 'medium' as const, seed: 3, frames, frameRate };
  return prepareTake(withDepthOfField(enliven(scene, move), shot.focus, seconds, undefined), move);
}

function draw(take: ReturnType<typeof takeOf>, frame: number): Uint8Array {
  // What an earlier frame left in the buffer must not show.
  const out = new Uint8Array(frameBytes(width, height)).fill(77);
  drawFrame(take, plainKernel, frame, { frame: out, grids: take.slots[0]?.grids ?? [] });
  return out;
}

/** Mean difference between neighbours within a box, in shares. */
function sharpness(out: Uint8Array, [left, top, right, bottom]: readonly [number, number, number, number]): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.round(top * height); y < bottom * height; y++) {
    for (let x = Math.round(left * width); x < right * width - 1; x++, count++) {
      sum += Math.abs((out[y * width + x] ?? 0) - (out[y * width + x + 1] ?? 0));
    }
  }
  return sum / count;
}

const background = [0.05, 0.05, 0.3, 0.3] as const;
const subject = [0.42, 0.74, 0.58, 0.95] as const;

for (const [name, scene] of [
  ['one layer', one],
  ['two layers', two()],
] as const) {
  test(`${name}: frame 0 is the picture, then what lies behind goes soft and the subject stays sharp`, () => {
    const plain = takeOf(scene, 'static camera');
    const soft = takeOf(scene, 'static camera, bokeh');
    assert.deepEqual(draw(soft, 0), draw(plain, 0));
    const last = draw(soft, frames - 1);
    assert.ok(sharpness(last, background) < 0.25 * sharpness(draw(plain, frames - 1), background));
    assert.ok(sharpness(last, subject) > 0.9 * sharpness(draw(plain, frames - 1), subject));
    const half = sharpness(draw(soft, 14), background);
    assert.ok(half < 0.95 * sharpness(draw(plain, 14), background) && half > sharpness(last, background), `${half}`);
  });
}

test('while it comes in, nothing shows of what was in the buffer before', () => {
  const take = takeOf(one, 'zoom in, shallow depth of field');
  for (const frame of [4, 12, 20, 40]) {
    const other = new Uint8Array(frameBytes(width, height)).fill(200);
    drawFrame(take, plainKernel, frame, { frame: other, grids: take.slots[0]?.grids ?? [] });
    assert.deepEqual(draw(take, frame), other);
  }
});

test('a rack of focus waits', () => {
  const plain = takeOf(two(), 'static camera');
  const rack = takeOf(two(), 'static camera, rack focus');
  assert.deepEqual(draw(rack, 12), draw(plain, 12));
  assert.ok(sharpness(draw(rack, frames - 1), background) < 0.3 * sharpness(draw(plain, frames - 1), background));
});

test('a layer that is covered is not drawn, one that has not come is not either', () => {
  const veil = { fromSeconds: 1, toSeconds: 2 };
  const layers = [{ name: 'sharp' }, { name: 'soft', veil }, { name: 'subject', alpha: true }];
  const names = (at: number) => shownLayers(layers, at).map(({ name }) => name);
  assert.deepEqual(names(0.5), ['sharp', 'subject']);
  assert.deepEqual(names(1.5), ['sharp', 'soft', 'subject']);
  assert.deepEqual(names(2.5), ['soft', 'subject']);
  assert.equal(veilShare(veil, 1), 0);
  assert.equal(veilShare(veil, 2), 256);
});
