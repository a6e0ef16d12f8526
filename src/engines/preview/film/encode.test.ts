import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readFilmFrames } from '../../../../tests/support/film-frames.ts';
import { similarity } from '../../../../tests/support/likeness.ts';
import { resolveFfmpeg } from '../ffmpeg.ts';
import type { Encoder } from '../protocol.ts';
import { encodeFilm, startEncoder, videoCodecArguments } from './encode.ts';

const width = 320;
const height = 180;
const count = 24;
let directory: string;
let encoder: Encoder;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'preview-encode-'));
  encoder = await resolveFfmpeg(undefined, AbortSignal.timeout(60_000));
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** Stripes and waves that move by a little more than two pixels a frame. */
function frameAt(index: number): Uint8Array {
  const frame = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = x + 2.3 * index;
      frame[y * width + x] = 125 + 50 * Math.sin(at / 5 + y / 17) + 40 * Math.sin(y / 3) * Math.cos(at / 23);
    }
  }
  return frame;
}

test('a film has every frame, in order, hardly to be told from what was drawn', async () => {
  const outputPath = join(directory, 'film.mp4');
  const drawn = Array.from({ length: count }, (_, index) => frameAt(index));
  const told: number[] = [];
  const options = { encoder, width, height, frameRate: 24, outputPath };
  const encoded = await encodeFilm(
    options,
    (async function* () {
      yield* drawn;
    })(),
    (frames) => told.push(frames),
  );
  assert.equal(encoded, count);
  assert.deepEqual(
    told,
    drawn.map((_, index) => index + 1),
  );
  const film = readFilmFrames(outputPath);
  assert.equal(film.frames.length, count);
  const luma = (frame: Uint8Array) => ({ width, height, data: frame.subarray(0, width * height) });
  for (const [index, frame] of film.frames.entries()) {
    const likeness = similarity(luma(frame), luma(drawn[index] as Uint8Array));
    assert.ok(likeness > 0.985, `frame ${index}: ${likeness}`);
  }
});

test('an encoder that was started ahead and is not needed ends, and takes no frame after', async () => {
  const outputPath = join(directory, 'never.mp4');
  const running = startEncoder({ encoder, width, height, frameRate: 24, outputPath });
  running[Symbol.dispose]();
  // The pipe may take what it has room for before the end is noticed.
  await assert.rejects(async () => {
    for (let index = 0; index < 1000; index++) await running.write(frameAt(0));
  });
  await assert.rejects(running.finish());
});

test('an encoder that does not know the pinned arithmetic is not asked for it, and 4K keeps few frames back', () => {
  const parametersOf = (one: Encoder, pixels: number) => {
    const all = videoCodecArguments(one, pixels);
    return all[all.indexOf('-x264-params') + 1]?.split(':') ?? [];
  };
  assert.ok(parametersOf({ ...encoder, cpuIndependent: true }, 1).includes('cpu-independent=1'));
  assert.ok(!parametersOf({ ...encoder, cpuIndependent: false }, 1).includes('cpu-independent=1'));
  assert.ok(parametersOf(encoder, 1920 * 1080).includes('rc-lookahead=10'));
  assert.ok(parametersOf(encoder, 3840 * 2160).includes('rc-lookahead=2'));
});
