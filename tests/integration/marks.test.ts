/** Metadata and marks from a request to its files, and what engines get of a picture: through the whole gateway. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createCatalog } from '../../src/core/catalog.ts';
import type { Engine, JobMedia } from '../../src/core/engine-port.ts';
import { createGateway } from '../../src/core/gateway.ts';
import type { Label, MarksWish } from '../../src/core/marks.ts';
import type { Blobs } from '../../src/core/media-ports.ts';
import type { Model } from '../../src/core/model.ts';
import type { Store } from '../../src/core/store-port.ts';
import type { InlineMedia } from '../../src/core/submit.ts';
import type { Task } from '../../src/core/task.ts';
import type { Caller } from '../../src/core/tenant.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { startWorker, type WorkerOptions } from '../../src/worker/index.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { type GatewayProcess, removeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { listFiles } from '../support/list-files.ts';
import { makePictures, readByExiftool, readFilmTags } from '../support/marked-files.ts';
import { createFixtures } from '../support/store-fixtures.ts';
import { dot } from '../support/upstream.ts';
import { testWorld } from '../support/world.ts';

const image = 'vidu/q2/reference-to-image';
const film = 'vidu/q2-pro/image-to-video';
const input = { prompt: 'a quiet lake at dawn', resolution: '1080p', seed: 5 };

let gateway: GatewayProcess;
let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-test-'));
  gateway = await startGatewayProcess({
    environment: { FRAMEGATE_MARKS_AIGC: 'on', FRAMEGATE_MARKS_CONTENT_PRODUCER: '帧门' },
  });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await removeDirectory(directory);
});

async function send(body: unknown): Promise<Response> {
  return await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60' },
    body: JSON.stringify(body),
  });
}

async function render(wish: Record<string, unknown>): Promise<WireTask> {
  const response = await send({ model: image, input, ...wish });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  const task = JSON.parse(text) as WireTask;
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  return task;
}

async function download(task: WireTask, index = 0): Promise<Buffer> {
  const file = task.output?.files[index];
  assert.ok(file);
  const bytes = Buffer.from(await (await fetch(file.url)).arrayBuffer());
  assert.equal(bytes.byteLength, file.size_bytes);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256);
  return bytes;
}

/** As exiftool reads it; undefined when there is none. */
function labelOf(bytes: Uint8Array): Label | undefined {
  const answer = readByExiftool(directory, [{ name: 'read', bytes }]).get('read');
  const text = answer?.['XMP-TC260:Aigc'];
  return text === undefined ? undefined : (JSON.parse(String(text)) as Label);
}

/** Results that lie in storage. Their thumbnails, which are WebP, come when they come. */
async function countBlobs(): Promise<number> {
  const files = await listFiles(join(gateway.directory, 'blobs'));
  const starts = await Promise.all(files.map(async (path) => (await readFile(path)).subarray(0, 4).toString('latin1')));
  return starts.filter((start) => start !== 'RIFF').length;
}

test('with the setting on every picture is labelled, and nothing of it is left behind', async () => {
  const blobs = await countBlobs();
  const task = await render({});
  const label = labelOf(await download(task));
  assert.deepEqual(label, {
    Label: '1',
    ContentProducer: '帧门',
    ProduceID: task.id,
    ReservedCode1: '',
    ContentPropagator: '',
    PropagateID: '',
    ReservedCode2: '',
  });
  assert.deepEqual(task.marks, { aigc: label, visible: false, position: null, keep_unmarked: false });
  assert.equal(await countBlobs(), blobs + 1);
});

test('a request may switch the label off, or say what stands in it, itself and by its metadata', async () => {
  const without = await render({ marks: { aigc: false } });
  assert.equal(labelOf(await download(without)), undefined);
  assert.equal(without.marks, null);
  const metadata = JSON.stringify({ Label: '2', ContentProducer: 'from metadata', ProduceID: 'p-7', note: 'free' });
  const task = await render({ metadata, marks: { aigc: { ProduceID: 'p-8' } } });
  const { Label, ContentProducer, ProduceID } = labelOf(await download(task)) ?? {};
  assert.deepEqual([Label, ContentProducer, ProduceID], ['2', 'from metadata', 'p-8']);
  assert.equal(task.metadata, metadata);
});

test('a visible mark is drawn, and the picture without it is kept when asked for; both are labelled', async () => {
  const blobs = await countBlobs();
  const plain = await download(await render({ marks: { aigc: false } }));
  const task = await render({ marks: { visible: true, keep_unmarked: true } });
  assert.deepEqual(
    task.output?.files.map(({ file_name }) => file_name),
    ['image.png', 'image-unmarked.png'],
  );
  const [marked, unmarked] = [await download(task, 0), await download(task, 1)];
  assert.ok(labelOf(marked) && labelOf(unmarked));
  const pixels = async (bytes: Buffer) => await sharp(bytes).removeAlpha().raw().toBuffer();
  assert.ok((await pixels(unmarked)).equals(await pixels(plain)));
  assert.ok(!(await pixels(marked)).equals(await pixels(plain)));
  assert.equal(await countBlobs(), blobs + 3);
  const only = await render({ marks: { visible: true, position: 'top_left' } });
  assert.equal(only.output?.files.length, 1);
  assert.equal(only.marks?.position, 'top_left');
  const corner = { left: 0, top: 0, width: 500, height: 150 };
  const cornerOf = async (bytes: Buffer) => await sharp(bytes).extract(corner).removeAlpha().raw().toBuffer();
  assert.ok((await cornerOf(marked)).equals(await cornerOf(plain)), 'it stands at the bottom right unless told');
  assert.ok(!(await cornerOf(await download(only))).equals(await cornerOf(plain)));
  assert.equal(await countBlobs(), blobs + 4);
});

test('a film is labelled and marked', async () => {
  const picture = await sharp({ create: { width: 320, height: 180, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const images = [`data:image/png;base64,${picture.toString('base64')}`];
  const wish = { prompt: 'a slow pan', images, duration: 1, resolution: '540p', seed: 1 };
  const response = await send({ model: film, input: wish, marks: { visible: true } });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  const created = JSON.parse(text) as WireTask;
  const task = (await (
    await gateway.send(`/v1/tasks/${created.id}`, { headers: { prefer: 'wait=60' } })
  ).json()) as WireTask;
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  assert.equal(JSON.parse(readFilmTags(directory, await download(task)).AIGC ?? '{}').ProduceID, task.id);
});

test('metadata come back as they were given, but not in lists when they are long', async () => {
  for (const metadata of ['any text', { order: 17, tags: ['a', '帧'], __proto__x: null }]) {
    const task = await render({ metadata });
    assert.deepEqual(task.metadata, metadata);
    const list = (await (await gateway.send('/v1/tasks?limit=1')).json()) as { data: WireTask[] };
    assert.deepEqual([list.data[0]?.id, list.data[0]?.metadata], [task.id, metadata]);
  }
  const long = 'x'.repeat(16_382);
  const task = await render({ metadata: long });
  assert.equal(task.metadata, long);
  const list = (await (await gateway.send('/v1/tasks?limit=1')).json()) as { data: WireTask[] };
  assert.deepEqual([list.data[0]?.id, list.data[0]?.metadata], [task.id, null]);
});

test('what breaks a rule is refused with its place', async () => {
  const bad: [Record<string, unknown>, string][] = [
    [{ metadata: 'x'.repeat(16_383) }, 'metadata'],
    [{ metadata: 17 }, 'metadata'],
    [{ metadata: { picture: 'data:image/png;base64,aaaa' } }, 'metadata'],
    [{ marks: { visible: 'yes' } }, 'marks.visible'],
    [{ marks: { colour: 'red' } }, 'marks'],
    [{ marks: { aigc: { Label: '9' } } }, 'marks.aigc'],
    [{ marks: { aigc: { ProduceID: 'x'.repeat(1025) } } }, 'marks.aigc'],
  ];
  for (const [wish, path] of bad) {
    const response = await send({ model: image, input, ...wish });
    const { error } = (await response.json()) as { error: { code: string; issues: { path: string }[] } };
    assert.deepEqual([response.status, error.code], [422, 'invalid_input'], JSON.stringify(wish).slice(0, 80));
    assert.ok(
      error.issues.some((issue) => issue.path.startsWith(path)),
      JSON.stringify(error),
    );
  }
});

const model: Model = {
  id: 'test/pictures',
  title: 'Pictures',
  description: 'Takes pictures.',
  operation: 'reference-to-image',
  output: 'image',
  modified: '2026-11-21',
  sources: [{ of: 'everything', mark: 'assumed', where: 'this test' }],
  parameters: { images: { title: 'Pictures', description: '', type: 'media', media: 'image', maxItems: 7 } },
  names: [],
  offers: [{ engine: 'fake' }],
  price: { unit: 'output', rows: [{ when: {}, micros: 0 }] },
};

type Received = Pick<JobMedia, 'sizeBytes' | 'sha256'> & { readonly bytes: Buffer };

type Situation = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly engine: Engine;
  readonly isLocationStripped: boolean;
  readonly caller: Caller;
  readonly inline: ReadonlyMap<string, InlineMedia>;
  readonly marks: MarksWish | null;
};

/** Submits one task whose pictures are all of `inline`, and brings it to its end. */
async function runTask({ store, blobs, engine, isLocationStripped, caller, inline, marks }: Situation): Promise<Task> {
  const signal = AbortSignal.timeout(60_000);
  const plain = testWorld({ store, blobs, catalog: createCatalog([model]), engines: new Map([['fake', engine]]) });
  const world = { ...plain, policy: { ...plain.policy, isLocationStripped } };
  using core = createGateway(world);
  const task = await core.submit(
    {
      caller,
      view: world.catalog.view('native', model.id),
      wireId: null,
      value: { images: [...inline.keys()] },
      inline,
      root: [],
      isSeedZeroRandom: false,
      priority: 0,
      isOffPeak: false,
      metadata: null,
      marks,
      webhook: null,
      idempotency: null,
    },
    { signal },
  );
  await using _worker = startWorker({
    world,
    log: { error: () => {} } as unknown as WorkerOptions['log'],
    runLimitMs: () => 60_000,
    eventLifetimeMs: 1e9,
    idempotencyLifetimeMs: 1e9,
    deliveryLifetimeMs: 1e9,
    answerLifetimeMs: 1e9,
    dialects: new Map(),
  });
  return await core.wait(caller, task.id, 30_000, { signal });
}

test('an engine that draws the mark itself is told that one is wanted, and none is drawn over it', async () => {
  const place = await mkdtemp(join(tmpdir(), 'framegate-test-'));
  const store = await openSqliteStore({ directory: place, randomBytes });
  const blobs = await openFileBlobs(place, randomBytes);
  try {
    const fake = createFakeEngine({ directory: place, restart: 'safe', canFind: true });
    const wanted: boolean[] = [];
    const engine: Engine = {
      ...fake,
      start(job, options) {
        wanted.push(job.isMarkWanted);
        return fake.start(job, options);
      },
      async check(handle, options) {
        const report = await fake.check(handle, options);
        if (report.state !== 'succeeded') return report;
        return { ...report, outputs: report.outputs.map((output) => ({ ...output, isMarked: true })) };
      },
    };
    const caller = await createFixtures(randomBytes).tenant(store);
    const marks = { isVisible: true, isUnmarkedKept: true };
    const inline = new Map<string, InlineMedia>();
    const ended = await runTask({ store, blobs, engine, isLocationStripped: true, caller, inline, marks });
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.deepEqual(wanted, [true]);
    const artifacts = await store.artifacts(caller.tenantId, ended.output?.artifactIds ?? []);
    const hash = createHash('sha256').update(dot).digest('hex');
    assert.deepEqual(
      artifacts.map(({ sha256 }) => sha256),
      [hash],
    );
  } finally {
    await store[Symbol.asyncDispose]();
    await removeDirectory(place);
  }
});

test('an engine gets pictures without what tells where they were taken, unless the owner says otherwise', async () => {
  const pictures = (await makePictures()).filter(({ name }) => name.startsWith('camera'));
  const place = await mkdtemp(join(tmpdir(), 'framegate-test-'));
  const store = await openSqliteStore({ directory: place, randomBytes });
  const blobs = await openFileBlobs(place, randomBytes);
  const signal = AbortSignal.timeout(60_000);
  try {
    for (const isLocationStripped of [true, false]) {
      const received: Received[] = [];
      const fake = createFakeEngine({ directory: place, restart: 'safe', canFind: true });
      const engine: Engine = {
        ...fake,
        async start(job, options) {
          for (const { sizeBytes, sha256, open } of job.media) {
            received.push({ sizeBytes, sha256, bytes: Buffer.concat(await Array.fromAsync(open(options))) });
          }
          return await fake.start(job, options);
        },
      };
      const inline = new Map(pictures.map(({ name, bytes }) => [name, { bytes, head: '' }]));
      const caller = await createFixtures(randomBytes).tenant(store);
      const ended = await runTask({ store, blobs, engine, isLocationStripped, caller, inline, marks: null });
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
      assert.equal(received.length, pictures.length);
      for (const [index, { sizeBytes, sha256, bytes }] of received.entries()) {
        assert.equal(sizeBytes, bytes.byteLength);
        assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
        assert.equal(bytes.includes('Secret Camera'), !isLocationStripped);
        if (!isLocationStripped) assert.deepEqual(bytes, pictures[index]?.bytes);
      }
      for (const [index, { source }] of ended.media.entries()) {
        const id = 'artifactId' in source ? source.artifactId : undefined;
        const stored = id === undefined ? undefined : await store.artifact(caller.tenantId, id);
        assert.ok(stored);
        const kept = Buffer.concat(await Array.fromAsync(blobs.read(stored.blobKey, { signal })));
        assert.deepEqual(kept, pictures[index]?.bytes, 'what the tenant sent is kept as it was');
      }
    }
  } finally {
    await store[Symbol.asyncDispose]();
    await removeDirectory(place);
  }
});
