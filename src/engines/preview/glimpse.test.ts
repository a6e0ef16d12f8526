import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { makeJob, openPreviewWorld, pictureFile } from '../../../tests/support/preview-engine.ts';
import { encodeGlimpse } from './glimpse.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());

test('a glimpse is a JPEG of the frame, at most 320 wide, in its colours', async () => {
  const [width, height] = [640, 360];
  const pixels = new Uint8Array((width * height * 3) / 2);
  // Red of BT.709 in limited range.
  pixels.fill(63, 0, width * height);
  pixels.fill(102, width * height, (width * height * 5) / 4);
  pixels.fill(240, (width * height * 5) / 4);
  const jpeg = await encodeGlimpse({ pixels, width, height });
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.format, info.width, info.height], ['raw', 320, 180]);
  const [red = 0, green = 255, blue = 255] = data.subarray(320 * 90 * 3);
  assert.ok(red > 245 && green < 12 && blue < 12, `${red} ${green} ${blue}`);
});

test('whoever follows a film sees it grow, and nothing of a picture', async () => {
  const { engine, finish } = world;
  const photo = readFileSync(join(import.meta.dirname, '../../../examples/photos/coffee.png'));
  const input = { prompt: 'slow push in', duration: 2, resolution: '360p' };
  const { signal } = new AbortController();
  const handle = (await engine.start(makeJob('image-to-video', input, [pictureFile(photo)]), { signal })) as object;
  let seen: Uint8Array | undefined;
  while (seen === undefined) {
    const report = await engine.check(handle as never, { signal, waitMs: 1_000 });
    assert.equal(report.state, 'pending', 'it ended before it showed anything');
    if (report.state === 'pending') seen = report.glimpse;
  }
  const { width, height, format } = await sharp(seen).metadata();
  assert.deepEqual([format, width], ['jpeg', 320]);
  assert.ok((height ?? 0) > 100);
  await finish(handle as never);
  await engine.release(handle as never, { signal });
});
