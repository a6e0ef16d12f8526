/**
 * Vidu's calls that make something, as its pages and its clients write them. Golden bodies are composed from the facts of
 * those pages: image-to-video, text-to-video, reference-to-image, start-end, get-generation, error-code.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { photoDataUri } from '../support/photos.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduAnswer, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let vidu: ViduClient;
let picture: string;
before(async () => {
  stage = await openStage();
  vidu = createViduClient(stage, stage.rich.key);
  picture = photoDataUri('chelsea.png');
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

function assertRefused({ status, body }: ViduAnswer, wanted: number, reason: string, message: RegExp): void {
  assert.deepEqual([status, body.code, body.reason], [wanted, wanted, reason], JSON.stringify(body));
  assert.match(body.message, message);
  assert.match(body.metadata.trace_id, /^[0-9a-f-]{36}$/);
}

test('image to video: the answer repeats its own parameters and no others', async () => {
  const body = {
    model: 'viduq2-pro',
    images: [picture],
    prompt: 'wave',
    duration: 5,
    seed: 1309108947,
    resolution: '1080p',
    movement_amplitude: 'auto',
    bgm: false,
  };
  const { task_id, id, created_at, images, ...others } = await vidu.create('img2video', body);
  assert.match(task_id, /^\d{18}$/);
  assert.equal(id, task_id);
  assert.match(created_at, time);
  assert.equal(images.length, 1);
  assert.match(images[0] ?? '', new RegExp(`^${stage.url}/files/signed/`));
  assert.deepEqual(others, {
    state: 'created',
    model: 'viduq2-pro',
    prompt: 'wave',
    duration: 5,
    seed: 1309108947,
    resolution: '1080p',
    movement_amplitude: 'auto',
    bgm: false,
    audio: false,
    off_peak: false,
    watermark: false,
    payload: '',
    credits: 115,
  });
});

test('text to video adds style and ratio and has no images; a list of images that is null is none', async () => {
  const body = {
    model: 'viduq2',
    images: null,
    prompt: 'a boat',
    duration: 5,
    resolution: '1080p',
    movement_amplitude: 'auto',
    payload: 'order 7',
  };
  const { task_id, id, created_at, seed, ...others } = await vidu.create('text2video', body);
  assert.ok(Number.isInteger(seed));
  assert.deepEqual(others, {
    state: 'created',
    model: 'viduq2',
    prompt: 'a boat',
    style: 'general',
    aspect_ratio: '16:9',
    duration: 5,
    resolution: '1080p',
    movement_amplitude: 'auto',
    bgm: false,
    audio: false,
    off_peak: false,
    watermark: false,
    payload: 'order 7',
    credits: 60,
  });
});

test('prices in credits, as the price lists of its clients have them', async () => {
  const film = (model: string, resolution: string, more: object = {}) => ({
    ...{ model, images: [picture], prompt: 'go', duration: 5, resolution },
    ...more,
  });
  const two = { images: [picture, picture] };
  const cases: [string, object, number][] = [
    ['img2video', film('viduq2-turbo', '720p'), 40],
    ['img2video', film('viduq2-pro', '720p'), 55],
    ['img2video', film('viduq2-pro', '1080p'), 115],
    ['img2video', film('viduq2-pro-fast', '1080p'), 32],
    ['start-end2video', film('viduq2-pro', '720p', two), 55],
    ['reference2video', film('viduq2', '720p'), 45],
    ['reference2video', film('viduq2', '1080p'), 115],
    ['img2video', film('viduq3-pro', '720p', { audio: false }), 100],
    ['img2video', film('viduq3-pro', '720p', { audio: false, off_peak: true }), 50],
    ['img2video', film('viduq2-pro', '720p', { off_peak: true }), 28],
    // Four seconds are 360p unless told, eight are 720p.
    ['img2video', { model: 'vidu2.0', images: [picture] }, 20],
    ['img2video', { model: 'vidu2.0', images: [picture], duration: 8 }, 100],
    ['reference2image', { model: 'viduq2', prompt: 'a', resolution: '2K' }, 8],
    ['reference2image', { model: 'viduq2', prompt: 'a', resolution: '4K', images: [picture] }, 20],
  ];
  for (const [endpoint, body, credits] of cases) {
    const created = await vidu.create(endpoint, body);
    assert.equal(created.credits, credits, JSON.stringify({ ...body, images: [] }));
  }
});

test('a seed of 0, and none, draws one; any other is kept; all are told', async () => {
  const body = { model: 'viduq2', prompt: 'a' };
  const seeds = [undefined, 0, 7, 2147483647];
  const used: number[] = [];
  for (const seed of seeds) {
    used.push((await vidu.create('reference2image', seed === undefined ? body : { ...body, seed })).seed);
  }
  assert.deepEqual(used.slice(2), [7, 2147483647]);
  assert.ok(used[0] !== 0 && used[1] !== 0);
});

test('every word of a resolution is as its pages spell it: 2K has a capital letter', async () => {
  const created = await vidu.create('reference2image', { model: 'viduq2', prompt: 'a', resolution: '4K' });
  assert.equal(created.resolution, '4K');
  const refused = await vidu.post('/ent/v2/reference2image', { model: 'viduq2', prompt: 'a', resolution: '4k' });
  assertRefused(refused, 400, 'FieldInvalid', /^invalid field: resolution \(resolution must be one of 1080p, 2K, 4K/);
});

test('what a page documents for a call is taken where its model ignores it', async () => {
  const ignored = { movement_amplitude: 'small', bgm: false, style: 'anime', voice_id: 'v', audio_type: 'all' };
  await vidu.create('img2video', { model: 'viduq3-turbo', images: [picture], audio: false, ...ignored });
  await vidu.create('text2video', { model: 'viduq2', prompt: 'a', movement_amplitude: 'auto', voice_id: '' });
  const none = { callback_url: '', wm_url: '', meta_data: '' };
  await vidu.create('text2video', { model: 'viduq2', prompt: 'a', ...none });
});

test('an error names the documented reason, the fields, the rule and the value', async () => {
  const film = { model: 'viduq2-pro', images: [picture], prompt: 'a' };
  const text = { model: 'viduq2', prompt: 'a' };
  const square = photoDataUri('astronaut.png');
  const cases: [string, unknown, string, RegExp][] = [
    ['img2video', { ...film, duration: 11 }, 'FieldInvalid', /^invalid field: duration \(.*at most 10; it is 11/],
    ['img2video', { ...film, duration: '5' }, 'FieldInvalid', /duration must be of type integer; it is "5"/],
    ['img2video', { ...film, aspect_ratio: '16:9' }, 'FieldUnwanted', /^unwanted field: aspect_ratio/],
    ['img2video', { ...film, no_such: 1, nor_this: 2 }, 'FieldUnwanted', /^unwanted field: no_such, nor_this/],
    ['img2video', { model: 'viduq2-pro' }, 'FieldLacking', /^missing field: images/],
    ['img2video', { images: [picture] }, 'FieldLacking', /^missing field: model/],
    ['img2video', { ...film, images: [] }, 'FieldItemCountOutOfRange', /^item count of field out of range: images/],
    ['img2video', { ...film, images: [picture, picture] }, 'FieldItemCountOutOfRange', /images may have at most 1/],
    [
      'start-end2video',
      { ...film, images: [picture, square] },
      'PageSizeOutOfRange',
      /^size out of range: images\[1\]/,
    ],
    ['img2video', { ...film, wm_position: 'top_left' }, 'FieldInvalid', /wm_position must be of type integer/],
    ['start-end2video', film, 'FieldItemCountOutOfRange', /images must have at least 2/],
    ['reference2video', { model: 'viduq2', prompt: 'a' }, 'FieldLacking', /images/],
    ['img2video', { ...film, images: ['data:image/png;base64,AAAA'] }, 'ImageFormatInvalid', /images\[0\]/],
    ['img2video', { ...film, images: ['ftp://h/a.png'] }, 'FieldInvalid', /images\[0\] must be an https URL/],
    ['img2video', { ...film, model: 'viduq9' }, 'ModelUnavailable', /^model unavailable: .*viduq9/],
    ['img2video', { ...film, model: 7 }, 'FieldInvalid', /model must be of type string/],
    ['text2video', { ...text, model: 'viduq2-pro' }, 'ModelUnavailable', /viduq2-pro/],
    [
      'text2video',
      { ...text, prompt: 'x'.repeat(2001) },
      'FieldInvalid',
      /prompt may have at most 2000 characters; it has 2001/,
    ],
    ['text2video', { ...text, payload: 7 }, 'FieldInvalid', /payload must be of type string/],
    ['text2video', { ...text, off_peak: 'yes' }, 'FieldInvalid', /off_peak must be of type boolean/],
    ['text2video', { ...text, callback_url: 'http://10.0.0.1/x' }, 'FieldInvalid', /^invalid field: callback_url/],
    ['text2video', [1], 'BadRequest', /^bad request: the body must be a JSON object/],
    ['text2video', '{"model":', 'BadRequest', /not valid JSON/],
    ['extend', { model: 'viduq2-pro' }, 'FieldLacking', /video_creation_id/],
    ['template', { images: [picture] }, 'FieldLacking', /template/],
  ];
  const countBefore = await stage.countTasks();
  for (const [endpoint, body, reason, message] of cases) {
    assertRefused(await vidu.post(`/ent/v2/${endpoint}`, body), 400, reason, message);
  }
  assert.equal(await stage.countTasks(), countBefore);
});

test('a request may be 20 MiB, and 28 where films come inside', async () => {
  const mebibyte = 1024 * 1024;
  const ofSize = (sizeBytes: number) => `{"model":"viduq2-pro","prompt":"a"}${' '.repeat(sizeBytes - 35)}`;
  assertRefused(await vidu.post('/ent/v2/img2video', ofSize(20 * mebibyte)), 400, 'FieldLacking', /images/);
  assertRefused(await vidu.post('/ent/v2/img2video', ofSize(20 * mebibyte + 1)), 400, 'BadRequest', /20971520 bytes/);
  assertRefused(await vidu.post('/ent/v2/reference2video', ofSize(28 * mebibyte)), 400, 'FieldLacking', /images/);
  const films = await vidu.post('/ent/v2/reference2video', ofSize(28 * mebibyte + 1));
  assertRefused(films, 400, 'BadRequest', /29360128 bytes/);
});

test('a prompt counts characters, not bytes, and the newer models take 5,000', async () => {
  await vidu.create('text2video', { model: 'viduq2', prompt: '湖'.repeat(2000) });
  await vidu.create('text2video', { model: 'viduq3-pro', prompt: 'x'.repeat(5000), audio: false });
});

test('off-peak: half the price, not for viduq3-mix, and for viduq2 not beside sound', async () => {
  const mix = { model: 'viduq3-mix', prompt: 'a', images: [picture], audio: false, off_peak: true };
  assertRefused(
    await vidu.post('/ent/v2/reference2video', mix),
    400,
    'FieldInvalid',
    /off_peak is not offered for viduq3-mix/,
  );
  const q2 = { model: 'viduq2-pro', images: [picture], audio: true, off_peak: true };
  assertRefused(await vidu.post('/ent/v2/img2video', q2), 400, 'FieldInvalid', /off_peak may not stand beside audio/);
  const created = await vidu.create('img2video', { ...q2, audio: false });
  assert.equal(created.off_peak, true);
  assert.equal((await vidu.poll(created.task_id)).off_peak, true);
});

test('repeats under one Idempotency-Key are one task', async () => {
  const headers = { authorization: `Token ${vidu.key}`, 'content-type': 'application/json', 'idempotency-key': 'once' };
  const body = JSON.stringify({ model: 'viduq2', prompt: 'once' });
  const send = async () =>
    await (await fetch(`${stage.url}/ent/v2/reference2image`, { method: 'POST', headers, body })).text();
  assert.equal(await send(), await send());
});
