import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShot } from '../prompt/shot.ts';
import { createPlane, mapPlane } from '../raster/plane.ts';
import { planCamera, poseAt } from './camera.ts';
import { buildGrid, gridSize, type SceneGeometry } from './grid.ts';

const nearness = mapPlane(createPlane(320, 180), (_, index) => {
  const x = (index % 320) / 320;
  const y = Math.floor(index / 320) / 180;
  return 0.5 + 0.25 * Math.sin(5 * x) + 0.2 * y;
});

function sceneOf(width: number, height: number): SceneGeometry {
  const focus = { focusX: 0.4, focusY: 0.6, focusNearness: 0.7 };
  return { width, height, sourceWidth: width, sourceHeight: height, ...focus };
}

test('a large film looks every place up where a small one does, also between the corners that it searches', () => {
  for (const prompt of ['orbit', 'pan right', 'dolly in', 'roll left']) {
    const plan = planCamera(parseShot(prompt, 3), 'large', 3, 24, 24);
    for (const [width, height] of [
      [1920, 1080],
      [1080, 1920],
      [1936, 1104],
    ] as const) {
      const pose = poseAt(plan, 20);
      const large = buildGrid(pose, sceneOf(width, height), { nearness });
      assert.deepEqual({ columns: large.columns, rows: large.rows }, gridSize(width, height));
      // A film of half the size has its corners at every second one of this, but for half a pixel.
      const small = buildGrid(pose, sceneOf(width / 2, height / 2), { nearness });
      const at = (column: number, row: number, axis: number) =>
        (small.positions[(row * (small.columns + 1) + column) * 2 + axis] ?? 0) - 0.5 / (axis === 0 ? width : height);
      for (let row = 0; row < large.rows; row++) {
        for (let column = 0; column < large.columns; column++) {
          for (const axis of [0, 1]) {
            const [left, right] = [column >> 1, (column + 1) >> 1];
            const [top, bottom] = [row >> 1, (row + 1) >> 1];
            const sum = at(left, top, axis) + at(right, top, axis) + at(left, bottom, axis) + at(right, bottom, axis);
            const found = large.positions[(row * (large.columns + 1) + column) * 2 + axis] ?? 0;
            const apart = Math.abs(found - sum / 4) * (axis === 0 ? width : height);
            assert.ok(apart < 0.4, `${prompt} ${width}x${height} ${column},${row}: ${apart} px`);
          }
        }
      }
    }
  }
});

test('of the border alone, the corners stand where they do in the whole grid', () => {
  const pose = poseAt(planCamera(parseShot('orbit', 3), 'large', 3, 24, 24), 20);
  for (const [width, height] of [
    [960, 540],
    [1920, 1080],
  ] as const) {
    const whole = buildGrid(pose, sceneOf(width, height), { nearness });
    const border = buildGrid(pose, sceneOf(width, height), { nearness }, 'border');
    const { columns, rows } = whole;
    for (let row = 0; row <= rows; row++) {
      for (let column = 0; column <= columns; column++) {
        if (row > 0 && row < rows - 1 && column > 0 && column < columns - 1) continue;
        const index = (row * (columns + 1) + column) * 2;
        assert.equal(border.positions[index], whole.positions[index], `${column},${row}`);
        assert.equal(border.positions[index + 1], whole.positions[index + 1], `${column},${row}`);
      }
    }
  }
});
