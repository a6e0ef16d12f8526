import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type RgbImage, toLab } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';
import { findBackdrop, isPlain } from './backdrop.ts';
import { prepareDepthGuess } from './depth-guess.ts';
import { faintOutline } from './outline.ts';
import { beginSearch, findSubject, measureFocus } from './saliency.ts';
import { findVanishingPoint } from './vanishing-point.ts';

const photos = fileURLToPath(new URL('../../../../examples/photos/', import.meta.url));

async function readSmall(name: string): Promise<RgbImage> {
  const { data, info } = await sharp(join(photos, name))
    .resize(320, 320, { fit: 'inside' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** An image whose pixels a function of the position in shares tells. */
function draw(width: number, height: number, colourAt: (x: number, y: number) => readonly number[]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.set(colourAt((pixel % width) / width, Math.floor(pixel / width) / height), pixel * 3);
  }
  return { width, height, data };
}

const noise = (x: number, y: number) => 40 * Math.sin(x * 911) * Math.sin(y * 733);

function guess(image: RgbImage): Plane {
  const lab = toLab(image);
  const focus = measureFocus(lab[0]);
  return prepareDepthGuess({ image, lab, focus, backdrop: findBackdrop(lab) })(
    findSubject(beginSearch(image, lab, focus)),
  );
}

const at = ({ width, height, data }: Plane, x: number, y: number) =>
  data[Math.floor(y * height) * width + Math.floor(x * width)] ?? Number.NaN;

test('a sky is found, a face and a scan have none', async () => {
  for (const [name, least, most] of [
    ['nagasaki-boats.jpg', 0.25, 0.45],
    ['rocket.jpg', 0.6, 0.9],
    ['french-alpine-landscape.jpg', 0.15, 0.45],
  ] as const) {
    const { area } = findBackdrop(toLab(await readSmall(name))) ?? assert.fail(name);
    assert.ok(area > least && area < most, `${name} ${area}`);
  }
  for (const name of ['chelsea.png', 'locomotion-house-cat.jpg', 'coffee.png']) {
    assert.equal(findBackdrop(toLab(await readSmall(name))), undefined, name);
  }
});

test('a sliver of a picture has a depth, though no backdrop', () => {
  for (const [width, height] of [[320, 2] as const, [2, 320] as const]) {
    const sliver = draw(width, height, () => [120, 130, 140]);
    assert.equal(findBackdrop(toLab(sliver)), undefined);
    assert.ok(guess(sliver).data.every((value) => value >= 0 && value <= 1));
  }
});

test('only what plain paper surrounds is cut out by it', async () => {
  const plain = findBackdrop(toLab(await readSmall('allium-oreophilum.jpg'))) ?? assert.fail();
  assert.ok(isPlain(plain));
  const sky = findBackdrop(toLab(await readSmall('nagasaki-boats.jpg'))) ?? assert.fail();
  assert.ok(!isPlain(sky));
});

test('what stands before the sky has one nearness all the way up, and is nearer than what does not', async () => {
  const nearness = guess(await readSmall('rocket.jpg'));
  // The rocket, and the dark between it and the next mast.
  const rocket = [0.4, 0.5, 0.6, 0.7].map((y) => at(nearness, 0.505, y));
  assert.ok(Math.max(...rocket) - Math.min(...rocket) < 0.01, String(rocket));
  assert.ok((rocket[0] ?? 0) > at(nearness, 0.4, 0.5) + 0.1);
});

test('ground comes nearer downwards', () => {
  const field = draw(320, 200, (x, y) => (y < 0.4 ? [150, 180, 220] : [90 + noise(x, y), 120 + noise(y, x), 60]));
  const nearness = guess(field);
  assert.ok(at(nearness, 0.5, 0.95) > at(nearness, 0.5, 0.7) + 0.1);
  assert.ok(at(nearness, 0.5, 0.7) > at(nearness, 0.5, 0.2) + 0.1);
});

test('a post is as near all the way up as at its foot, however steep the ground', () => {
  const isPost = (x: number, y: number) => Math.abs(x - 0.5) < 0.03 && y > 0.4 && y < 0.85;
  const field = draw(320, 200, (x, y) =>
    y < 0.3 ? [150, 180, 220] : isPost(x, y) ? [30, 30, 30] : [90 + noise(x, y), 120 + noise(y, x), 60],
  );
  const nearness = guess(field);
  const post = [0.45, 0.55, 0.65, 0.75].map((y) => at(nearness, 0.5, y));
  assert.ok(Math.max(...post) - Math.min(...post) < 0.1, String(post));
  assert.ok(at(nearness, 0.85, 0.75) - at(nearness, 0.85, 0.45) > 0.25);
  assert.ok((post[0] ?? 0) > at(nearness, 0.85, 0.45) + 0.15);
});

test('a mast stands before the sky, a range of mountains does not', () => {
  const top = (x: number) => (Math.abs(x - 0.2) < 0.015 ? 0.1 : x > 0.4 ? 0.1 : 0.5);
  const view = draw(320, 200, (x, y) => (y < top(x) ? [150, 180, 220] : [90 + noise(x, y), 100, 80]));
  const nearness = guess(view);
  assert.ok(
    at(nearness, 0.2, 0.3) > at(nearness, 0.7, 0.3) + 0.1,
    `${at(nearness, 0.2, 0.3)} ${at(nearness, 0.7, 0.3)}`,
  );
});

test('the walls of a corridor run to their point', () => {
  const pointX = 0.6;
  const pointY = 0.45;
  const corridor = draw(320, 240, (x, y) => {
    const angle = Math.atan2(y - pointY, x - pointX);
    const shade = Math.floor(angle * 7) % 2 === 0 ? 190 : 70;
    return [shade, shade - 10, shade - 30];
  });
  const point = findVanishingPoint(toLab(corridor)[0]);
  assert.ok(point.strength > 0.8, `${point.strength}`);
  assert.ok(Math.abs(point.x - pointX) < 0.05 && Math.abs(point.y - pointY) < 0.05, `${point.x} ${point.y}`);
  const nearness = guess(corridor);
  assert.ok(
    at(nearness, 0.03, 0.5) > at(nearness, 0.6, 0.45) + 0.2,
    `${at(nearness, 0.03, 0.5)} ${at(nearness, 0.6, 0.45)}`,
  );
});

test('a picture without straight slanting lines has no such point', async () => {
  for (const name of ['chelsea.png', 'allium-oreophilum.jpg', 'french-alpine-landscape.jpg']) {
    const { strength } = findVanishingPoint(toLab(await readSmall(name))[0]);
    assert.equal(strength, 0, name);
  }
});

test('an outline through a blur is not seen, one around a thing is', () => {
  const disc = (x: number, y: number) => Math.hypot(x - 0.5, y - 0.5);
  const soft = draw(256, 256, (x, y) => {
    const shade = 200 - 140 * Math.min(1, disc(x, y) * 1.6);
    return [shade, shade, 90];
  });
  const hard = draw(256, 256, (x, y) => (disc(x, y) < 0.25 ? [220, 200, 90] : [60, 60, 90]));
  const data = Float32Array.from({ length: 256 * 256 }, (_, index) =>
    disc((index % 256) / 256, Math.floor(index / 256) / 256) < 0.25 ? 1 : 0,
  );
  const matte = { width: 256, height: 256, data };
  assert.ok(faintOutline(soft, matte) > 0.9);
  assert.ok(faintOutline(hard, matte) < 0.1);
});
