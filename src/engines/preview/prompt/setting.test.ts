import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetting } from './setting.ts';

const table: readonly (readonly [prompt: string, scene: string, light: string])[] = [
  ['a woman in the desert', 'desert', 'golden'],
  ['desert dunes at night', 'desert', 'night'],
  ['in an old library', 'library', 'lamp'],
  ['a library with daylight', 'library', 'day'],
  ['walking on the beach at sunset', 'beach', 'sunset'],
  ['calm sea under the stars', 'beach', 'night'],
  ['a quiet lake in the alps, sunset', 'lake', 'sunset'],
  ['stormy sea under dark clouds', 'beach', 'storm'],
  ['湖边', 'lake', 'day'],
  ['in the Alps, golden hour', 'mountains', 'golden'],
  ['foggy forest', 'forest', 'overcast'],
  ['neon city street', 'city', 'neon'],
  ['cyberpunk', 'city', 'neon'],
  ['New York by night', 'city', 'night'],
  ['product shot', 'studio', 'studio'],
  ['a field of flowers on a sunny morning', 'meadow', 'day'],
  ['winter landscape', 'snow', 'day'],
  ['floating in outer space', 'space', 'night'],
  ['沙漠里的宇航员', 'desert', 'golden'],
  ['图书馆', 'library', 'lamp'],
  ['黄昏的海边', 'beach', 'sunset'],
  ['霓虹城市', 'city', 'neon'],
  ['雪山', 'snow', 'day'],
  ['夜晚的森林', 'forest', 'night'],
  ['a snowy village', 'village', 'day'],
  ['snow-capped mountains on a sunny day', 'mountains', 'day'],
  ['a winter forest', 'forest', 'day'],
  ['a castle on a hill at dusk', 'castle', 'sunset'],
  ['an old harbour at dawn', 'harbour', 'dawn'],
  ['a room interior with a window', 'room', 'day'],
  ['a product on a table', 'table', 'day'],
  ['abstract shapes', 'abstract', 'day'],
  ['an underwater coral reef', 'underwater', 'day'],
  ['above the clouds at sunrise', 'clouds', 'dawn'],
  ['night sky with stars', 'stars', 'night'],
  ['the grand canyon', 'canyon', 'golden'],
  ['港口的清晨', 'harbour', 'dawn'],
  ['山顶的城堡', 'castle', 'golden'],
  ['客厅', 'room', 'day'],
];

for (const [prompt, scene, light] of table) {
  test(`setting of "${prompt}"`, () => {
    const setting = parseSetting(prompt, 1);
    assert.deepEqual([setting.scene, setting.light], [scene, light]);
  });
}

test('seasons are read from words and left open without', () => {
  const seasonOf = (prompt: string) => parseSetting(prompt, 1).season;
  assert.equal(seasonOf('a forest path in autumn'), 'autumn');
  assert.equal(seasonOf('cherry blossom garden'), 'spring');
  assert.equal(seasonOf('秋天的森林'), 'autumn');
  assert.equal(seasonOf('a snowy village'), 'winter');
  assert.equal(seasonOf('a forest path'), undefined);
});

test('a prompt without a place gets one of the seed and says so', () => {
  const setting = parseSetting('a happy robot', 5);
  assert.equal(setting.sceneAsked, false);
  assert.deepEqual(setting, parseSetting('a happy robot', 5));
});
