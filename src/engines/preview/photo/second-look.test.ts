import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createPlane, type Plane } from '../raster/plane.ts';
import { openPhoto } from './decode.ts';
import { openPersonModel } from './person.ts';
import { planSecondLook, withFound } from './second-look.ts';
import { analyseSubject } from './subject.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-second-look-'));
const model = openPersonModel();
after(async () => {
  await model.close();
  rmSync(directory, { recursive: true });
});

type Rectangle = readonly [left: number, top: number, right: number, bottom: number, value: number];

function matteOf(...parts: readonly Rectangle[]): Plane {
  const plane = createPlane(400, 300);
  for (const [left, top, right, bottom, value] of parts) {
    for (let y = top; y < bottom; y++) plane.data.fill(value, y * 400 + left, y * 400 + right);
  }
  return plane;
}

const at = ({ data, width }: Plane, x: number, y: number) => data[y * width + x] ?? Number.NaN;
const sure = [250, 40, 380, 300, 1] as const;
const halfSeen = [30, 100, 80, 280, 0.3] as const;

test('whoever is half seen beside somebody is looked at again, whole and with room around', () => {
  const [place, ...others] = planSecondLook(matteOf(sure, halfSeen)).places;
  assert.ok(place !== undefined && others.length === 0);
  const { left, top, side } = place;
  assert.ok(left >= 0 && left < 30 && top < 100 && left + side > 80 && top + side > 280 && side <= 300);
  assert.ok(left + side <= 400 && top + side <= 300);
});

test('the soft edge of somebody who is seen, a speck and an empty picture are no doubt', () => {
  const rim = [244, 40, 250, 300, 0.4] as const;
  const speck = [20, 20, 28, 28, 0.4] as const;
  assert.deepEqual(planSecondLook(matteOf(sure, rim, speck)).places, []);
  assert.deepEqual(planSecondLook(matteOf()).places, []);
});

test('only whom both looks show is added, and nobody is taken away', () => {
  const matte = matteOf(sure, halfSeen);
  const { around } = planSecondLook(matte);
  const closer = matteOf([28, 96, 84, 284, 0.9], [120, 40, 200, 120, 0.9]);
  const found = withFound(matte, closer, around(closer) ?? assert.fail());
  assert.ok(at(found, 55, 200) > 0.85);
  assert.equal(at(found, 160, 80), 0);
  assert.equal(at(found, 300, 200), 1);
  assert.equal(around(matteOf()), undefined);
  assert.equal(around(matteOf([120, 40, 200, 120, 0.9])), undefined);
});

test('a second person, half as tall, is in the matte', async () => {
  const photo = fileURLToPath(new URL('../../../../examples/photos/astronaut.png', import.meta.url));
  const cut = (left: number, width: number, scale: number) =>
    sharp(photo)
      .removeAlpha()
      .extract({ left, top: 0, width, height: 512 })
      .resize(Math.round(width * scale), Math.round(512 * scale))
      .png()
      .toBuffer();
  const path = join(directory, 'two.png');
  await sharp({ create: { width: 900, height: 512, channels: 3, background: '#c8c0bc' } })
    .composite([
      { input: await cut(0, 350, 1), left: 550, top: 0 },
      { input: await cut(100, 300, 0.4), left: 40, top: 307 },
    ])
    .png()
    .toFile(path);
  const facts = { kind: 'image', contentType: 'image/png', width: 900, height: 512, bytes: 1 } as never;
  const { matte, source } = await analyseSubject(await openPhoto({ field: 'images', index: 0, path, facts }), model);
  assert.equal(source, 'person');
  const seen = (left: number, right: number) => {
    let count = 0;
    for (let y = 0; y < matte.height; y++) {
      for (let x = Math.round(left * matte.width); x < right * matte.width; x++) if (at(matte, x, y) > 0.5) count++;
    }
    return count / matte.data.length;
  };
  assert.ok(seen(0.6, 1) > 0.1, `${seen(0.6, 1)}`);
  // The smaller figure's print covers a twentieth of the picture.
  assert.ok(seen(0, 0.25) > 0.025, `${seen(0, 0.25)}`);
});
