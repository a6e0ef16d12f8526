/** Letters in pictures: drawn, readable, and out of the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linearTable, type RgbImage } from '../../raster/colour.ts';
import { createPlane } from '../../raster/plane.ts';
import { glyphOf } from './glyphs.ts';
import { lineOf, readable } from './line.ts';
import { contrast, setLettering } from './set.ts';

/** Stripes of a few shades around one, so that the ground is not even. */
function picture(shade: number, spread: number, width = 480, height = 270): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const value = Math.min(255, Math.max(0, shade + spread * Math.sin(index * 0.7)));
    data.fill(value, 3 * index, 3 * index + 3);
  }
  return { width, height, data };
}

function luminance({ data }: RgbImage, index: number): number {
  const linear = linearTable();
  const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((channel) => linear[data[3 * index + channel] ?? 0] ?? 0);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('every letter of Latin languages has strokes inside its box', () => {
  for (const character of 'ABCXYZabcxyz0123456789.,!?&@%#éÅñüßøłŽçğ€’—') {
    const glyph = glyphOf(character);
    assert.ok(glyph !== undefined, character);
    for (const [x, y] of glyph.strokes.flat()) {
      assert.ok(x > -25 && x < glyph.width + 25 && y >= -45 && y <= 135, `${character} ${x},${y}`);
    }
  }
  assert.equal(glyphOf('世'), undefined);
});

test('pictographs are dropped and told, letters stay', async () => {
  const { text, dropped, source } = await readable('Launch 🚀 day 👩‍🚀!');
  assert.deepEqual([text, source], ['Launch day !', 'strokes']);
  assert.ok(dropped.includes('🚀'));
});

test('letters without strokes are set by a font of the machine, or dropped and told', async () => {
  const { text, dropped, source } = await readable('世界 A');
  if (dropped.length === 0) {
    assert.equal(source, 'font');
    const { mask } = await (await lineOf(text, source)).draw(40);
    assert.ok(mask.data.some((value) => value > 0.9));
  } else assert.deepEqual([text, dropped], ['A', ['世', '界']]);
});

for (const [name, shade, spread] of [
  ['black', 4, 3],
  ['grey', 128, 20],
  ['white', 250, 4],
  ['restless', 128, 110],
] as const) {
  test(`text on ${name} ground is there, and can be read`, async () => {
    const image = picture(shade, spread);
    const before = image.data.slice();
    const { box, drawn } = await setLettering(
      image,
      { texts: ['HELLO WORLD'], isSign: false },
      { taken: undefined, glows: false },
    );
    assert.ok(box !== undefined);
    assert.deepEqual(drawn, ['HELLO WORLD']);
    // The ink is the far end of the shades in the box; more than half of the box is ground, edges of letters are not.
    const shades: number[] = [];
    let changed = 0;
    for (let y = box.top; y < box.top + box.height; y++) {
      for (let x = box.left; x < box.left + box.width; x++) {
        const index = y * image.width + x;
        shades.push(luminance(image, index));
        if (Math.abs((image.data[3 * index] ?? 0) - (before[3 * index] ?? 0)) > 40) changed++;
      }
    }
    assert.ok(changed > shades.length * 0.1);
    shades.sort((one, other) => one - other);
    const at = (share: number) => shades[Math.floor(share * (shades.length - 1))] ?? 0;
    const isLight = at(0.97) - at(0.5) > at(0.5) - at(0.03);
    const ratio = isLight ? contrast(at(0.98), at(0.55)) : contrast(at(0.02), at(0.45));
    assert.ok(ratio >= 4.5, `contrast ${ratio}`);
  });
}

test('text leaves the subject free and stays in the picture, in every shape', async () => {
  for (const [width, height] of [
    [480, 270],
    [270, 480],
    [300, 300],
    [640, 160],
  ] as const) {
    const taken = createPlane(32, 32);
    // The upper half is somebody.
    taken.data.fill(1, 0, 32 * 16);
    const texts = ['The quick brown fox jumps over the lazy dog', 'and a second line'];
    const { box } = await setLettering(
      picture(90, 10, width, height),
      { texts, isSign: false },
      { taken, glows: false },
    );
    assert.ok(box !== undefined);
    assert.ok(box.top > height * 0.5, `${width}x${height}: ${box.top}`);
    assert.ok(box.left > 0 && box.left + box.width < width && box.top + box.height < height);
  }
});

test('the same text gives the same bytes; signs have a board, or glow', async () => {
  const draw = async (isSign: boolean, glows: boolean) => {
    const image = picture(90, 10);
    await setLettering(image, { texts: ['OPEN'], isSign }, { taken: undefined, glows });
    return Buffer.from(image.data);
  };
  assert.deepEqual(await draw(true, true), await draw(true, true));
  assert.notDeepEqual(await draw(true, true), await draw(true, false));
  assert.notDeepEqual(await draw(true, false), await draw(false, false));
});
