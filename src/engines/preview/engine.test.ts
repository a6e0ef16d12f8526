import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import {
  frameLikeness,
  groupMembers,
  makeJob as makeFileJob,
  mostCancelMs,
  openPreviewWorld,
  pictureFacts,
  pictureFile,
  probe,
  sha256,
  untilGroupHas,
} from '../../../tests/support/preview-engine.ts';
import { writeTinyDepthModel } from '../../../tests/support/tiny-depth-model.ts';
import { type AttemptKey, makeAttemptKey } from '../../core/ids.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operations.ts';
import { previewOperations } from './capabilities.ts';
import { resolveFfmpeg } from './ffmpeg.ts';
import { createPreviewEngine } from './index.ts';
import { startRenderChild } from './render-child.ts';

const photos = fileURLToPath(new URL('../../../examples/photos/', import.meta.url));
const astronaut = readFileSync(join(photos, 'astronaut.png'));
const alps = readFileSync(join(photos, 'french-alpine-landscape.jpg'));
const { signal } = new AbortController();
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

const world = openPreviewWorld();
const { engine, root, processIds, render, finish } = world;
after(() => world[Symbol.asyncDispose]());

const makeJob = (operation: Operation, input: JsonObject, pictures: readonly Uint8Array[], seed?: number) =>
  makeFileJob(operation, input, pictures.map(pictureFile), seed);

test('a 5 s film from a 12-megapixel photograph: exact facts, true progress, bounded memory', async () => {
  // A portrait, as two layers need the most memory.
  const large = await sharp(astronaut).resize(4000, 3000, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer();
  const input = { prompt: 'slowly push in', resolution: '720P', aspect_ratio: '16:9', duration: 5, bgm: true };
  const job = makeJob('image-to-video', input, [large]);
  let peak = 0;
  const sampling = setInterval(() => {
    const id = processIds.get(job.attemptKey);
    if (id === undefined) return;
    peak = Math.max(
      peak,
      groupMembers(id).reduce((sum, member) => sum + member.residentBytes, 0),
    );
  }, 20);
  const seen: number[] = [];
  const film = await render(job, (progress) => seen.push(progress)).finally(() => clearInterval(sampling));
  const [video, sound] = probe(film.path);
  assert.deepEqual(
    [video?.codec_name, video?.width, video?.height, video?.pix_fmt, video?.r_frame_rate, video?.nb_frames],
    ['h264', 1280, 720, 'yuv420p', '24/1', '120'],
  );
  assert.deepEqual([video?.color_space, video?.color_range], ['bt709', 'tv']);
  assert.ok(Math.abs(Number(video?.duration) - 5) < 0.001, video?.duration);
  assert.equal(sound?.codec_name, 'aac');
  assert.ok(Math.abs(Number(sound?.duration) - 5) < 0.03, sound?.duration);
  assert.ok(film.bytes.indexOf('moov') < film.bytes.indexOf('mdat'), 'faststart');
  assert.ok(!film.bytes.includes('Lavf'), 'no writer is named');

  assert.ok(seen.length > 5, `only ${seen.length} reports of progress`);
  for (const [index, progress] of seen.entries()) {
    assert.ok(progress >= (seen[index - 1] ?? 0) && progress <= 1, String(seen));
  }
  const peakMegabytes = Math.round(peak / 1e6);
  assert.ok(peak > 50e6 && peakMegabytes < 600, `${peakMegabytes} MB`);
  await film.release();
  assert.ok(!existsSync(film.path));
});

test('the film follows the photograph when no ratio is asked, and lengths are exact to the frame', async () => {
  const input = { prompt: 'pan right', resolution: '540p', duration: 1.3, frame_rate: 30 };
  const film = await render(makeJob('image-to-video', input, [alps]));
  const [video, sound] = probe(film.path);
  assert.deepEqual([video?.width, video?.height, video?.nb_frames, video?.r_frame_rate], [1142, 540, '39', '30/1']);
  assert.equal(sound, undefined);
  await film.release();
});

for (const [name, bytes, layers, least] of [
  ['one layer', alps, 1, 0.985],
  ['two layers', astronaut, 2, 0.975],
] as const) {
  test(`frame 0 is the photograph (${name})`, async () => {
    const input = { prompt: 'pan left', resolution: '540p', duration: 1 };
    const film = await render(makeJob('image-to-video', input, [bytes]));
    assert.equal(film.metadata.layers, layers);
    const { width = 0, height = 0 } = probe(film.path)[0] as { width?: number; height?: number };
    const reference = join(root, `reference-${layers}.png`);
    await sharp(bytes).resize(width, height, { fit: 'fill' }).removeAlpha().toFile(reference);
    const ssim = frameLikeness(film.path, 0, reference);
    assert.ok(ssim >= least, `SSIM ${ssim}`);
    await film.release();
  });
}

test('the same seed gives the same film, with one worker or two, with either kernel; another seed another', async () => {
  const encoder = await resolveFfmpeg(undefined, signal);
  const input = { prompt: 'handheld', resolution: '540p', duration: 1, bgm: true };
  const base = { operation: 'image-to-video' as const, ineffective: {} };
  const hash = async (seed: number, workers: number, kernel: { readonly kernel?: 'plain' } = {}) => {
    const directory = mkdtempSync(join(root, 'direct-'));
    const path = join(directory, 'input-0');
    writeFileSync(path, astronaut);
    const media = [{ field: 'images', index: 0, facts: pictureFacts, path }];
    const request = { ...base, input, seed, media, directory, encoder, workers, ...kernel };
    const child = startRenderChild(request, 60_000, () => {});
    while (child.outcome === undefined) await child.changed();
    if (child.outcome.state === 'failed') assert.fail(JSON.stringify(child.outcome.error));
    return sha256(readFileSync(child.outcome.output.path));
  };
  const first = await hash(7, 1);
  assert.equal(await hash(7, 1), first);
  assert.equal(await hash(7, 2), first);
  assert.equal(await hash(7, 2, { kernel: 'plain' }), first);
  assert.notEqual(await hash(8, 2), first);
});

for (const [resolution, width, height] of [
  ['1080p', 1920, 1080],
  ['2K', 2560, 1440],
  ['4k', 3840, 2160],
] as const) {
  test(`a still at ${resolution} has exactly ${width}x${height} pixels`, async () => {
    const input = { prompt: 'portrait in the desert', resolution, aspect_ratio: '16:9' };
    const still = await render(makeJob('reference-to-image', input, [astronaut]));
    const meta = await sharp(still.bytes).metadata();
    assert.deepEqual([meta.format, meta.width, meta.height, meta.hasAlpha], ['png', width, height, false]);
    await still.release();
  });
}

test('a still: same seed same bytes, the prompt changes the place, the reference stays', async () => {
  const still = async (prompt: string, seed = 1) => {
    const input = { prompt, resolution: '540p', aspect_ratio: '16:9' };
    const one = await render(makeJob('reference-to-image', input, [astronaut], seed));
    await one.release();
    return one;
  };
  const desert = await still('a portrait in the desert');
  const library = await still('a portrait in a library');
  assert.equal(sha256((await still('a portrait in the desert')).bytes), sha256(desert.bytes));
  assert.notEqual(sha256((await still('a portrait in the desert', 2)).bytes), sha256(desert.bytes));
  assert.equal((desert.metadata.understood as JsonObject).scene, 'desert');
  assert.equal((library.metadata.understood as JsonObject).scene, 'library');
  assert.equal(((desert.metadata.references as JsonObject[])[0] as JsonObject).placedAs, 'half-figure');
  const corner = { left: 0, top: 0, width: 180, height: 500 };
  const mean = async (bytes: Buffer) => (await sharp(bytes).extract(corner).stats()).channels.map((one) => one.mean);
  const [one, other] = [await mean(desert.bytes), await mean(library.bytes)];
  assert.ok(one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) > 60, `${one} ${other}`);
  // The suit's orange is in both pictures, and in no scene.
  for (const { bytes } of [desert, library]) {
    const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    let orange = 0;
    for (let at = 0; at < data.length; at += 3) {
      if (
        (data[at] ?? 0) > 150 &&
        (data[at + 1] ?? 0) < 0.55 * (data[at] ?? 0) &&
        (data[at + 2] ?? 0) < 0.4 * (data[at] ?? 0)
      )
        orange++;
    }
    assert.ok(orange > 0.02 * (data.length / 3), String(orange));
  }
});

test('auto follows the first picture; without pictures it is 16:9 of the scene alone', async () => {
  const cat = readFileSync(join(photos, 'chelsea.png'));
  const one = await render(
    makeJob('reference-to-image', { prompt: 'beach', resolution: '540p', aspect_ratio: 'auto' }, [cat]),
  );
  assert.deepEqual([one.metadata.width, one.metadata.height], [812, 540]);
  const none = await render(
    makeJob('reference-to-image', { prompt: 'beach', resolution: '540p', aspect_ratio: 'auto' }, []),
  );
  assert.deepEqual([none.metadata.width, none.metadata.height, none.metadata.layers], [960, 540, 1]);
  await Promise.all([one.release(), none.release()]);
});

test('cancel ends everything within a second, at any moment', async () => {
  for (const delayMs of [0, 120, 500, 1200]) {
    const input = { prompt: 'orbit', resolution: '1080p', duration: 10 };
    const job = makeJob('image-to-video', input, [astronaut]);
    const handle = await engine.start(job, { signal });
    await sleep(delayMs);
    const id = processIds.get(job.attemptKey) ?? 0;
    const started = performance.now();
    await engine.cancel(handle, { signal });
    const took = performance.now() - started;
    assert.ok(took < mostCancelMs, `${took} ms after ${delayMs} ms`);
    await untilGroupHas(id, 0);
    assert.ok(!existsSync(join(root, job.attemptKey)));
    await engine.cancel(handle, { signal });
    assert.equal((await engine.check(handle, { signal, waitMs: 0 })).state, 'lost');
  }
});

test('a render process that is killed is a failed attempt, and its encoder goes with it', async () => {
  const job = makeJob('image-to-video', { resolution: '720p', duration: 8 }, [alps]);
  const handle = (await engine.start(job, { signal })) as JsonObject;
  const id = processIds.get(job.attemptKey) ?? 0;
  // The render and its ffmpeg.
  await untilGroupHas(id, 2);
  process.kill(id, 'SIGKILL');
  const report = await finish(handle);
  assert.equal(report.state, 'failed');
  assert.equal(report.state === 'failed' && report.error.code, 'engine_failed');
  await untilGroupHas(id, 0);
  await engine.release(handle, { signal });
  assert.ok(!existsSync(join(root, job.attemptKey)));
});

test('an unknown handle is lost, and what its attempt left is removed', async () => {
  const attemptKey: AttemptKey = makeAttemptKey(randomBytes);
  const left = join(root, attemptKey);
  execFileSync('mkdir', [left]);
  assert.equal((await engine.check({ attemptKey }, { signal, waitMs: 0 })).state, 'lost');
  assert.ok(!existsSync(left));
  for (const handle of [null, 7, {}, { attemptKey: '../..' }]) {
    assert.equal((await engine.check(handle, { signal, waitMs: 0 })).state, 'lost');
  }
  assert.ok(existsSync(root));
});

test('a picture that cannot be decoded is named', async () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const bomb = Buffer.concat([png, Buffer.from('0000000d494844520000c3500000c35008020000009ae6cf1c', 'hex')]);
  const broken = {
    garbage: Buffer.concat([png, Buffer.alloc(500, 7)]),
    cut: astronaut.subarray(0, 200_000),
    'cut jpeg': alps.subarray(0, 90_000),
    svg,
    bomb,
    empty: new Uint8Array(0),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    const isFilm = name === 'cut jpeg';
    const job = isFilm
      ? makeJob('image-to-video', { resolution: '540p', duration: 1 }, [bytes])
      : makeJob('reference-to-image', { prompt: 'studio', resolution: '540p' }, [astronaut, bytes]);
    const handle = (await engine.start(job, { signal })) as JsonObject;
    const report = await finish(handle);
    await engine.release(handle, { signal });
    assert.equal(report.state, 'failed', name);
    if (report.state !== 'failed') continue;
    const index = isFilm ? 0 : 1;
    assert.equal(report.error.code, 'invalid_input', name);
    assert.deepEqual(report.error.details, { field: 'images', index }, name);
    assert.ok(report.error.message.startsWith(`images[${index}] could not be decoded: `), report.error.message);
    assert.ok(!report.error.message.includes('/'), report.error.message);
  }
});

test('a render beyond its time is stopped', async () => {
  const hasty = createPreviewEngine({ workDir: root, timeoutsMs: { 'image-to-video': 300 } });
  const handle = await hasty.start(makeJob('image-to-video', { resolution: '1080p', duration: 8 }, [alps]), { signal });
  for (;;) {
    const report = await hasty.check(handle, { signal, waitMs: 5000 });
    if (report.state === 'pending') continue;
    assert.equal(report.state === 'failed' && report.error.code, 'deadline_exceeded');
    break;
  }
  await hasty[Symbol.asyncDispose]();
});

test('check waits no longer than asked and honours its signal', async () => {
  const handle = await engine.start(makeJob('image-to-video', { resolution: '1080p', duration: 10 }, [astronaut]), {
    signal,
  });
  await engine.check(handle, { signal, waitMs: 0 });
  const started = performance.now();
  await engine.check(handle, { signal, waitMs: 30 });
  assert.ok(performance.now() - started < 2_000);
  const abort = AbortSignal.abort(new Error('enough'));
  await assert.rejects(engine.check(handle, { signal: abort, waitMs: 5000 }), /enough/);
  await engine.cancel(handle, { signal });
});

test('when the server dies, its renders die', async () => {
  const source = `
    import { createPreviewEngine } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    import { readFileSync } from 'node:fs';
    const { signal } = new AbortController();
    const engine = createPreviewEngine({ workDir: ${JSON.stringify(root)}, log: (event, { processId }) => process.stdout.write(processId + '\\n') });
    const bytes = readFileSync(${JSON.stringify(join(photos, 'astronaut.png'))});
    const media = [{ field: 'images', index: 0, facts: { kind: 'image' }, async *open() { yield bytes; } }];
    await engine.start({ taskId: 't', attemptKey: 'orphan', operation: 'image-to-video', input: { duration: 16, resolution: '1080p' }, seed: 1, media }, { signal });
    setInterval(() => {}, 1000);`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const id = await new Promise<number>((resolve) =>
    server.stdout.once('data', (data) => resolve(Number.parseInt(String(data), 10))),
  );
  await untilGroupHas(id, 2);
  server.kill('SIGKILL');
  await untilGroupHas(id, 0);
});

test('nothing touches the disk before the first start, and every attempt has a directory of its own for nobody else', async () => {
  const idle = createPreviewEngine({ workDir: join(root, 'does-not-exist') });
  assert.equal(idle.operations, previewOperations);
  assert.ok(idle.concurrency >= 1);
  await idle.ready({ signal });
  assert.ok(!existsSync(join(root, 'does-not-exist')));
  const job = makeJob('reference-to-image', { prompt: 'studio', resolution: '540p' }, []);
  const handle = await engine.start(job, { signal });
  assert.deepEqual(await engine.start(job, { signal }), handle, 'a second start is the same attempt');
  assert.equal(statSync(join(root, job.attemptKey)).mode & 0o777, 0o700);
  await engine.cancel(handle, { signal });
});

test("an owner's depth model is used, its absence told once, and a second film of a picture needs no second look", async () => {
  const directory = mkdtempSync(join(root, 'models-'));
  writeTinyDepthModel(join(directory, 'tiny'));
  const events: string[] = [];
  const films: JsonObject[] = [];
  for (const modelDirectory of [join(directory, 'tiny'), join(directory, 'missing')]) {
    const workDir = mkdtempSync(join(root, 'work-'));
    await using own = createPreviewEngine({
      workDir,
      modelDirectory,
      log: (event, { reason }) => void (reason === undefined || events.push(`${event}: ${reason}`)),
    });
    const hashes = [];
    for (let turn = 0; turn < 2; turn++) {
      const input = { prompt: 'truck right', resolution: '360p', duration: 0.3, aspect_ratio: '16:9' };
      const job = makeJob('image-to-video', input, [alps], 7);
      const handle = (await own.start(job, { signal })) as JsonObject;
      let report = await own.check(handle, { signal, waitMs: 2000 });
      while (report.state === 'pending') report = await own.check(handle, { signal, waitMs: 2000 });
      if (report.state !== 'succeeded') assert.fail(JSON.stringify(report));
      const source = report.outputs[0]?.source;
      hashes.push(sha256(readFileSync(source !== undefined && 'path' in source ? source.path : assert.fail())));
      films.push(report.metadata);
      await own.release(handle, { signal });
      const isKept = modelDirectory.endsWith('tiny');
      assert.equal(existsSync(join(workDir, '.analyses')), isKept, 'only what a model said is kept where one is set');
    }
    assert.equal(hashes[0], hashes[1], 'the cache changes no byte');
  }
  assert.deepEqual(
    films.map(({ depth }) => depth),
    ['model', 'model', 'guess', 'guess'],
  );
  assert.deepEqual(events, ['preview.depth_model.unusable: there is no such folder']);
});
