/** Every operation of the preview engine over HTTP, most of them on results of the others. */
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { type GatewayProcess, removeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { probeFilm } from '../support/media-facts.ts';
import { createTask, downloadFile, finishTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

let directory: string;
let gateway: GatewayProcess;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-preview-models-'));
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_PREVIEW_PRICE: 'list' } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await removeDirectory(directory);
});

async function upload(name: string): Promise<string> {
  return (await uploadFile(gateway, readPhoto(name))).id;
}

async function make(operation: string, input: Readonly<Record<string, unknown>>): Promise<WireTask> {
  const { id } = await createTask(gateway, `preview/${operation}`, input);
  const task = await finishTask(gateway, id);
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  assert.equal(task.operation, operation);
  return task;
}

const fileOf = (task: WireTask) => task.output?.files[0] ?? assert.fail('no file');

async function factsOf(task: WireTask) {
  const path = join(directory, 'film.mp4');
  await writeFile(path, await downloadFile(task));
  const { width, height, frameRate, frames, hasSound } = probeFilm(path);
  return { width, height, frameRate, frames, hasSound };
}

test('pictures: from text, in another tone, larger', async () => {
  const painted = await make('text-to-image', { prompt: 'a desert', aspect_ratio: '1:1' });
  const input = { prompt: 'sepia', images: [fileOf(painted).id] };
  const toned = await make('image-to-image', input);
  const larger = await make('upscale-image', { images: [fileOf(toned).id], resolution: '2k' });
  assert.deepEqual([fileOf(larger).width, fileOf(larger).height], [1440, 1440]);
});

test('films: between two pictures; the result carried on, smoother, larger', async () => {
  const images = [await upload('chelsea.png'), await upload('coffee.png')];
  const led = await make('start-end-to-video', { images, duration: 1, resolution: '360p', bgm: true });
  const videos = [fileOf(led).id];
  const same = { width: 542, height: 360, frameRate: '24/1', frames: 24, hasSound: true };
  assert.deepEqual(await factsOf(led), same);
  assert.deepEqual(await factsOf(await make('extend-video', { videos, duration: 1 })), { ...same, frames: 48 });
  const smooth = await make('interpolate-video', { videos, frame_rate: 30 });
  assert.deepEqual(await factsOf(smooth), { ...same, frameRate: '30/1', frames: 30 });
  const large = await make('upscale-video', { videos, resolution: '720p' });
  assert.deepEqual(await factsOf(large), { ...same, width: 1084, height: 720 });
});

test('films: from text, and from references of which the engine chooses the length, which is what is paid', async () => {
  const painted = await make('text-to-video', { prompt: 'a city at night', duration: 1, resolution: '360p' });
  assert.equal((await factsOf(painted)).frames, 24);
  const images = [await upload('coffee.png')];
  const shown = await make('reference-to-video', { images, videos: [fileOf(painted).id], resolution: '360p' });
  // A picture takes two seconds, the film one, and their fade 0.4.
  assert.equal((await factsOf(shown)).frames, 72);
  assert.equal(shown.cost.reserved_micros, 100_000);
  assert.equal(shown.cost.captured_micros, 30_000);
});

test('what the engine cannot serve ends with the field it lies at, and costs nothing', async () => {
  const images = [await upload('chelsea.png')];
  const { id } = await createTask(gateway, 'preview/image-to-image', { prompt: 'give her a hat', images });
  const task = await finishTask(gateway, id);
  assert.deepEqual([task.state, task.error?.code, task.cost.captured_micros], ['failed', 'invalid_input', 0]);
  assert.match(task.error?.message ?? '', /needs a generative engine/);
});
