/** The measures that the films are judged with, against known figures and against ffmpeg's own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import type { GreyPicture } from './film-frames.ts';
import { filmLuma, likenessToCrop, similarity } from './likeness.ts';
import { flowOf, followCorners, jitterOf, speedOf } from './optical-flow.ts';
import { readPhoto } from './photos.ts';

const directory = mkdtempSync(join(tmpdir(), 'measures-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const [width, height] = [480, 384];

async function greyPhoto(blur = 0): Promise<GreyPicture> {
  const picture = sharp(readPhoto('nagasaki-boats.jpg')).resize(width, height, { fit: 'fill' }).greyscale();
  const { data } = await (blur > 0 ? picture.blur(blur) : picture).raw().toBuffer({ resolveWithObject: true });
  return { width, height, data };
}

/** Shifted, enlarged and turned about its middle, as `flowOf` tells it. */
function moved(picture: GreyPicture, { dx = 0, dy = 0, growth = 0, turn = 0 }): GreyPicture {
  const data = new Uint8Array(width * height);
  const [cos, sin] = [Math.cos(turn) / (1 + growth), Math.sin(turn) / (1 + growth)];
  const at = (x: number, y: number) =>
    picture.data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  const cubic = (a: number, b: number, c: number, d: number, t: number) =>
    b + (t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, down] = [x - width / 2 - dx, y - height / 2 - dy];
      const u = cos * right + sin * down + width / 2;
      const v = cos * down - sin * right + height / 2;
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const across = (row: number) =>
        cubic(at(left - 1, row), at(left, row), at(left + 1, row), at(left + 2, row), u - left);
      const value = cubic(across(top - 1), across(top), across(top + 1), across(top + 2), v - top);
      data[y * width + x] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return { width, height, data };
}

test('similarity is that of the ssim filter of ffmpeg', async () => {
  const sharpPicture = await greyPhoto();
  assert.equal(similarity(sharpPicture, sharpPicture), 1);
  for (const blur of [0.5, 2, 8]) {
    const softPicture = await greyPhoto(blur);
    const [one, other] = [join(directory, 'one.grey'), join(directory, 'other.grey')];
    writeFileSync(one, sharpPicture.data);
    writeFileSync(other, softPicture.data);
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-i'];
    const args = ['-hide_banner', ...raw, one, ...raw, other, '-lavfi', 'ssim', '-f', 'null', '-'];
    const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
    const theirs = Number(/SSIM Y:([\d.]+)/.exec(stderr)?.[1] ?? assert.fail(stderr));
    const ours = similarity(sharpPicture, softPicture);
    assert.ok(Math.abs(ours - theirs) < 1e-4, `${ours} beside ${theirs}`);
  }
});

test('the part of a picture that a frame shows is found', async () => {
  const picture = await sharp(readPhoto('nagasaki-boats.jpg')).resize(640, 512).png().toBuffer();
  const part = { left: 51, top: 0, width: 360, height };
  const { data } = await sharp(await sharp(picture).resize(width, height).toBuffer())
    .extract(part)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const frame = filmLuma(data, part.width, part.height);
  const likeness = await likenessToCrop(frame, picture);
  assert.ok(likeness > 0.995, String(likeness));
  const turned = await likenessToCrop({ ...frame, data: frame.data.toReversed() }, picture);
  assert.ok(turned < 0.5, String(turned));
});

for (const truth of [
  { dx: 7.25, dy: -3.5 },
  { growth: 0.06 },
  { growth: -0.04, dx: -5 },
  { turn: 0.03 },
  { turn: -0.02, growth: 0.03, dx: 4, dy: 6 },
]) {
  test(`optical flow finds ${JSON.stringify(truth)}`, async () => {
    const photo = await greyPhoto();
    const flow = flowOf(followCorners([photo, moved(photo, truth)]));
    const { dx = 0, dy = 0, growth = 0, turn = 0 } = truth;
    assert.ok(flow.tracks > 60, `${flow.tracks} tracks`);
    // Growth and turn are about the middle; the median corner need not lie there.
    const off = 100 * (Math.abs(growth) + Math.abs(turn)) + 0.1;
    assert.ok(Math.abs(flow.dx - dx) < off && Math.abs(flow.dy - dy) < off, JSON.stringify(flow));
    assert.ok(Math.abs(flow.growth - growth) < 0.002, JSON.stringify(flow));
    assert.ok(Math.abs(flow.turn - turn) < 0.002, JSON.stringify(flow));
    assert.ok(flow.parallax < 0.4, JSON.stringify(flow));
  });
}

test('an even motion does not tremble; one that jumps to and fro by an eighth of a pixel does, by eight eighths', async () => {
  const photo = await greyPhoto();
  const film = (place: (frame: number) => number) =>
    followCorners(Array.from({ length: 10 }, (_, frame) => moved(photo, { dx: place(frame) })));
  const even = film((frame) => frame * 1.3);
  assert.ok(jitterOf(even) < 0.1, String(jitterOf(even)));
  assert.ok(Math.abs(speedOf(even) - 1.3) < 0.03, String(speedOf(even)));
  const trembling = film((frame) => frame * 1.3 + (frame % 2 === 0 ? 0.125 : -0.125));
  // The third difference of +a, -a, +a ... is 8 a.
  assert.ok(Math.abs(jitterOf(trembling) - 1) < 0.15, String(jitterOf(trembling)));
});
