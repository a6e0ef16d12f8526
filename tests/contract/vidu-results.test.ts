/**
 * What becomes of a task of Vidu: its states, its results and their links, what is made of a result. Golden bodies are
 * composed from the facts of its pages get-generation, video-extension, upscale-pro and error-code.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { Creation } from '../../src/wires/vidu/bodies.ts';
import { askAdmin } from '../support/admin-client.ts';
import { uploadFile } from '../support/native-client.ts';
import { photoDataUri } from '../support/photos.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduAnswer, type ViduBody, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let vidu: ViduClient;
let picture: string;
let filesUrl: string;
const files = createServer(async ({ url }, response) => {
  if (url === '/words.png') return response.end('only words');
  const tall = { width: 100, height: 500, channels: 3 as const, background: 'teal' };
  return response.end(await sharp({ create: tall }).png().toBuffer());
});
before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  filesUrl = `http://${door}`;
  stage = await openStage({ allowFetch: ['127.0.0.1:9', door] });
  vidu = createViduClient(stage, stage.rich.key);
  picture = photoDataUri('chelsea.png');
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  files.close();
});

function assertRefused({ status, body }: ViduAnswer, wanted: number, reason: string, message: RegExp): void {
  assert.deepEqual([status, body.code, body.reason], [wanted, wanted, reason], JSON.stringify(body));
  assert.match(body.message, message);
  assert.match(body.metadata.trace_id, /^[0-9a-f-]{36}$/);
}

function onlyCreation({ creations: [creation, ...others] }: ViduBody): Creation {
  assert.ok(creation);
  assert.deepEqual(others, []);
  return creation;
}

test('every state in every call: created, queueing, processing, success and failed, and no other word', async () => {
  const { engine } = stage;
  await askAdmin(stage, '/engines/preview/pause', {});
  const waiting = await vidu.create('img2video', { model: 'viduq2-pro', images: [picture], bgm: true, payload: 'p' });
  const queued = await vidu.poll(waiting.task_id);
  assert.deepEqual(queued, {
    id: waiting.task_id,
    state: 'queueing',
    err_code: '',
    credits: 55,
    payload: 'p',
    bgm: true,
    off_peak: false,
    progress: 0,
    creations: [],
  });
  engine.outcome = 'hold';
  await askAdmin(stage, '/engines/preview/resume', {});
  for (;;) {
    const running = await vidu.poll(waiting.task_id);
    if (running.state === 'queueing') {
      await delay(50);
      continue;
    }
    assert.deepEqual({ ...running, progress: 0 }, { ...queued, state: 'processing' });
    break;
  }
  engine.outcome = 'succeed';
  const success = await vidu.finish(waiting.task_id);
  const creation = onlyCreation(success);
  assert.deepEqual({ ...success, creations: [] }, { ...queued, state: 'success', progress: 100 });
  // One client reads it as a 64-bit integer.
  assert.ok(BigInt(creation.id) < 2n ** 63n && /^\d+$/.test(creation.id));
  assert.deepEqual(creation.video, { duration: 1, fps: 24, resolution: { width: 128, height: 128 } });
  assert.deepEqual([typeof creation.cover_url, creation.watermarked_url], ['string', '']);
  engine.outcome = 'fail';
  const failing = await vidu.create('img2video', { model: 'viduq2-pro', images: [picture] });
  const failed = await vidu.finish(failing.task_id);
  assert.deepEqual(
    [failed.state, failed.err_code, failed.credits, failed.creations],
    ['failed', 'InternalServiceFailure', 0, []],
  );
  engine.outcome = 'succeed';
});

test('links to results need no key and end after a day; the cover of a film comes and is a picture', async () => {
  const { task_id } = await vidu.create('img2video', { model: 'viduq2-pro', images: [picture] });
  const { url } = onlyCreation(await vidu.finish(task_id));
  const [, expiry = ''] = /\/files\/signed\/art_[^.]+\.(\d+)\./.exec(url) ?? [];
  const lifetimeMs = Number(expiry) - Date.now();
  assert.ok(lifetimeMs > 23.9 * 3_600_000 && lifetimeMs <= 24 * 3_600_000, url);
  const file = await fetch(url);
  assert.deepEqual([file.status, file.headers.get('content-type')], [200, 'video/mp4']);
  assert.ok((await file.arrayBuffer()).byteLength > 500);
  for (;;) {
    const { cover_url: cover } = onlyCreation(await vidu.poll(task_id));
    if (cover === '') {
      await delay(250);
      continue;
    }
    assert.match(cover, /\/files\/signed\/.*\/previews\/poster\.jpg$/);
    const response = await fetch(cover);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/jpeg']);
    await response.arrayBuffer();
    // The ticket opens the cover alone.
    for (const other of [
      cover.replace('/previews/poster.jpg', '/video.mp4'),
      cover.replace('previews/', 'previews%2F'),
    ]) {
      assert.equal((await fetch(other)).status, 404);
    }
    break;
  }
});

test('a picture that cannot be fetched, and one that is none, fail late in its own words', async () => {
  const cases: [string, string][] = [
    ['https://127.0.0.1:9/a.png', 'ImageDownloadFailure'],
    [`${filesUrl}/words.png`, 'ImageFormatInvalid'],
    [`${filesUrl}/tall.png`, 'PageSizeOutOfRange'],
  ];
  for (const [image, code] of cases) {
    const { task_id, images } = await vidu.create('img2video', { model: 'viduq2-pro', images: [image] });
    assert.deepEqual(images, [image]);
    const failed = await vidu.finish(task_id);
    assert.deepEqual([failed.state, failed.err_code, failed.credits], ['failed', code, 0], image);
  }
});

test('a result is carried on and enlarged by its creation id; an unknown one, and a foreign one, are not found', async () => {
  stage.engine.outcome = 'succeed';
  const { task_id } = await vidu.create('img2video', { model: 'viduq2-pro', images: [picture] });
  const { id } = onlyCreation(await vidu.finish(task_id));
  // The creation wins over a URL.
  const url = 'https://example.com/x.mp4';
  const larger = await vidu.create('upscale-new', { video_creation_id: id, video_url: url, upscale_resolution: '4K' });
  assert.match(larger.video_url, /\/files\/signed\//);
  assert.equal((await vidu.finish(larger.task_id)).state, 'success');
  const longer = { model: 'viduq2-pro', video_creation_id: id, prompt: 'on', seed: 4 };
  assertRefused(await vidu.post('/ent/v2/extend', longer), 400, 'FieldInvalid', /video_url must last at least 4000 ms/);
  const stranger = createViduClient(stage, stage.other.key);
  for (const answer of [
    await stranger.post('/ent/v2/extend', longer),
    await vidu.post('/ent/v2/extend', { ...longer, video_creation_id: `${task_id}1` }),
    await vidu.post('/ent/v2/extend', { ...longer, video_creation_id: '31' }),
  ]) {
    assertRefused(answer, 404, 'CreationNotFound', /video_creation_id names no creation of yours/);
  }
});

test('a film of four seconds is carried on; some clients send a seed, which its page has not', async () => {
  const source = ['-f', 'lavfi', '-i', 'color=c=teal:size=128x128:rate=24:duration=4', '-pix_fmt', 'yuv420p'];
  const output = ['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', '-'];
  const film = execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...source, ...output]);
  const { id } = await uploadFile(stage.rich, film);
  const extended = await vidu.create('extend', { model: 'viduq2-pro', video_url: id, prompt: 'on', seed: 4 });
  assert.match(extended.video_url, /\/files\/signed\//);
  const { duration, resolution, images, seed } = extended;
  assert.deepEqual([duration, resolution, images, Number.isInteger(seed)], [5, '720p', [], true]);
});

test('subjects come back with their pictures as links, and are named once', async () => {
  const subjects = [
    { name: 'cat', images: [picture], voice_id: 'v' },
    { name: 'dog', images: [picture, picture] },
  ];
  const body = { model: 'viduq2', prompt: '@cat meets [@dog]', subjects };
  const twice = await vidu.post('/ent/v2/reference2video', { ...body, subjects: [subjects[0], subjects[0]] });
  assertRefused(twice, 400, 'FieldInvalid', /each name once; cat is there twice/);
  const mixed = await vidu.post('/ent/v2/reference2video', { ...body, images: [picture] });
  assertRefused(mixed, 400, 'FieldInvalid', /may not stand beside images/);
  const answer = await vidu.post('/ent/v2/reference2video', body);
  // Whether an engine here takes subjects is the catalogue's to say.
  if (answer.status !== 200) return assertRefused(answer, 400, 'ModelUnavailable', /subjects/);
  const [cat, dog] = answer.body.subjects;
  assert.deepEqual([cat?.name, cat?.voice_id, cat?.images.length, dog?.images.length], ['cat', 'v', 1, 2]);
});

test('settings: links of one hour, and off-peak as the owner wants them', async () => {
  const environment = { FRAMEGATE_VIDU_LINK_HOURS: '1', FRAMEGATE_VIDU_OFF_PEAK: 'accept' };
  await using other = await openStage({ environment });
  other.engine.outcome = 'succeed';
  const client = createViduClient(other, other.rich.key);
  const mix = { model: 'viduq3-mix', prompt: 'a', images: [picture], audio: false, off_peak: true };
  const { task_id, images } = await client.create('reference2video', mix);
  const [, expiry = ''] = /\/files\/signed\/art_[^.]+\.(\d+)\./.exec(images[0] ?? '') ?? [];
  assert.ok(Number(expiry) - Date.now() <= 3_600_000);
  assert.equal((await client.finish(task_id)).off_peak, true);
});
