import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmbient } from './ambient.ts';
import { normalisePrompt } from './words.ts';

const table: readonly (readonly [prompt: string, kinds: string])[] = [
  ['a street in the rain', 'rain'],
  ['Heavy downpour on the roof', 'rain'],
  ['snow is falling on the village', 'snow'],
  ['snowflakes and sparks', 'snow embers'],
  ['a snowy mountain', ''],
  ['dust motes in the sunlight', 'dust'],
  ['she sits by a campfire', 'embers'],
  ['petals drift past', 'petals'],
  ['cherry blossoms falling slowly', 'petals'],
  ['a cherry blossom tree', ''],
  ['leaves are falling', 'leaves'],
  ['a forest with fireflies', 'fireflies'],
  ['a street without rain', ''],
  ['no falling snow, no rain', ''],
  ['rain, snowflakes and embers', 'rain snow'],
  ['雨中的街道', 'rain'],
  ['雪花飘落', 'snow'],
  ['樱花飘落在湖面', 'petals'],
  ['萤火虫在林间', 'fireflies'],
  ['没有下雨的街道', ''],
  ['a train in Spain', ''],
  ['', ''],
];

for (const [prompt, kinds] of table) {
  test(`the air of "${prompt}"`, () => {
    const found = parseAmbient(normalisePrompt(prompt));
    assert.equal(found.kinds.join(' '), kinds);
    assert.equal(found.words.length, found.kinds.length);
  });
}
