/** The visible mark on pictures and films of many shapes, judged by sharp and ffmpeg. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp, { type Region } from 'sharp';
import { makeFilms, makePictures } from '../../../../tests/support/marked-files.ts';
import { type MarkCorner, markCorners } from '../../../core/marks.ts';
import { drawOnFilm, isDrawableFilm } from './film.ts';
import { drawMark, type Mark } from './mark-raster.ts';
import { drawOnPicture } from './picture.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const call = { signal: AbortSignal.timeout(120_000) };

async function* once(bytes: Uint8Array) {
  yield bytes;
}

const letters: Mark = { corner: 'bottom_right', picture: undefined };

async function drawPicture(extension: string, bytes: Uint8Array, mark = letters): Promise<Buffer> {
  const facts = { kind: 'image', mediaType: '', extension } as const;
  return Buffer.concat(
    await Array.fromAsync(drawOnPicture(once(bytes), { facts, sizeBytes: bytes.byteLength }, mark, call)),
  );
}

async function shadesIn(picture: Uint8Array, region: Region): Promise<{ min: number; max: number }> {
  const pixels = await sharp(picture).extract(region).greyscale().raw().toBuffer();
  return {
    min: pixels.reduce((least, shade) => Math.min(least, shade), 255),
    max: pixels.reduce((most, shade) => Math.max(most, shade), 0),
  };
}

test('the letters are at least a twentieth of the short side, and the mark fits every picture', () => {
  for (const [width, height] of [
    [1920, 1080],
    [1080, 1920],
    [128, 128],
    [4096, 1024],
    [64, 4000],
    [8, 8],
    [1, 1],
  ] as const) {
    const mark = drawMark(width, height);
    assert.ok(mark.width <= width && mark.height <= height, `${width}x${height}`);
    assert.equal(mark.rgba.byteLength, mark.width * mark.height * 4);
    if (width >= 128) assert.ok(mark.space * 2 >= Math.min(width, height) * 0.05, `${width}x${height}`);
  }
});

test('a picture gets the mark in its corner, keeps its size, format and profile, and is as before elsewhere', async () => {
  for (const { name, extension, bytes } of await makePictures()) {
    if (name.startsWith('animated')) continue;
    const drawn = await drawPicture(extension, bytes);
    const [before, now] = [await sharp(bytes).metadata(), await sharp(drawn).metadata()];
    assert.deepEqual([now.format, now.width, now.height], [before.format, before.width, before.height], name);
  }
  const grey = sharp({ create: { width: 600, height: 400, channels: 3, background: '#808080' } });
  for (const extension of ['png', 'jpg', 'webp'] as const) {
    const bytes = await grey
      .clone()
      .withIccProfile('p3')
      .toFormat(extension === 'jpg' ? 'jpeg' : extension)
      .toBuffer();
    const drawn = await drawPicture(extension, bytes);
    assert.ok((await sharp(drawn).metadata()).icc, extension);
    const corner = await shadesIn(drawn, { left: 450, top: 340, width: 150, height: 60 });
    assert.ok(corner.max > 220 && corner.min < 100, extension);
    const rest = await shadesIn(drawn, { left: 0, top: 0, width: 600, height: 300 });
    assert.ok(rest.max - rest.min < 5, extension);
  }
});

test('the mark lies right in a picture that is shown turned', async () => {
  const turned = sharp({ create: { width: 400, height: 600, channels: 3, background: '#808080' } });
  const drawn = await drawPicture('jpg', await turned.withMetadata({ orientation: 6 }).jpeg().toBuffer());
  const { width, height, orientation = 1 } = await sharp(drawn).metadata();
  assert.deepEqual([width, height, orientation], [600, 400, 1]);
  const corner = await shadesIn(drawn, { left: 450, top: 340, width: 150, height: 60 });
  assert.ok(corner.max > 220 && corner.min < 100);
});

/** Where a corner's mark lies in a picture of this size, generously; and a place in the opposite corner. */
function regionsOf(corner: MarkCorner, width: number, height: number): { mark: Region; opposite: Region } {
  const size = { width: width / 4, height: Math.round(height / 7) };
  const at = (isLeft: boolean, isTop: boolean): Region => ({
    left: isLeft ? 0 : width - size.width,
    top: isTop ? 0 : height - size.height,
    ...size,
  });
  const [isLeft, isTop] = [corner.endsWith('left'), corner.startsWith('top')];
  return { mark: at(isLeft, isTop), opposite: at(!isLeft, !isTop) };
}

/** A red plate, half of it transparent. */
async function plate(): Promise<Buffer> {
  const red = await sharp({ create: { width: 100, height: 100, channels: 4, background: '#f00' } })
    .png()
    .toBuffer();
  const clear = sharp({ create: { width: 200, height: 100, channels: 4, background: '#0000' } });
  return await clear
    .composite([{ input: red, left: 100, top: 0 }])
    .png()
    .toBuffer();
}

/** How red a picture is in a region, on average: 1 is nothing but red. */
async function rednessIn(picture: Uint8Array, region: Region): Promise<number> {
  const { channels } = await sharp(await sharp(picture).extract(region).png().toBuffer()).stats();
  const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
  return (red - (green + blue) / 2) / 255;
}

test('the mark stands in any of the four corners, as letters and as a picture', async () => {
  const grey = sharp({ create: { width: 640, height: 360, channels: 3, background: '#808080' } });
  const bytes = await grey.png().toBuffer();
  const picture = await plate();
  for (const corner of markCorners) {
    const { mark, opposite } = regionsOf(corner, 640, 360);
    const drawn = await drawPicture('png', bytes, { corner, picture: undefined });
    const shades = await shadesIn(drawn, mark);
    assert.ok(shades.max > 220 && shades.min < 100, corner);
    const rest = await shadesIn(drawn, opposite);
    assert.ok(rest.max - rest.min < 5, corner);
    const pictured = await drawPicture('png', bytes, { corner, picture });
    assert.deepEqual((({ width, height }) => [width, height])(await sharp(pictured).metadata()), [640, 360]);
    assert.ok((await rednessIn(pictured, mark)) > 0.1, corner);
    assert.ok(Math.abs(await rednessIn(pictured, opposite)) < 0.01, corner);
  }
});

test('a picture as the mark of a film, in any corner, from its first frame to its last', async () => {
  const path = join(directory, 'grey.mp4');
  const source = ['-f', 'lavfi', '-i', 'color=c=gray:size=320x240:rate=8:duration=1'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...source, '-pix_fmt', 'yuv420p', path]);
  const bytes = readFileSync(path);
  const facts = { kind: 'video', mediaType: '', extension: 'mp4', width: 320, height: 240 } as const;
  const options = { ffmpegPath: '', scratchDirectory: directory };
  const picture = await plate();
  for (const corner of markCorners) {
    const drawn = Buffer.concat(
      await Array.fromAsync(drawOnFilm(once(bytes), facts, { corner, picture }, options, call)),
    );
    writeFileSync(path, drawn);
    const frame = (seconds: number) =>
      execFileSync('ffmpeg', [
        ...['-v', 'error', '-ss', String(seconds), '-i', path],
        ...['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'],
      ]);
    const { mark, opposite } = regionsOf(corner, 320, 240);
    for (const seconds of [0, 0.8]) {
      assert.ok((await rednessIn(frame(seconds), mark)) > 0.1, `${corner} at ${seconds} s`);
      assert.ok(Math.abs(await rednessIn(frame(seconds), opposite)) < 0.03, `${corner} at ${seconds} s`);
    }
  }
  rmSync(path);
});

test('what is no picture cannot be a mark', async () => {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } })
    .png()
    .toBuffer();
  const mark = { corner: 'top_left', picture: Buffer.from('no picture') } as const;
  await assert.rejects(drawPicture('png', bytes, mark), { code: 'invalid_input' });
});

test('what cannot be drawn on is refused', async () => {
  const animation = (await makePictures()).find(({ name }) => name.startsWith('animated'))?.bytes ?? Buffer.alloc(0);
  await assert.rejects(drawPicture('webp', animation), { code: 'invalid_input' });
  await assert.rejects(drawPicture('png', Buffer.from('no picture')), { code: 'invalid_input' });
  await assert.rejects(drawPicture('gif', Buffer.from('no picture')), { code: 'invalid_input' });
});

test('a film gets the mark from its first frame to its last, and keeps its sound and its length', async () => {
  const facts = (extension: string) => ({ kind: 'video', mediaType: '', extension, width: 128, height: 96 }) as const;
  const options = { ffmpegPath: '', scratchDirectory: directory };
  const films = makeFilms(directory).filter(({ extension }) => isDrawableFilm(facts(extension)));
  const before = readdirSync(directory).sort();
  for (const { name, extension, bytes } of films) {
    const drawn = Buffer.concat(
      await Array.fromAsync(drawOnFilm(once(bytes), facts(extension), letters, options, call)),
    );
    assert.deepEqual(readdirSync(directory).sort(), before, 'nothing is left in the scratch directory');
    assert.ok(drawn.indexOf('moov', 0, 'latin1') < drawn.indexOf('mdat', 0, 'latin1'), `${name}: tables in front`);
    const frames = (film: Buffer) => {
      const path = join(directory, `film.${extension}`);
      writeFileSync(path, film);
      const args = [
        '-v',
        'error',
        '-i',
        path,
        '-map',
        '0:v',
        '-pix_fmt',
        'gray',
        '-f',
        'rawvideo',
        '-fps_mode',
        'passthrough',
        '-',
      ];
      const pixels = execFileSync('ffmpeg', args, { maxBuffer: 64 << 20 });
      const sound = execFileSync('ffmpeg', [
        '-v',
        'error',
        '-i',
        path,
        '-map',
        '0:a?',
        '-c',
        'copy',
        '-f',
        'framemd5',
        '-',
      ]);
      rmSync(path);
      return { pixels, sound: sound.toString() };
    };
    if (name.startsWith('silent')) continue;
    const [then, now] = [frames(bytes), frames(drawn)];
    assert.equal(now.pixels.byteLength, then.pixels.byteLength, `${name}: as many frames`);
    assert.equal(now.sound, then.sound, `${name}: the same sound`);
    const frameBytes = 128 * 96;
    for (let frame = 0; frame < now.pixels.byteLength; frame += frameBytes) {
      const inCorner = differenceOf(then.pixels, now.pixels, frame, (x, y) => x > 128 - 40 && y > 96 - 20);
      const elsewhere = differenceOf(then.pixels, now.pixels, frame, (x, y) => x < 64 || y < 64);
      assert.ok(inCorner > 20 && elsewhere < 4, `${name} frame ${frame / frameBytes}: ${inCorner} ${elsewhere}`);
    }
  }
});

/** How much the pixels of a 128x96 frame differ on average, where `isLookedAt`. */
function differenceOf(
  one: Buffer,
  other: Buffer,
  start: number,
  isLookedAt: (x: number, y: number) => boolean,
): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < 128 * 96; at += 1) {
    if (!isLookedAt(at % 128, Math.floor(at / 128))) continue;
    sum += Math.abs((one[start + at] ?? 0) - (other[start + at] ?? 0));
    count += 1;
  }
  return sum / count;
}

test('a film that is none, and a missing ffmpeg, are told apart', async () => {
  const facts = { kind: 'video', mediaType: '', extension: 'mp4', width: 128, height: 96 } as const;
  const draw = (ffmpegPath: string) =>
    Array.fromAsync(
      drawOnFilm(once(Buffer.from('no film')), facts, letters, { ffmpegPath, scratchDirectory: directory }, call),
    );
  await assert.rejects(draw(''), { code: 'invalid_input' });
  await assert.rejects(draw('/nowhere/ffmpeg'), { code: 'engine_unavailable' });
});
