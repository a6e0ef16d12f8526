/** The calls of Vidu that the built-in engine does not serve: what they say here, and how they answer once somebody does. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import { type Catalog, createCatalog } from '../../src/core/catalog.ts';
import { uploadFile } from '../support/native-client.ts';
import { photoDataUri } from '../support/photos.ts';
import { openStage } from '../support/stage.ts';
import { createViduClient, type ViduClient } from '../support/vidu-client.ts';

const picture = photoDataUri('chelsea.png');
const keyFrame = { key_image: picture, prompt: 'on', duration: 3 };

/** With every field that its page asks for; what its answer must repeat of them. */
const calls = (
  filmId: string,
  soundId: string,
  creationId: string,
): readonly [string, Readonly<Record<string, unknown>>, object][] => [
  ['template', { template: 'hug', images: [picture], seed: 3 }, { template: 'hug', seed: 3, prompt: '', bgm: false }],
  ['template2video', { template: 'hug', images: [picture], prompt: 'go' }, { template: 'hug', prompt: 'go' }],
  ['template-story', { story: 'love_story', images: [picture] }, { story: 'love_story' }],
  [
    'multiframe',
    { model: 'viduq2-turbo', start_image: picture, image_settings: [keyFrame, keyFrame], wm_position: 'top_left' },
    { model: 'viduq2-turbo', resolution: '720p', watermark: false },
  ],
  ['upscale', { model: 'vidu1.0', creation_id: creationId }, { model: 'vidu1.0', creation_id: creationId }],
  ['lip-sync', { video_url: filmId, text: 'good day', speed: 1.5 }, { text: 'good day' }],
  ['text2audio', { model: 'audio1.0', prompt: 'rain', duration: 4.5 }, { prompt: 'rain', duration: 4.5 }],
  [
    'timing2audio',
    { model: 'audio1.0', timing_prompts: [{ from: 0, to: 2.5, prompt: 'rain' }] },
    { timing_prompts: [{ from: 0, to: 2.5, prompt: 'rain' }], duration: 10 },
  ],
  [
    'audio-tts',
    { text: 'hello', voice_setting_voice_id: 'v', voice_setting_speed: 1 },
    { text: 'hello', voice_setting_voice_id: 'v' },
  ],
  ['audio-clone', { audio_url: soundId, voice_id: 'my-voice-1', text: 'hello' }, { voice_id: 'my-voice-1' }],
  ['one-click/mv', { prompt: 'a song', images: [picture] }, { prompt: 'a song' }],
  ['subjects', { name: 'cat', images: [picture] }, { name: 'cat' }],
];

/** Every model of this API at the stage's engine, each for one credit. */
function served(): Catalog {
  const { models, views } = readCatalog();
  const price = { unit: 'output', rows: [{ when: {}, micros: 5_000 }] } as const;
  const rules = views('vidu')[0]?.rules ?? assert.fail('no model of this API');
  const atStage = models.map((model) => ({
    ...model,
    offers: [{ engine: 'preview' }],
    price: { ...price, rows: [...price.rows] },
  }));
  return createCatalog(atStage, { dialects: { vidu: rules } });
}

function make(...source: string[]): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', ...source, '-']);
}

async function makeCreation(vidu: ViduClient): Promise<string> {
  const { task_id: id } = await vidu.create('reference2image', { model: 'viduq2', prompt: 'a', images: [picture] });
  const { creations } = await vidu.finish(id);
  return creations[0]?.id ?? assert.fail('nothing was made');
}

test('nobody serves them: a documented error that says what is missing, and no task', async () => {
  await using stage = await openStage({ operations: ['reference-to-image'] });
  stage.engine.outcome = 'succeed';
  const vidu = createViduClient(stage, stage.rich.key);
  const creationId = await makeCreation(vidu);
  for (const [path, body] of calls('https://example.com/a.mp4', 'https://example.com/a.mp3', creationId)) {
    const { status, body: error } = await vidu.post(`/ent/v2/${path}`, body);
    assert.deepEqual([status, error.reason], [400, 'ModelUnavailable'], `${path} ${error.message}`);
    assert.match(error.message, /^model unavailable: vidu\/.*(not set up here|cannot do)/);
  }
  assert.equal(await stage.countTasks(), 1);
});

test('somebody serves them: each repeats its own fields, and ends in a result', async () => {
  await using stage = await openStage({ catalog: served() });
  stage.engine.outcome = 'succeed';
  const vidu = createViduClient(stage, stage.rich.key);
  const fragments = ['-pix_fmt', 'yuv420p', '-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov'];
  const film = await uploadFile(stage.rich, make('color=c=teal:size=512x512:rate=24:duration=4', ...fragments));
  const sound = await uploadFile(stage.rich, make('sine=duration=12', '-f', 'mp3'));
  for (const [path, body, repeated] of calls(film.id, sound.id, await makeCreation(vidu))) {
    const created = await vidu.create(path, body);
    assert.deepEqual({ ...created, ...repeated }, created, path);
    assert.equal(created.credits, 1);
    const { state, creations } = await vidu.finish(created.task_id);
    assert.deepEqual([state, creations.length], ['success', 1], path);
  }
  const listed = await vidu.get('/ent/v2/tasks?templates=hug');
  assert.deepEqual(
    listed.body.tasks.map(({ template, prompt }) => [template, prompt]),
    [
      ['hug', 'go'],
      ['hug', ''],
    ],
  );
});
