import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { openPhoto, type Photo } from './decode.ts';

/** A photograph in a file of its own, which `lose` removes. */
async function withPhoto(
  picture: Sharp,
  look: (photo: Photo, lose: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-decode-'));
  try {
    const path = join(directory, 'photo');
    const { width, height } = await picture.png().toFile(path);
    const facts = { mediaType: 'image/png', width, height } as never;
    await look(await openPhoto({ field: 'images', index: 0, path, facts }), () => rm(path));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Waves of colour; with alpha, a disc that fades out. */
function waves(width: number, height: number, channels: 3 | 4): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const light = 128 + 90 * Math.sin(x / 9) * Math.cos(y / 7);
      data.set([light, 255 - light, 2 * (x % 60)], at);
      const inside = Math.min(width, height) / 2.5 - Math.hypot(x - width / 2, y - height / 2);
      if (channels === 4) data[at + 3] = Math.max(0, Math.min(255, 128 + 10 * inside));
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

function mostDistance(one: Uint8Array, other: Uint8Array): number {
  assert.equal(one.length, other.length);
  return one.reduce((most, byte, at) => Math.max(most, Math.abs(byte - (other[at] ?? 0))), 0);
}

test('a picture is decoded once, whatever is asked of it, and looks as if it had been each time', async () => {
  const picture = waves(300, 200, 3);
  await withPhoto(picture, async (photo, lose) => {
    await photo.read(150, 100);
    await lose();
    const scaled = await picture.clone().resize(150, 100, { fit: 'fill' }).raw().toBuffer();
    assert.equal(mostDistance((await photo.read(150, 100)).data, scaled), 0);
    const crop = { left: 40, top: 30, width: 50, height: 60 };
    const smaller = await picture.clone().resize(200, 133, { fit: 'fill' }).extract(crop).raw().toBuffer();
    assert.equal(mostDistance((await photo.read(200, 133, crop)).data, smaller), 0);
    const larger = await picture.clone().resize(420, 280, { fit: 'fill' }).extract(crop).raw().toBuffer();
    assert.ok(mostDistance((await photo.read(420, 280, crop)).data, larger) <= 4);
  });
});

test('of a large picture nothing is kept', async () => {
  await withPhoto(waves(2000, 1200, 3), async (photo, lose) => {
    assert.equal((await photo.read(100, 60)).data.length, 100 * 60 * 3);
    await lose();
    await assert.rejects(photo.read(100, 60), /images\[0\] could not be decoded/);
  });
});

test('what is transparent is drawn over near-white, at any size', async () => {
  const picture = waves(120, 90, 4);
  await withPhoto(picture, async (photo) => {
    assert.equal(photo.hasAlpha, true);
    for (const [width, height] of [
      [60, 45],
      [240, 180],
    ] as const) {
      const { data } = await photo.read(width, height);
      const expected = await picture
        .clone()
        .resize(width, height, { fit: 'fill' })
        .flatten({ background: '#f2f2f2' })
        .raw()
        .toBuffer();
      assert.deepEqual([...data.subarray(0, 3)], [0xf2, 0xf2, 0xf2]);
      assert.ok(mostDistance(data, expected) <= 12, `${width}: ${mostDistance(data, expected)}`);
    }
  });
});
