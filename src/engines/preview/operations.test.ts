/** Every operation with real renders at small sizes; engine.test.ts has what all renders owe. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import {
  filmFile,
  frameLikeness,
  type JobFile,
  makeJob,
  mostCancelMs,
  openPreviewWorld,
  pictureFile,
  probe,
  sha256,
  untilGroupHas,
} from '../../../tests/support/preview-engine.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operations.ts';
import { resolveFfmpeg } from './ffmpeg.ts';
import { startRenderChild } from './render-child.ts';

const photos = fileURLToPath(new URL('../../../examples/photos/', import.meta.url));
const photo = (name: string) => readFileSync(join(photos, name));
const cat = photo('chelsea.png');
const coffee = photo('coffee.png');
const { signal } = new AbortController();

const world = openPreviewWorld();
const { engine, root, processIds, render, fail } = world;
after(() => world[Symbol.asyncDispose]());

/** A film that moves, as ffmpeg writes it; made once for each set of arguments. */
function makeFilm(name: string, ...args: readonly string[]): string {
  const path = join(root, name);
  if (!existsSync(path)) execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', ...args, path]);
  return path;
}

const moving = (seconds: number, rate: string, size = '320x180') => ['-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
const sound = (seconds: number) => ['-f', 'lavfi', '-i', `sine=440:d=${seconds}`];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const loudFilm = () => makeFilm('loud.mp4', ...moving(1, '24'), ...sound(1), ...h264, '-c:a', 'aac');
const ntscFilm = () => makeFilm('ntsc.avi', ...moving(1, '30000/1001'), '-c:v', 'mpeg4', '-q:v', '3');

/** Of the film's own shape, so that no crop has to be guessed. */
function scaled(bytes: Uint8Array, width: number, height: number): Promise<Buffer> {
  return sharp(bytes).resize(width, height, { fit: 'fill' }).png().toBuffer();
}

function pictureOnDisk(name: string, bytes: Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

const small = { resolution: '360p' } as const;

test('text to image: exact sizes, the same seed the same bytes, another seed others', async () => {
  const draw = async (input: JsonObject, seed?: number) => {
    const one = await render(makeJob('text-to-image', { prompt: 'a meadow at sunset', ...small, ...input }, [], seed));
    await one.release();
    return one;
  };
  for (const [ratio, width, height] of [
    ['9:16', 360, 640],
    ['auto', 640, 360],
  ] as const) {
    const { bytes, metadata } = await draw({ aspect_ratio: ratio });
    const meta = await sharp(bytes).metadata();
    assert.deepEqual([meta.format, meta.width, meta.height], ['png', width, height], ratio);
    assert.deepEqual([metadata.engine, metadata.operation], ['preview', 'text-to-image']);
    assert.equal((metadata.understood as JsonObject).scene, 'meadow');
  }
  const hash = async (seed?: number) => sha256((await draw({ aspect_ratio: '1:1' }, seed)).bytes);
  const first = await hash();
  assert.equal(await hash(), first);
  assert.notEqual(await hash(2), first);
});

test('image to image: another place, another tone, and the truth about everything else', async () => {
  const redraw = (prompt: string) => makeJob('image-to-image', { prompt, ...small }, [pictureFile(cat)]);
  const grey = await render(redraw('make it black and white'));
  const { channels } = await sharp(grey.bytes).stats();
  const [red, green, blue] = channels.map(({ mean }) => mean) as [number, number, number];
  assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) < 2, `${red} ${green} ${blue}`);
  assert.deepEqual([grey.metadata.width, grey.metadata.height], [542, 360]);
  const placed = await render(redraw('this cat on a beach'));
  assert.equal((placed.metadata.understood as JsonObject).scene, 'beach');
  await Promise.all([grey.release(), placed.release()]);
  for (const prompt of ['replace the cat with a dog', 'a sad cat']) {
    const error = await fail(redraw(prompt));
    assert.equal(error.code, 'invalid_input');
    assert.deepEqual(error.details, { field: 'prompt' });
    assert.match(error.message, /needs a generative engine/);
  }
});

test('text to video: exact facts, the same seed the same bytes, another seed others', async () => {
  const input = { prompt: 'a beach, pan left', ...small, aspect_ratio: '9:16', duration: 1, bgm: true };
  const draw = async (seed: number) => {
    const film = await render(makeJob('text-to-video', input, [], seed));
    const [video, track] = probe(film.path);
    await film.release();
    return { hash: sha256(film.bytes), video, track, metadata: film.metadata };
  };
  const { hash, video, track, metadata } = await draw(7);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames, video?.r_frame_rate], [360, 640, '24', '24/1']);
  assert.equal(track?.codec_name, 'aac');
  assert.deepEqual([metadata.engine, metadata.operation, metadata.frames], ['preview', 'text-to-video', 24]);
  const { scene, asked } = metadata.understood as JsonObject;
  assert.deepEqual([scene, asked], ['beach', true]);
  assert.equal((await draw(7)).hash, hash);
  assert.notEqual((await draw(8)).hash, hash);
});

test('start and end to video: the first frame is the one picture, the last frame the other', async () => {
  const input = { prompt: 'pan right', ...small, duration: 1 };
  const last = await scaled(coffee, 542, 360);
  const film = await render(makeJob('start-end-to-video', input, [pictureFile(cat), pictureFile(last)]));
  const [video] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames], [542, 360, '24']);
  const start = pictureOnDisk('start.png', cat);
  const end = pictureOnDisk('end.png', last);
  const likeness = (frame: number, path: string) => frameLikeness(film.path, frame, path);
  assert.ok(likeness(0, start) > 0.96, `first ${likeness(0, start)}`);
  assert.ok(likeness(23, end) > 0.96, `last ${likeness(23, end)}`);
  assert.ok(likeness(12, start) < 0.9 && likeness(12, end) < 0.9, 'in between it is neither');
  await film.release();
  const error = await fail(makeJob('start-end-to-video', input, [pictureFile(cat)]));
  assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'images' }]);
});

test('extend: the film as it was, then a move that starts from its last frame; size, rate and sound kept', async () => {
  const given = loudFilm();
  const film = await render(makeJob('extend-video', { prompt: 'push in', duration: 1 }, [await filmFile(given)]));
  const [video, track] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames, video?.r_frame_rate], [320, 180, '48', '24/1']);
  assert.ok(Math.abs(Number(track?.duration) - 2) < 0.05, track?.duration);
  assert.deepEqual([film.metadata.framesGiven, film.metadata.framesAdded], [24, 24]);
  const last = join(root, 'last.png');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', given, '-vf', 'select=eq(n\\,23)', '-frames:v', '1', last]);
  assert.ok(frameLikeness(film.path, 23, last) > 0.95, `${frameLikeness(film.path, 23, last)}`);
  assert.ok(frameLikeness(film.path, 24, last) > 0.93, `${frameLikeness(film.path, 24, last)}`);
  assert.ok(frameLikeness(film.path, 47, last) < 0.8, 'the camera has moved');
  await film.release();
});

test('extend: without words, the camera that suits the last frame', async () => {
  const tiny = makeFilm('tiny.mp4', ...moving(1, '24', '160x90'), ...h264);
  const film = await render(makeJob('extend-video', { duration: 1 }, [await filmFile(tiny)]));
  const { moves, chosenBy } = film.metadata.understood as { moves: JsonObject[][]; chosenBy: string };
  assert.deepEqual([moves.flat().map(({ kind }) => kind), chosenBy], [['static'], 'composition']);
  await film.release();
});

test('extend: to a picture, at a rate that is no whole number, without sound', async () => {
  const last = await scaled(coffee, 320, 180);
  const job = makeJob('extend-video', { duration: 1 }, [await filmFile(ntscFilm()), pictureFile(last)]);
  const film = await render(job);
  const [video, track] = probe(film.path);
  assert.deepEqual([video?.nb_frames, video?.r_frame_rate, track], ['60', '30000/1001', undefined]);
  const end = pictureOnDisk('extended.png', last);
  assert.ok(frameLikeness(film.path, 59, end) > 0.93, `${frameLikeness(film.path, 59, end)}`);
  assert.equal((film.metadata.understood as JsonObject).endImage, true);
  await film.release();
});

test('enlarged pictures: the asked short side, the shape and the transparency of the original', async () => {
  const clear = await sharp({ create: { width: 90, height: 60, channels: 4, background: '#00f8' } })
    .png()
    .toBuffer();
  const one = await render(makeJob('upscale-image', { resolution: '540p' }, [pictureFile(clear)]));
  const meta = await sharp(one.bytes).metadata();
  assert.deepEqual([meta.width, meta.height, meta.hasAlpha], [810, 540, true]);
  assert.deepEqual(one.metadata.understood, { from: { width: 90, height: 60 }, scale: 9 });
  await one.release();
  const error = await fail(
    makeJob('upscale-image', { resolution: '540p' }, [pictureFile(await sharp(cat).resize(900, 600).png().toBuffer())]),
  );
  assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'resolution' }]);
});

test('enlarged films: size, every frame, rate and sound', async () => {
  const film = await render(makeJob('upscale-video', { resolution: '540p' }, [await filmFile(loudFilm())]));
  const [video, track] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames, video?.r_frame_rate], [960, 540, '24', '24/1']);
  assert.equal(track?.codec_name, 'aac');
  assert.deepEqual(film.usage, { seconds: 1 });
  const first = join(root, 'first.png');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', loudFilm(), '-frames:v', '1', first]);
  assert.ok(frameLikeness(film.path, 0, first) > 0.9, `${frameLikeness(film.path, 0, first)}`);
  await film.release();
  for (const resolution of ['360p', '8k']) {
    const large = makeFilm('large.mp4', ...moving(0.2, '24', '640x360'), ...h264);
    const error = await fail(makeJob('upscale-video', { resolution }, [await filmFile(large)]));
    assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'resolution' }], resolution);
  }
});

test('reference to video: shots in order, an automatic length that is told', async () => {
  const files = [pictureFile(cat), pictureFile(coffee), await filmFile(loudFilm())];
  const film = await render(makeJob('reference-to-video', { prompt: 'x', ...small, duration: 0 }, files));
  const [video] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames], [542, 360, '96']);
  assert.deepEqual(film.usage, { duration: 4 });
  const shots = (film.metadata.understood as JsonObject).shots as JsonObject[];
  assert.deepEqual(
    shots.map(({ of }) => of),
    [['images[0]'], ['images[1]'], ['videos[0]']],
  );
  assert.ok(frameLikeness(film.path, 0, pictureOnDisk('first-shot.png', cat)) > 0.96);
  await film.release();
});

test('reference to video: the asked length, also when one short film is all there is', async () => {
  const input = { ...small, duration: 2, aspect_ratio: '1:1' };
  const film = await render(makeJob('reference-to-video', input, [await filmFile(ntscFilm())]));
  const [video] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames, film.usage], [360, 360, '48', undefined]);
  await film.release();
  const error = await fail(makeJob('reference-to-video', input, []));
  assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'images' }]);
});

test('interpolated films: the exact count at the exact rate, sound kept', async () => {
  for (const [path, rate, frames, hasSound] of [
    [loudFilm(), 60, '60', true],
    [ntscFilm(), 48, '48', false],
  ] as const) {
    const film = await render(makeJob('interpolate-video', { frame_rate: rate }, [await filmFile(path)]));
    const [video, track] = probe(film.path);
    assert.deepEqual([video?.nb_frames, video?.r_frame_rate], [frames, `${rate}/1`]);
    assert.equal(track !== undefined, hasSound);
    await film.release();
  }
  const error = await fail(makeJob('interpolate-video', { frame_rate: 24 }, [await filmFile(loudFilm())]));
  assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'frame_rate' }]);
});

test('a film that cannot be decoded is named, and nothing that it names is opened', async () => {
  const { facts } = await filmFile(loudFilm());
  const list = Buffer.from(`#EXTM3U\n#EXTINF:1,\nfile://${loudFilm()}\n#EXT-X-ENDLIST\n`);
  const cases: [Operation, JsonObject, JobFile][] = [
    ['extend-video', {}, { bytes: list, facts }],
    ['upscale-video', {}, { bytes: list, facts }],
    ['interpolate-video', {}, { bytes: new Uint8Array(500), facts }],
    ['reference-to-video', { ...small }, { bytes: new Uint8Array(500), facts }],
  ];
  for (const [operation, input, file] of cases) {
    const error = await fail(makeJob(operation, input, [file]));
    assert.deepEqual([error.code, error.details], ['invalid_input', { field: 'videos', index: 0 }], operation);
    assert.equal(error.message, 'videos[0] could not be decoded: its data are damaged.');
  }
});

test('films are not read with an ffmpeg that nobody maintains', async () => {
  const encoder = { ...(await resolveFfmpeg(undefined, signal)), canDecode: false };
  const { facts } = await filmFile(loudFilm());
  const media = [{ field: 'videos', index: 0, facts, path: loudFilm() }];
  const request = {
    operation: 'extend-video' as const,
    input: {},
    ineffective: {},
    seed: 1,
    media,
    directory: root,
    encoder,
    workers: 1,
  };
  const child = startRenderChild(request, 60_000, () => {});
  while (child.outcome === undefined) await child.changed();
  assert.equal(child.outcome.state === 'failed' && child.outcome.error.code, 'engine_unavailable');
});

test('cancel ends decoders and encoders with the render, at any moment', async () => {
  const long = await filmFile(makeFilm('long.mp4', ...moving(20, '24', '1280x720'), ...h264));
  const jobs: [Operation, JsonObject, number][] = [
    ['extend-video', {}, 3],
    ['upscale-video', { resolution: '4k' }, 2],
  ];
  for (const [operation, input, processes] of jobs) {
    const job = makeJob(operation, input, [long]);
    const handle = await engine.start(job, { signal });
    const id = processIds.get(job.attemptKey) ?? 0;
    await untilGroupHas(id, processes);
    const started = performance.now();
    await engine.cancel(handle, { signal });
    assert.ok(performance.now() - started < mostCancelMs, operation);
    await untilGroupHas(id, 0);
    assert.ok(!existsSync(join(root, job.attemptKey)));
  }
});

test('what it cannot truly do is refused with the engine it needs', async () => {
  const job = { ...makeJob('extend-video', {}, []), operation: 'lip-sync' as Operation };
  await assert.rejects(engine.start(job, { signal }), {
    code: 'engine_unavailable',
    message:
      "The preview engine cannot do lip-sync: it needs an engine that moves mouths with speech, such as a vendor's or one of your own.",
  });
});
