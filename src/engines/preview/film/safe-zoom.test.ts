import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShot } from '../prompt/shot.ts';
import { createPlane, mapPlane } from '../raster/plane.ts';
import { planCamera, poseAt } from './camera.ts';
import { buildGrid, gridSize, reachOf, toFixedPoint } from './grid.ts';
import { safeZoom, withZoom } from './safe-zoom.ts';

const scene = {
  width: 640,
  height: 354,
  sourceWidth: 800,
  sourceHeight: 442,
  focusX: 0.3,
  focusY: 0.6,
  focusNearness: 0.7,
};
const ramp = mapPlane(createPlane(80, 44), (_, index) => 0.1 + (0.6 * Math.floor(index / 80)) / 44);
const layers = [{ nearness: ramp }, { nearness: createPlane(80, 44, 0.75) }];
const frames = 60;

const prompts = [
  'zoom in',
  'zoom out',
  'pan left',
  'pan up right',
  'truck right',
  'crane up',
  'orbit clockwise',
  'camera roll',
  'dolly zoom',
  'static shot',
  'handheld',
  'pan left then tilt down then zoom in',
];

for (const prompt of prompts) {
  for (const amplitude of ['small', 'large'] as const) {
    test(`"${prompt}" (${amplitude}) never shows what lies outside`, () => {
      const plan = planCamera(parseShot(prompt, 3), amplitude, 3, frames, 24);
      const zoom = safeZoom(plan, scene, layers);
      for (let frame = 0; frame < frames; frame++) {
        const pose = withZoom(poseAt(plan, frame), zoom[frame] ?? 0);
        for (const layer of layers) {
          const reach = reachOf(buildGrid(pose, scene, layer), scene);
          assert.ok(reach <= 1 + 1e-6, `frame ${frame} reaches ${reach}`);
        }
      }
    });
  }
}

test('frame 0 of a move that starts at rest is the whole picture', () => {
  const plan = planCamera(parseShot('pan left', 3), 'medium', 3, frames, 24);
  const zoom = safeZoom(plan, scene, layers);
  assert.ok(Math.abs((zoom[0] ?? 0) - 1) < 0.004, String(zoom[0]));
});

test('the zoom swells, it does not jump', () => {
  const plan = planCamera(parseShot('truck left then pan right', 3), 'large', 3, 120, 24);
  const zoom = safeZoom(plan, scene, layers);
  for (let frame = 1; frame < zoom.length; frame++) {
    assert.ok(Math.abs((zoom[frame] ?? 0) - (zoom[frame - 1] ?? 0)) < 0.03, `frame ${frame}`);
  }
});

test('a still camera maps every pixel onto itself', () => {
  const same = { ...scene, sourceWidth: scene.width, sourceHeight: scene.height };
  const pose = {
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
  const grid = buildGrid(pose, same, { nearness: ramp });
  const { columns, rows } = gridSize(scene.width, scene.height);
  const out = new Int32Array((columns + 1) * (rows + 1) * 2);
  toFixedPoint(grid, same.sourceWidth, same.sourceHeight, out);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * (columns + 1) + column) * 2;
      assert.ok(Math.abs((out[at] ?? 0) - column * 16 * 65536) <= 32, `${column},${row}`);
      assert.ok(Math.abs((out[at + 1] ?? 0) - row * 16 * 65536) <= 32, `${column},${row}`);
    }
  }
});

/** Where the middle of the last frame is taken from, as a shift in widths, and how much of the picture it shows. */
function lastView(prompt: string, amplitude: 'small' | 'medium' | 'large') {
  const plan = planCamera(parseShot(prompt, 3), amplitude, 3, frames, 24);
  const { columns, rows, positions } = buildGrid(poseAt(plan, frames - 1), scene, { nearness: ramp });
  const at = (column: number, row: number) => {
    const index = (row * (columns + 1) + column) * 2;
    return [positions[index] ?? 0, positions[index + 1] ?? 0] as const;
  };
  const [left, top] = at(0, 0);
  const [right, bottom] = at(columns, rows);
  return { x: (left + right) / 2 - 0.5, y: (top + bottom) / 2 - 0.5, width: right - left };
}

test('the camera goes where the words say, the further the larger the amplitude', () => {
  for (const [prompt, axis, sign] of [
    ['pan left', 'x', -1],
    ['pan right', 'x', 1],
    ['pan up', 'y', -1],
    ['pan down', 'y', 1],
    ['truck left', 'x', -1],
    ['crane up', 'y', -1],
  ] as const) {
    const [small, medium, large] = (['small', 'medium', 'large'] as const).map((amplitude) =>
      lastView(prompt, amplitude),
    );
    const rest = lastView('static shot', 'medium')[axis];
    const moved = [small, medium, large].map((view) => sign * ((view?.[axis] ?? 0) - rest));
    assert.ok((moved[0] ?? 0) > 0.01, `${prompt}: ${moved}`);
    assert.ok(
      (moved[1] ?? 0) > 1.3 * (moved[0] ?? 0) && (moved[2] ?? 0) > 1.3 * (moved[1] ?? 0),
      `${prompt}: ${moved}`,
    );
  }
  assert.ok(lastView('zoom in', 'large').width < lastView('zoom in', 'medium').width);
  assert.ok(lastView('zoom in', 'medium').width < lastView('static shot', 'medium').width);
});
