import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShot } from '../prompt/shot.ts';
import { createPlane } from '../raster/plane.ts';
import { poseAt } from './camera.ts';
import { drawFrame, frameBytes } from './frame-worker.ts';
import { buildGrid, reachOf } from './grid.ts';
import { plainKernel } from './kernel.ts';
import type { LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { prepareTake } from './render-frames.ts';
import { withZoom, zoomAt } from './safe-zoom.ts';
import { drawExposed, momentsOf, speedAt } from './shutter.ts';

const width = 640;
const height = 360;
/** Fine upright stripes: what moves sideways within a frame loses them. */
const luma = Uint8Array.from({ length: width * height }, (_, index) => (index % 4 < 2 ? 60 : 180));
const chroma = new Uint8Array((width * height) / 4).fill(128);
const scene: LayeredScene = {
  geometry: { width, height, sourceWidth: width, sourceHeight: height, focusX: 0.5, focusY: 0.5, focusNearness: 0.5 },
  layers: [{ pixels: { width, height, luma, blue: chroma, red: chroma }, nearness: createPlane(32, 18, 0.5) }],
};

function takeOf(prompt: string, frames: number) {
  const move = { shot: parseShot(prompt, 3), amplitude: 'large' as const, seed: 3, frames, frameRate: 24 };
  return prepareTake(enliven(scene, move), move);
}

test('a calm move is not blurred, a wild one is, the more the faster', () => {
  const calm = takeOf('pan left', 120);
  for (let frame = 0; frame < 120; frame++) assert.equal(momentsOf(calm, frame).length, 1);
  const wild = takeOf('quickly pan left', 6);
  assert.ok(speedAt(wild, 3) > 12, String(speedAt(wild, 3)));
  assert.ok(momentsOf(wild, 3).length > 1);
  assert.deepEqual(momentsOf(wild, 0), [0]);
  for (let frame = 1; frame < 6; frame++) {
    const moments = momentsOf(wild, frame);
    assert.ok(moments.length <= 4 && moments.every((moment) => Math.abs(moment - frame) < 0.26 && moment <= 5));
  }
});

test('a blurred frame is the mean of its moments, the same each time', () => {
  const wild = takeOf('quickly pan left', 6);
  const draw = () => {
    const out = new Uint8Array(frameBytes(width, height));
    drawExposed(wild, 3, out, (moment) =>
      drawFrame(wild, plainKernel, moment, { frame: out, grids: wild.slots[0]?.grids ?? [] }),
    );
    return out;
  };
  const blurred = draw();
  assert.deepEqual(draw(), blurred);
  const parts = momentsOf(wild, 3).map((moment) => {
    const out = new Uint8Array(frameBytes(width, height));
    drawFrame(wild, plainKernel, moment, { frame: out, grids: wild.slots[0]?.grids ?? [] });
    return out;
  });
  for (const index of [0, 1000, 77_777, width * height + 5]) {
    const mean = parts.reduce((sum, part) => sum + (part[index] ?? 0), 0) / parts.length;
    assert.ok(Math.abs((blurred[index] ?? 0) - mean) <= 1, `${index}`);
  }
});

test('no moment shows what lies outside', () => {
  for (const prompt of ['quickly pan left', 'handheld, quickly truck right', 'rapidly orbit']) {
    const take = takeOf(prompt, 12);
    for (let frame = 0; frame < 12; frame++) {
      for (const moment of momentsOf(take, frame)) {
        const pose = withZoom(poseAt(take.plan, moment), zoomAt(take.zoom, moment));
        for (const layer of take.layers) {
          const reach = reachOf(buildGrid(pose, take.geometry, layer), take.geometry);
          // Between two frames the zoom is a chord of its curve; positions are held inside in any case.
          assert.ok(reach <= 1 + 2e-3, `${prompt}, ${moment}: ${reach}`);
        }
      }
    }
  }
});
