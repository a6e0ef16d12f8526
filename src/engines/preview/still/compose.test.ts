/** References in a place: each is the reference itself, and is seen. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { openPhoto } from '../photo/decode.ts';
import { randomStream } from '../random.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createNoise, noiseAt } from '../raster/noise.ts';
import { createPlane } from '../raster/plane.ts';
import { frameFromPlate, lightSprite, type Placed, placeSprite } from './compose.ts';
import { asPrint, type Cutout, readSprite } from './cutout.ts';
import { finish } from './finish.ts';
import { paintPlate } from './plate.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Seeded stripes and blobs in colours, as textured as a photograph. */
async function reference(): Promise<string> {
  const [width, height] = [320, 240];
  const noise = createNoise(randomStream(3, 'reference'));
  const data = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = noiseAt(noise, x / 30 + channel * 7, y / 30) * 90 + noiseAt(noise, x / 7, y / 7 + channel) * 40;
        data[3 * (y * width + x) + channel] = Math.min(255, Math.max(0, 128 + value));
      }
    }
  }
  const path = join(directory, 'reference.png');
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

/** Mean structural similarity of the lumas in blocks of 8 (Wang et al. 2004). */
function similarity(one: RgbImage, other: RgbImage, from: { left: number; top: number }): number {
  const luma = ({ width, data }: RgbImage, x: number, y: number) => {
    const at = 3 * (y * width + x);
    return 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
  };
  let sum = 0;
  let count = 0;
  for (let top = 0; top + 8 <= other.height; top += 8) {
    for (let left = 0; left + 8 <= other.width; left += 8) {
      let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
      for (let pixel = 0; pixel < 64; pixel++) {
        const [x, y] = [left + (pixel & 7), top + (pixel >> 3)];
        const u = luma(one, from.left + x, from.top + y);
        const v = luma(other, x, y);
        [a, b, aa, bb, ab] = [a + u, b + v, aa + u * u, bb + v * v, ab + u * v];
      }
      const [meanA, meanB] = [a / 64, b / 64];
      const [varA, varB, cov] = [aa / 64 - meanA ** 2, bb / 64 - meanB ** 2, ab / 64 - meanA * meanB];
      const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
      sum += ((2 * meanA * meanB + c1) * (2 * cov + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (varA + varB + c2));
      count++;
    }
  }
  return sum / count;
}

test('what is put into a place is the reference itself', async () => {
  const path = await reference();
  const facts = { kind: 'image', mediaType: 'image/png', extension: 'png' } as const;
  const photo = await openPhoto({ field: 'images', index: 0, facts, path });
  const matte = createPlane(64, 48, 1);
  const subject: Cutout['subject'] = {
    source: 'alpha',
    matte,
    confidence: 1,
    area: 1,
    box: { left: 0, top: 0, right: 1, bottom: 1 },
    touches: { left: 0, top: 0, right: 0, bottom: 0 },
    nearness: matte,
    depthSource: 'guess',
  };
  const box = { left: 0, top: 0, right: 1, bottom: 1 };
  const standing: Cutout = { kind: 'standing', photo, subject, box, ratio: 4 / 3, cutSide: undefined };
  const slot = { left: 40, top: 30, width: 240, height: 180, depth: 0, atEdge: false };
  const expected = await photo.read(slot.width, slot.height);
  const noise = createNoise(randomStream(1, 'merge'));
  const plate = paintPlate({ scene: 'meadow', light: 'golden', width: 320, height: 240, seed: 2, hasSubject: true });
  for (const cutout of [standing, asPrint(standing)]) {
    const sprite = await readSprite(cutout, slot, noise);
    const border = cutout.kind === 'merged' ? 8 : 0;
    const inside = { width: slot.width - 2 * border, height: slot.height - 2 * border };
    const own = border === 0 ? expected : await photo.read(inside.width, inside.height);
    const before = similarity(sprite.image, own, { left: border, top: border });
    if (border === 0) assert.ok(before >= 0.9, `before harmonising ${before}`);
    const frame = frameFromPlate(plate, 320, 240);
    const placed: Placed = { sprite, slot, kind: cutout.kind };
    placeSprite(frame, lightSprite(plate, placed, frame));
    const image = finish(frame, randomStream(1, 'grain'));
    const middle = await photo.read(slot.width, slot.height);
    if (border === 0) {
      const seen = similarity(image, middle, slot);
      assert.ok(seen >= 0.8, `in the picture ${seen}`);
    }
  }
});
