import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLife } from './life.ts';
import { normalisePrompt } from './words.ts';

const table: readonly (readonly [prompt: string, kinds: string])[] = [
  ['wind in her hair', 'wind'],
  ['leaves rustling', 'wind'],
  ['a gentle breeze', 'wind'],
  ['grass swaying softly', 'wind'],
  ['her scarf flutters', 'wind'],
  ['flowing dress', 'wind'],
  ['a window in the wall', ''],
  ['a winding road', ''],
  ['wind turbine on a hill', ''],
  ['no wind at all', ''],
  ['without any wind', ''],
  ['ripples on the water', 'ripples'],
  ['a boat on a lake', 'ripples'],
  ['mountains reflected in the pond', 'ripples'],
  ['reflections in a puddle', 'ripples'],
  ['a watercolor of a cat', ''],
  ['a water bottle on a table', ''],
  ['she waves goodbye', ''],
  ['clouds drift by', 'clouds'],
  ['clouds over the sea', 'clouds ripples'],
  ['she is breathing calmly', 'breath'],
  ['a breathtaking view', ''],
  ['candlelight dinner', 'candle'],
  ['a campfire flickering', 'fire'],
  ['a fire truck', ''],
  ['neon signs in the rain', 'neon'],
  ['lightning over the hills', 'lightning'],
  ['微风吹过草地', 'wind'],
  ['她的头发随风飘动', 'wind'],
  ['花朵在风中摇曳', 'wind'],
  ['美丽的风景', ''],
  ['没有风', ''],
  ['湖面泛起涟漪', 'ripples'],
  ['湖南的山', ''],
  ['水面倒影', 'ripples'],
  ['不要波浪', ''],
  ['白云飘过天空', 'clouds'],
  ['云南的村庄', ''],
  ['烛光晚餐', 'candle'],
  ['霓虹灯闪烁', 'neon fire'],
  ['雷电交加', 'lightning'],
  ['均匀地呼吸', 'breath'],
  ['', ''],
];

for (const [prompt, kinds] of table) {
  test(`the life of "${prompt}"`, () => {
    const found = parseLife(normalisePrompt(prompt));
    assert.equal(found.kinds.join(' '), kinds);
    assert.equal(found.words.length, found.kinds.length);
  });
}

test('plants sway as a whole only when nobody is spoken of', () => {
  for (const [prompt, isPlantWind] of [
    ['the flower sways in the wind', true],
    ['花朵在风中摇曳', true],
    ['a girl among flowers, wind', false],
    ['wind in her hair', false],
    ['a flower', false],
  ] as const) {
    assert.equal(parseLife(normalisePrompt(prompt)).isPlantWind, isPlantWind, prompt);
  }
});
