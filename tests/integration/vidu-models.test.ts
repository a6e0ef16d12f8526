/** The Vidu models in every dialect: which engine would run each, and one true render of every operation by a Vidu id. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import type { Field, ModelView } from '../../src/core/view.ts';
import type { WireEstimate, WireTask } from '../../src/dialects/native/wire.ts';
import { isPreviewOperation } from '../../src/engines/preview/capabilities.ts';
import { type GatewayProcess, removeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { plainMp4 } from '../support/media-corpus/films.ts';
import { probeFilm } from '../support/media-facts.ts';
import { createTask, downloadFile, finishTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

let directory: string;
let gateway: GatewayProcess;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-vidu-models-'));
  const environment = { FRAMEGATE_PRICES_YUAN_PER_DOLLAR: '8', FRAMEGATE_PRICES_YUAN_DATE: '2026-10-01' };
  gateway = await startGatewayProcess({ environment });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await removeDirectory(directory);
});

const catalog = readCatalog();
const models = catalog.models.filter(({ id }) => id.startsWith('vidu/'));
const dialects = ['native', 'runcomfy', 'vidu', 'vtrix', 'runninghub'];

/** What only a vendor's own line of these models does, or can be asked of a result of the vendor alone. */
const elsewhere = new Set([
  'vidu/1.0/upscale-video',
  'vidu/reference-to-video-q3-ad',
  'vidu/reference-to-video-q3-drama',
  'vidu/short-play-q3-ad',
  'vidu/short-play-q3-drama',
]);

function isPreviewed(id: string): boolean {
  const { operation } = catalog.view('native', id).model;
  return isPreviewOperation(operation) && !elsewhere.has(id);
}

/** The least that the page of the model asks for. */
function plainInput({ model, fields }: ModelView): Record<string, unknown> {
  const isNeeded = ({ of, required }: Field) =>
    required === true ||
    (of === 'images' && /^reference-to/.test(model.operation)) ||
    (of === 'images' && /subject|music/.test(model.id)) ||
    (of === 'videos' && /^(extend|upscale)/.test(model.operation)) ||
    (of === 'creation_id' && fields.video_url === undefined && model.parameters.videos === undefined) ||
    (of === 'text' && model.operation === 'lip-sync');
  const entries = Object.entries(fields).flatMap(([name, field]) =>
    isNeeded(field) ? [[name, plainValue(field)]] : [],
  );
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function plainValue(field: Field): unknown {
  const { type, isSingle, isText, minItems = 1, minLength = 1, enum: choices, minimum = 1 } = field;
  const url = 'https://example.org/a.png';
  if (type === 'media') return isSingle === true ? url : Array.from({ length: Math.max(1, minItems) }, () => url);
  if (type === 'list') {
    const item = (inner: Field['fields']) =>
      Object.fromEntries(Object.entries(inner ?? {}).map(([name, one]) => [name, plainValue({ ...one, of: name })]));
    return Array.from({ length: Math.max(1, minItems) }, () => (field.fields === undefined ? 'a' : item(field.fields)));
  }
  if (type === 'boolean') return field.default ?? false;
  const value = field.default ?? choices?.[0] ?? (type === 'string' ? 'a'.repeat(Math.max(1, minLength)) : minimum);
  return isText === true ? String(value) : value;
}

test('a dry run of each Vidu model, in each dialect that has it, says which engine would run it', async () => {
  const rates = new Set<string>();
  let count = 0;
  for (const dialect of dialects) {
    for (const view of catalog.views(dialect).filter(({ model }) => models.includes(model))) {
      const answer = await gateway.send('/v1/tasks?dry_run=1', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dialect, model: view.name, input: plainInput(view) }),
      });
      const text = await answer.text();
      const place = `${dialect} ${view.name} ${text}`;
      assert.equal(answer.status, 200, place);
      const { engines } = JSON.parse(text) as WireEstimate;
      const able = engines.filter(({ problem }) => problem === null).map(({ engine }) => engine);
      assert.deepEqual(able, isPreviewed(view.model.id) ? ['preview'] : [], place);
      for (const { problem, exchange } of engines) {
        if (problem !== null) assert.match(problem, /^is not set up here, and needs [A-Z]+_API_KEY$/, place);
        if (exchange !== null) rates.add(JSON.stringify(exchange));
      }
      count += 1;
    }
  }
  assert.ok(count > 2 * models.length, String(count));
  // Prices in yuan are converted at the rate of the settings.
  assert.deepEqual([...rates], ['{"currency":"CNY","micros_per_dollar":8000000,"date":"2026-10-01"}']);
});

async function make(id: string, input: Readonly<Record<string, unknown>>): Promise<WireTask> {
  const task = await finishTask(gateway, (await createTask(gateway, id, input)).id);
  assert.equal(task.state, 'succeeded', `${id} ${JSON.stringify(task.error)}`);
  assert.equal(task.engine, 'preview');
  return task;
}
const upload = async (bytes: Uint8Array) => (await uploadFile(gateway, bytes)).id;
const fileOf = (task: WireTask) => task.output?.files[0] ?? assert.fail('no file');
const sizeOf = (task: WireTask) => `${fileOf(task).width}x${fileOf(task).height}`;

async function factsOf(task: WireTask) {
  const path = join(directory, 'film.mp4');
  await writeFile(path, await downloadFile(task));
  const { width, height, seconds, frames, hasSound } = probeFilm(path);
  return { size: `${width}x${height}`, seconds: Math.round(seconds), frames, hasSound };
}
const second = { duration: 1, resolution: '540p' } as const;

test('pictures: from text, and from a picture', async () => {
  const prompt = 'a harbour at dusk';
  assert.equal(sizeOf(await make('vidu/q2/text-to-image', { prompt, aspect_ratio: '1:1' })), '1080x1080');
  const images = [await upload(readPhoto('coffee.png'))];
  const still = await make('vidu/q2/reference-to-image', { prompt, images, aspect_ratio: '1:1' });
  assert.equal(sizeOf(still), '1080x1080');
});

test('films: from text, from a picture, between two', async () => {
  const text = await make('vidu/q2/text-to-video', { prompt: 'a harbour at dusk', ...second });
  assert.deepEqual(await factsOf(text), { size: '960x540', seconds: 1, frames: 24, hasSound: false });
  const images = [await upload(readPhoto('coffee.png'))];
  const watermark_image = [await upload(readPhoto('chelsea.png'))];
  const picture = await make('vidu/q2-pro/image-to-video', { images, watermark_image, ...second });
  // 600x400: the picture that lies over a watermark is none to work from.
  assert.deepEqual(await factsOf(picture), { size: '810x540', seconds: 1, frames: 24, hasSound: false });
  const frames = { images: [...images, ...watermark_image], ...second };
  const between = await make('vidu/q2-turbo/start-end-to-video', frames);
  assert.deepEqual(await factsOf(between), { size: '810x540', seconds: 1, frames: 24, hasSound: false });
});

test('a film of a model that has sound unless told has sound: music, and it says so', async () => {
  const film = await make('vidu/q3-pro/text-to-video', { prompt: 'a harbour at dusk', ...second });
  assert.deepEqual(await factsOf(film), { size: '960x540', seconds: 1, frames: 24, hasSound: true });
  assert.equal(film.output?.metadata.sound, 'composed music, without speech or noises');
  const quiet = await make('vidu/q3-pro/text-to-video', { prompt: 'a harbour at dusk', ...second, audio: false });
  assert.equal((await factsOf(quiet)).hasSound, false);
  assert.equal(quiet.output?.metadata.sound, undefined);
});

test('films from references: pictures beside a film with the length left open, and subjects as the prompt names them', async () => {
  const images = [await upload(readPhoto('coffee.png'))];
  const videos = [await upload(await plainMp4({ size: '320x180', rate: 24 }))];
  const open = { prompt: 'a table', resolution: '540p', aspect_ratio: '1:1' };
  const mixed = await make('vidu/q2-pro/reference-to-video', { ...open, images, videos, duration: 0 });
  // Two seconds for the picture, one for the film, less their fade, in whole seconds.
  assert.deepEqual(await factsOf(mixed), { size: '540x540', seconds: 3, frames: 72, hasSound: false });
  const subjects = [
    { name: 'coffee', images },
    { name: 'cat', images: [await upload(readPhoto('chelsea.png'))], videos },
  ];
  const prompt = '@cat looks at @coffee';
  const named = await make('vidu/q2-pro/reference-to-video', { ...open, prompt, subjects, duration: 1 });
  assert.deepEqual(await factsOf(named), { size: '540x540', seconds: 1, frames: 24, hasSound: false });
  const understood = named.output?.metadata.understood as { shots: readonly Record<string, unknown>[] } | undefined;
  assert.deepEqual(
    understood?.shots.map(({ of, subjects: names }) => `${of} ${names}`),
    ['subjects[1].images[0],subjects[0].images[0] cat,coffee'],
  );
});

test('music has no effect at nine seconds, which is judged on the real length where the engine chooses it', async () => {
  const films = [await upload(await plainMp4({ size: '320x180', rate: 24, seconds: 4.8 }))];
  const input = { prompt: 'a wall', resolution: '540p', aspect_ratio: '1:1', duration: 0, bgm: true };
  const made = async (videos: readonly string[]) => {
    const { seconds, hasSound } = await factsOf(await make('vidu/q2-pro/reference-to-video', { ...input, videos }));
    return { seconds, hasSound };
  };
  assert.deepEqual(await made(films), { seconds: 5, hasSound: true });
  assert.deepEqual(await made([...films, ...films]), { seconds: 9, hasSound: false });
});

test('films carried on and made larger, at the resolution that is asked', async () => {
  const videos = [await upload(await plainMp4({ size: '320x180', rate: 24, seconds: 4 }))];
  const longer = await make('vidu/q2-pro/extend-video', { videos, prompt: 'pan left', ...second });
  assert.deepEqual(await factsOf(longer), { size: '960x540', seconds: 5, frames: 120, hasSound: false });
  const larger = await make('vidu/upscale-video', { videos, resolution: '1080p' });
  assert.deepEqual(await factsOf(larger), { size: '1920x1080', seconds: 4, frames: 96, hasSound: false });
});

test('what the engine cannot do is not asked of it: a stored subject, a result of the vendor, a picture of 8k', async () => {
  const subjects = [{ name: 'cat', server_id: '7' }];
  for (const [id, input, problem] of [
    ['vidu/q2/reference-to-video', { prompt: '@cat', subjects }, /subjects\.server_id 0/],
    ['vidu/q2-pro/extend-video', { creation_id: '7' }, /videos 1/],
    ['vidu/upscale-video', { videos: ['https://example.org/a.mp4'], resolution: '8k' }, /resolution 1080p or 2k or 4k/],
  ] as const) {
    const answer = await gateway.send('/v1/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: id, input }),
    });
    assert.equal(answer.status, 503, id);
    assert.match(await answer.text(), problem);
  }
});
