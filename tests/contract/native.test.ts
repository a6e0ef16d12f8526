/** The native API: tasks, waiting, events, cancel, lists, uploads, artifacts and links. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Compile } from 'typebox/compile';
import {
  estimateSchema,
  modelListSchema,
  taskListSchema,
  taskSchema,
  type WireEstimate,
  type WireModel,
  type WireTask,
} from '../../src/dialects/native/wire.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { createTask, downloadFile, finishTask, readEvents, readTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

const image = 'vidu/q2/reference-to-image';
const film = 'vidu/q2-pro/image-to-video';

const jsonType = { 'content-type': 'application/json' };

let gateway: GatewayProcess;
before(async () => {
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_PREVIEW_CONCURRENCY: '1' } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

const idle = async () => {
  const { data } = (await (await gateway.send('/v1/tasks?state=queued,running')).json()) as { data: WireTask[] };
  for (const { id } of data) await gateway.send(`/v1/tasks/${id}/cancel`, { method: 'POST' });
  for (const { id } of data) await finishTask(gateway, id);
};

test('a task is created, waited for, and its file has the facts that the task says', async () => {
  const task = await createTask(gateway, image, { prompt: 'a quiet lake at dawn', seed: 5 }, { prefer: 'wait=60' });
  assert.ok(Compile(taskSchema).Check(task), JSON.stringify([...Compile(taskSchema).Errors(task)]));
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  assert.equal(task.progress, 1);
  assert.equal(task.seed, 5);
  assert.equal(task.attempts, 1);
  assert.deepEqual(task.cost, {
    list_micros: 30_000,
    reserved_micros: 0,
    captured_micros: 0,
    lines: [
      { kind: 'price', of: 'task', units: 1, unit_micros: 30_000, amount_micros: 30_000 },
      { kind: 'discount', of: 'engine', percent: 100, amount_micros: -30_000 },
    ],
    price_list: '2026-11-21',
    exchange: null,
  });
  const [file] = task.output?.files ?? [];
  assert.ok(file);
  assert.deepEqual([file.kind, file.media_type, file.width, file.height], ['image', 'image/png', 1920, 1080]);
  const bytes = await downloadFile(task);
  assert.equal(bytes.byteLength, file.size_bytes);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256);
});

test('files answer ranges, conditions and HEAD, and cannot run as pages', async () => {
  const artifact = await uploadFile(gateway, readPhoto('chelsea.png'));
  const whole = readPhoto('chelsea.png');
  const get = (headers: Record<string, string>, method = 'GET') => fetch(artifact.url, { headers, method });
  const full = await get({});
  assert.equal(full.status, 200);
  assert.deepEqual(Buffer.from(await full.arrayBuffer()), whole);
  assert.equal(full.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(full.headers.get('content-security-policy'), "sandbox; default-src 'none'");
  const etag = full.headers.get('etag') ?? '';
  const part = await get({ range: 'bytes=10-19' });
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 10-19/${whole.length}`]);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(10, 20));
  assert.equal((await get({ range: `bytes=${whole.length}-` })).status, 416);
  assert.equal((await get({ 'if-none-match': etag })).status, 304);
  assert.equal((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status, 200);
  const head = await get({}, 'HEAD');
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), String(whole.length));
  assert.equal((await head.arrayBuffer()).byteLength, 0);
});

test('a link can be made that expires; every part of it is signed', async () => {
  const artifact = await uploadFile(gateway, readPhoto('rocket.jpg'));
  const response = await gateway.send(`/v1/artifacts/${artifact.id}/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ expires_in: 60 }),
  });
  assert.equal(response.status, 201);
  const { url } = (await response.json()) as { url: string };
  assert.equal((await fetch(url)).status, 200);
  const [before, ticket = '', name] = url.split(/(?<=\/signed\/)|(?=\/[^/]+$)/);
  for (let index = 0; index < ticket.length; index += 7) {
    const other = ticket[index] === 'A' ? 'B' : 'A';
    const forged = `${before}${ticket.slice(0, index)}${other}${ticket.slice(index + 1)}${name}`;
    assert.equal((await fetch(forged)).status, 404, forged);
  }
  const long = await gateway.send(`/v1/artifacts/${artifact.id}/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ expires_in: 604_801 }),
  });
  assert.equal(long.status, 422);
});

test('events tell the whole story in order; Last-Event-ID leaves out what was seen', async () => {
  const artifact = await uploadFile(gateway, readPhoto('coffee.png'));
  const task = await createTask(gateway, film, {
    prompt: 'slow push in',
    images: [artifact.url],
    duration: 2,
    resolution: '540p',
  });
  const seen = [];
  let last = 0;
  for await (const event of readEvents(await gateway.send(`/v1/tasks/${task.id}/events`))) {
    seen.push(event);
    if (event.event !== 'task.progress') continue;
    const { progress } = event.data as { progress: number };
    assert.ok(progress >= last && progress <= 1);
    last = progress;
  }
  const stored = seen.filter(({ id }) => id !== undefined);
  assert.deepEqual(
    stored.map(({ event }) => event),
    ['task.queued', 'task.running', 'task.succeeded'],
  );
  assert.ok(seen.some(({ event }) => event === 'task.progress'));
  const end = stored.at(-1);
  assert.ok(end);
  assert.equal((end.data as { task: WireTask }).task.state, 'succeeded');
  const headers = { 'last-event-id': stored[0]?.id ?? '' };
  const rest = await Array.fromAsync(readEvents(await gateway.send(`/v1/tasks/${task.id}/events`, { headers })));
  assert.deepEqual(
    rest.map(({ event }) => event),
    ['task.running', 'task.succeeded'],
  );
});

test('a running film is canceled within a second, and leaves nothing to pay', async () => {
  await idle();
  const images = [(await uploadFile(gateway, readPhoto('nagasaki-boats.jpg'))).id];
  const task = await createTask(gateway, film, { prompt: 'orbit', images, duration: 10, resolution: '1080p' });
  for await (const { event } of readEvents(await gateway.send(`/v1/tasks/${task.id}/events`))) {
    if (event === 'task.progress') break;
  }
  const waiting = await createTask(gateway, image, { prompt: 'a hill' });
  const queued = await readTask(gateway, waiting.id);
  assert.deepEqual([queued.state, queued.queue_position], ['queued', 1]);
  const started = performance.now();
  const response = await gateway.send(`/v1/tasks/${task.id}/cancel`, { method: 'POST' });
  assert.equal(response.status, 202);
  const ended = await finishTask(gateway, task.id);
  const elapsedMs = performance.now() - started;
  assert.equal(ended.state, 'canceled');
  assert.ok(ended.cancel_requested_at !== null);
  // A second is promised; the machine of a test may be ten times as busy.
  assert.ok(elapsedMs < 10_000, `canceled after ${elapsedMs} ms`);
  assert.equal((await gateway.send(`/v1/tasks/${task.id}/cancel`, { method: 'POST' })).status, 200);
  const done = await finishTask(gateway, waiting.id);
  assert.equal(done.state, 'succeeded');
  assert.equal((await gateway.send(`/v1/tasks/${done.id}/cancel`, { method: 'POST' })).status, 409);
});

test('lists are newest first, page by page without gaps, and filtered', async () => {
  await idle();
  const made: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const task = await createTask(gateway, image, { prompt: `hill ${index}`, resolution: '4k' });
    await gateway.send(`/v1/tasks/${task.id}/cancel`, { method: 'POST' });
    made.unshift(task.id);
  }
  const listed: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/v1/tasks?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = (await (await gateway.send(path)).json()) as { data: WireTask[]; next_cursor: string | null };
    assert.ok(Compile(taskListSchema).Check(page));
    listed.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  assert.deepEqual(listed.slice(0, 5), made);
  assert.equal(new Set(listed).size, listed.length);
  const { data } = (await (await gateway.send(`/v1/tasks?state=succeeded&model=${film}`)).json()) as {
    data: WireTask[];
  };
  assert.ok(data.length >= 1 && data.every(({ state, model }) => state === 'succeeded' && model === film));
});

test('a task is told what was made from it, page by page, and from what it was made', async () => {
  const source = await createTask(gateway, image, { prompt: 'a red boat' }, { prefer: 'wait=60' });
  const images = [source.output?.files[0]?.id];
  const made: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    made.unshift((await createTask(gateway, 'preview/image-to-image', { prompt: 'A sepia photograph', images })).id);
  }
  const list = async (query: string) =>
    (await (await gateway.send(`/v1/tasks?${query}`)).json()) as { data: WireTask[]; next_cursor: string | null };
  const idsOf = ({ data }: { data: WireTask[] }) => data.map(({ id }) => id);
  const first = await list(`made_from=${source.id}&limit=2`);
  assert.deepEqual(idsOf(first), made.slice(0, 2));
  const last = await list(`made_from=${source.id}&limit=2&cursor=${first.next_cursor}`);
  assert.deepEqual([idsOf(last), last.next_cursor], [made.slice(2), null]);
  assert.deepEqual(idsOf(await list(`used_in=${made[0]}`)), [source.id]);
  assert.deepEqual(idsOf(await list(`used_in=${source.id}`)), []);
  const statusOf = async (query: string) => (await gateway.send(`/v1/tasks?${query}`)).status;
  assert.equal(await statusOf(`made_from=${source.id}&used_in=${source.id}`), 422);
  assert.equal(await statusOf('made_from=nothing'), 422);
  assert.equal(await statusOf(`made_from=task_${'0'.repeat(22)}`), 404);
});

test('a result is an input of the next task, by its link', async () => {
  const first = await createTask(gateway, image, { prompt: 'a red boat', aspect_ratio: '1:1' }, { prefer: 'wait=60' });
  const url = first.output?.files[0]?.url;
  const next = await createTask(
    gateway,
    film,
    { images: [url], duration: 1, resolution: '540p' },
    { prefer: 'wait=60' },
  );
  assert.equal(next.state, 'succeeded', JSON.stringify(next.error));
  assert.equal(next.media[0]?.artifact, first.output?.files[0]?.id);
  assert.deepEqual([next.output?.files[0]?.width, next.output?.files[0]?.height], [540, 540]);
});

test('one key sees nothing of another tenant', async () => {
  await using other = await startGatewayProcess();
  const task = await createTask(gateway, image, { prompt: 'a hill' });
  assert.equal((await other.send(`/v1/tasks/${task.id}`)).status, 404);
});

test('the catalogue and OpenAPI say what is served', async () => {
  const list = (await (await gateway.send('/v1/catalog?limit=1000')).json()) as { data: { id: string }[] };
  assert.ok(Compile(modelListSchema).Check(list));
  const ids = list.data.map(({ id }) => id);
  assert.ok(ids.includes(film) && ids.includes(image) && ids.length > 450);
  const one = (await (await gateway.send(`/v1/catalog/${image}`)).json()) as { input_schema: { required: string[] } };
  assert.deepEqual(one.input_schema.required, ['prompt']);
  const api = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
    components: { schemas: Record<string, unknown> };
  };
  const withModels = await (await fetch(`${gateway.url}/openapi.json?models=1`)).json();
  assert.ok((withModels as typeof api).components.schemas['Input.vidu.q2.reference-to-image']);
  assert.equal(api.openapi, '3.1.0');
  assert.ok(api.paths['/v1/tasks']?.post && api.paths['/v1/tasks/{id}/events']?.get);
  assert.ok(api.components.schemas.Task);
  const references = [...JSON.stringify(api).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name ?? '',
  );
  assert.ok(references.length > 5 && references.every((name) => name in api.components.schemas));
});

const find = async (query: string) => {
  const answer = await gateway.send(`/v1/catalog?${query}`);
  assert.equal(answer.status, 200);
  const page = (await answer.json()) as { data: WireModel[]; total: number; next_cursor: string | null };
  return { ...page, ids: page.data.map(({ id }) => id) };
};

test('models are found by what they do, what they cost and whether they run here', async () => {
  const films = await find('operation=image-to-video&min_seconds=8&resolution=1080p&max_price=0.50&limit=1000');
  assert.ok(films.ids.includes('vidu/q2-pro-fast/image-to-video'));
  // 8 seconds at 1080p: 55 + 7 x 15 credits are 0.80 dollars, but another vendor asks less.
  assert.ok(films.data.every(({ capabilities }) => (capabilities.max_seconds ?? 0) >= 8));
  const here = await find('available=true&limit=1000');
  assert.ok(here.ids.includes(film) && here.ids.includes(image));
  assert.ok(here.data.every(({ availability }) => availability === 'preview engine'));
  const kling = await find('q=kling+2.6+pro&operation=text-to-video');
  assert.deepEqual(kling.ids, ['kling/v2.6-pro/text-to-video']);
  assert.match(kling.data[0]?.availability ?? '', /^needs the engine runninghub \(RUNNINGHUB_API_KEY\)/);
  assert.equal((await find('vendor=vtrix&limit=1')).ids.length, 1);
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await find(`vendor=vidu&limit=30${cursor}`);
    seen.push(...page.ids);
    if (page.next_cursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  assert.equal(new Set(seen).size, (await find('vendor=vidu&limit=1')).total);
  for (const query of ['operation=dance', 'limit=0', 'max_price=x', 'cursor=nothing', 'available=maybe']) {
    const refused = await gateway.send(`/v1/catalog?${query}`);
    assert.equal(refused.status, 422, query);
  }
});

test('what changed in the catalogue is listed by day and by model', async () => {
  type WireUpdates = {
    readonly data: readonly { date: string; what: string; models: string[]; source: string | null }[];
  };
  const list = async (query: string) =>
    ((await (await gateway.send(`/v1/catalog/updates${query}`)).json()) as WireUpdates).data;
  const all = await list('');
  assert.ok(all.length > 1);
  const days = all.map(({ date }) => date);
  assert.deepEqual(days, days.toSorted().reverse(), 'newest first');
  const about = await list('?model=skyreels/v4/text-to-video');
  assert.ok(about.length > 1 && about.length < all.length);
  assert.ok(
    about.every(({ models }) => models.some((name) => 'skyreels/v4/text-to-video'.startsWith(name.slice(0, -1)))),
  );
  assert.ok((await list('?since=2026-05-07')).every(({ date }) => date >= '2026-05-07'));
  assert.equal((await gateway.send('/v1/catalog/updates?since=yesterday')).status, 422);
});

test('a dry run tells input, engines and price, and leaves nothing behind', async () => {
  const count = async () =>
    ((await (await gateway.send('/v1/tasks?limit=100')).json()) as { data: unknown[] }).data.length;
  const before = await count();
  const dryRun = async (body: unknown) =>
    await gateway.send('/v1/tasks?dry_run=1', { method: 'POST', headers: jsonType, body: JSON.stringify(body) });
  const answer = await dryRun({
    model: film,
    input: { images: ['https://example.org/a.png'], bgm: true, duration: 9 },
  });
  assert.equal(answer.status, 200);
  const estimate = (await answer.json()) as WireEstimate;
  assert.ok(Compile(estimateSchema).Check(estimate));
  assert.equal(estimate.input.resolution, '720p');
  assert.deepEqual(estimate.media, [{ field: 'images', index: 0 }]);
  assert.deepEqual(estimate.warnings, ['bgm has no effect with duration 9 to 10.']);
  const [preview, vidu, , runninghub] = estimate.engines;
  assert.deepEqual([preview?.engine, preview?.problem, preview?.total_micros], ['preview', null, 0]);
  assert.equal(vidu?.problem, 'is not set up here, and needs VIDU_API_KEY');
  // 15 + 8 x 10 credits of half a cent.
  assert.deepEqual([vidu?.list_micros, vidu?.total_micros], [475_000, 475_000]);
  assert.equal(runninghub?.exchange?.currency, 'CNY');
  const refused = await dryRun({ model: film, input: { images: [] } });
  assert.equal(refused.status, 422);
  assert.equal(await count(), before);
});

test('what another API ignored of a request is told natively', async () => {
  const answer = await gateway.send(`/v1/models/${image}`, {
    method: 'POST',
    headers: jsonType,
    body: JSON.stringify({ prompt: 'a hill', colour: 'red' }),
  });
  const { request_id: id } = (await answer.json()) as { request_id: string };
  const task = await readTask(gateway, id);
  assert.deepEqual(
    [task.dialect, task.warnings],
    ['runcomfy', ['colour is not a field of this model, and was ignored.']],
  );
  assert.deepEqual((await createTask(gateway, image, { prompt: 'a hill' })).warnings, []);
});

test('a model that no engine here serves is refused with what is missing', async () => {
  const answer = await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: jsonType,
    body: JSON.stringify({ model: 'kling/v2.6-pro/text-to-video', input: { prompt: 'a', duration: 5 } }),
  });
  assert.equal(answer.status, 503);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  assert.equal(error.code, 'engine_unavailable');
  assert.match(error.message, /needs the engine runninghub \(RUNNINGHUB_API_KEY\), which is not set up here/);
});

test('an engine that cannot do a part of what is asked is not asked, and says which', async () => {
  const answer = await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: jsonType,
    body: JSON.stringify({ model: film, input: { images: ['https://example.org/a.png'], recommended_prompt: true } }),
  });
  assert.equal(answer.status, 503);
  const { error } = (await answer.json()) as { error: { message: string } };
  assert.match(error.message, /preview serves it only with recommended_prompt false/);
});

test('a key is read from the Authorization header only', async () => {
  for (const path of [`/v1/tasks?key=${testKey}`, `/v1/tasks?token=${testKey}`]) {
    assert.equal((await fetch(gateway.url + path)).status, 401);
  }
  assert.equal((await fetch(`${gateway.url}/v1/tasks`, { headers: { cookie: `key=${testKey}` } })).status, 401);
});
