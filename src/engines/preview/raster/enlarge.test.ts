import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { readPhoto } from '../../../../tests/support/photos.ts';
import type { RgbImage } from './colour.ts';
import { enlarge } from './enlarge.ts';

function pictureOf(width: number, height: number, byteAt: (at: number) => number): RgbImage {
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, at) => byteAt(at)) };
}

const side = fc.integer({ min: 1, max: 40 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('a part of an enlarged picture is that part of all of it', () => {
  const part = fc.record({ left: share, top: share, width: share, height: share });
  fc.assert(
    fc.property(side, side, fc.nat(90), fc.nat(90), part, fc.nat(), (width, height, wider, higher, shares, salt) => {
      const image = pictureOf(width, height, (at) => ((at + salt) * 7919) % 256);
      const size = { width: width + wider, height: height + higher };
      const left = Math.floor(shares.left * (size.width - 1));
      const top = Math.floor(shares.top * (size.height - 1));
      const wide = 1 + Math.floor(shares.width * (size.width - left - 1));
      const high = 1 + Math.floor(shares.height * (size.height - top - 1));
      const whole = enlarge(image, size, { left: 0, top: 0, ...size });
      const cut = enlarge(image, size, { left, top, width: wide, height: high });
      assert.equal(cut.data.length, 3 * wide * high);
      for (let y = 0; y < high; y++) {
        const from = 3 * ((top + y) * size.width + left);
        const expected = whole.data.subarray(from, from + 3 * wide);
        assert.deepEqual(cut.data.subarray(3 * y * wide, 3 * (y + 1) * wide), expected);
      }
    }),
    { numRuns: 200 },
  );
});

test('an even picture stays as even as it is, at its borders too', () => {
  fc.assert(
    fc.property(side, side, fc.nat(90), fc.nat(90), fc.nat(255), (width, height, wider, higher, value) => {
      const image = pictureOf(width, height, (at) => (value + 40 * (at % 3)) % 256);
      const size = { width: width + wider, height: height + higher };
      const { data } = enlarge(image, size, { left: 0, top: 0, ...size });
      assert.ok(data.every((byte, at) => byte === image.data[at % 3]));
    }),
  );
});

test('photographs look as libvips enlarges them', async () => {
  for (const name of ['astronaut.png', 'nagasaki-boats.jpg']) {
    const photo = sharp(readPhoto(name)).removeAlpha();
    const { data, info } = await photo.clone().raw().toBuffer({ resolveWithObject: true });
    const size = { width: Math.round(info.width * 1.873), height: Math.round(info.height * 1.873) };
    const ours = enlarge({ width: info.width, height: info.height, data }, size, { left: 0, top: 0, ...size });
    const theirs = await photo
      .resize({ ...size, fit: 'fill' })
      .raw()
      .toBuffer();
    let most = 0;
    let sum = 0;
    for (const [at, byte] of theirs.entries()) {
      const distance = Math.abs(byte - (ours.data[at] ?? 0));
      most = Math.max(most, distance);
      sum += distance ** 2;
    }
    assert.ok(most <= 4, `${name}: ${most}`);
    assert.ok(sum / theirs.length < 0.3, `${name}: ${sum / theirs.length}`);
  }
});
