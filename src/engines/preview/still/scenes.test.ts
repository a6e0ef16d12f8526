import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lightNames, sceneNames } from '../prompt/setting.ts';
import { paintPlate } from './plate.ts';

/** Mean colour of the plate, and its spread: a scene is neither black nor blank nor burnt out. */
function measure(
  scene: (typeof sceneNames)[number],
  light: (typeof lightNames)[number],
  width: number,
  height: number,
) {
  const plate = paintPlate({ scene, light, width, height, seed: 4, hasSubject: false });
  let sum = 0;
  let squares = 0;
  for (const plane of [plate.canvas.red, plate.canvas.green, plate.canvas.blue]) {
    assert.equal(plane.data.length, width * height);
    for (const value of plane.data) {
      assert.ok(Number.isFinite(value), `${scene} ${light}`);
      const seen = Math.min(1, Math.max(0, value));
      sum += seen;
      squares += seen * seen;
    }
  }
  const count = width * height * 3;
  return { plate, mean: sum / count, spread: Math.sqrt(squares / count - (sum / count) ** 2) };
}

for (const scene of sceneNames) {
  test(`${scene} can be painted in every light and shape`, () => {
    for (const light of lightNames) {
      const { mean, spread, plate } = measure(scene, light, 96, 54);
      assert.ok(mean > 0.004 && mean < 0.9, `${light}: mean ${mean}`);
      assert.ok(spread > 0.01, `${light}: spread ${spread}`);
      assert.ok(plate.key.exposure > 0 && plate.key.exposure <= 1);
    }
    for (const [width, height] of [
      [54, 96],
      [126, 54],
      [64, 64],
    ] as const) {
      measure(scene, 'day', width, height);
    }
  });
}

test('day is brighter than night', () => {
  for (const scene of ['desert', 'beach', 'mountains', 'meadow', 'snow', 'forest'] as const) {
    assert.ok(measure(scene, 'day', 96, 54).mean > 1.4 * measure(scene, 'night', 96, 54).mean, scene);
  }
});
