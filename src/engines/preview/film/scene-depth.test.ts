import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sceneNames } from '../prompt/setting.ts';
import { sceneNearness } from './scene-depth.ts';

test('what is low or beside is near, the sky and the vanishing point are far, and all is within 0 and 1', () => {
  for (const scene of sceneNames) {
    const { data } = sceneNearness(scene, 0.4, 32, 20);
    assert.ok(
      data.every((value) => value >= 0 && value <= 1),
      scene,
    );
  }
  const at = (scene: 'desert' | 'city', x: number, y: number) =>
    sceneNearness(scene, 0.4, 32, 20).data[y * 32 + x] ?? 0;
  assert.ok(at('desert', 16, 19) > at('desert', 16, 12) && at('desert', 16, 12) > at('desert', 16, 2));
  assert.ok(at('city', 0, 8) > 2 * at('city', 12, 8));
});
