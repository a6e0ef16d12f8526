/** The client against the real server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sdkTypes } from '../scripts/sdk-types.ts';
import { adminKey, type GatewayProcess, startGatewayProcess, testKey } from '../tests/support/gateway-process.ts';
import { readPhoto } from '../tests/support/photos.ts';
import { type Client, createClient, FramegateError, isFinal } from './index.ts';

const model = 'vidu/q2/reference-to-image';
const prompt = 'This person is lying in the desert';

let gateway: GatewayProcess;
let client: Client;
before(async () => {
  gateway = await startGatewayProcess();
  client = createClient({ baseUrl: `${gateway.url}/`, key: testKey });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

const photo = () => new Blob([new Uint8Array(readPhoto('astronaut.png'))]);

function isRefusal(code: string) {
  return (error: unknown) => error instanceof FramegateError && error.code === code;
}

test('the types are what the server describes', async () => {
  assert.equal(readFileSync(join(import.meta.dirname, 'api-types.ts'), 'utf8'), await sdkTypes());
});

test('uploads a photograph, runs a task, watches it, and finds it in the list', async () => {
  const { id: image, width } = await client.upload(photo());
  assert.equal(width, 512);
  const request = { model, input: { prompt, images: [image], seed: 3 } };
  const created = await client.create(request, { idempotencyKey: 'once' });
  assert.equal((await client.create(request, { idempotencyKey: 'once' })).id, created.id);
  let last = created;
  for await (const news of client.watch(created.id)) if (news.type === 'task') last = news.task;
  assert.equal(last.state, 'succeeded');
  assert.equal(last.output?.files[0]?.kind, 'image');
  assert.deepEqual(await client.wait(created.id), await client.task(created.id));
  const ids = await Array.fromAsync(client.tasks({ model, limit: 1 }), ({ id }) => id);
  assert.ok(ids.includes(created.id));
});

test('a large file goes in pieces', async () => {
  const file = new Blob([silence(9 * 1024 * 1024)]);
  const seen: number[] = [];
  const artifact = await client.upload(file, { fileName: 'silence.wav', onProgress: (sent) => seen.push(sent) });
  assert.equal(artifact.size_bytes, file.size);
  assert.deepEqual(seen, [8 * 1024 * 1024, file.size]);
});

/** A WAV file of 16-bit mono samples, all zero. */
function silence(sampleBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + sampleBytes);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8_000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, sampleBytes, true);
  return bytes;
}

test('lists follow their pages', async () => {
  const { data: models, total } = await client.call('listModels', { query: { limit: 1000, brief: 1 } });
  assert.equal(models.length, total);
  assert.ok(models.every(({ input_schema }) => input_schema === undefined));
  const { input_schema } = await client.call('getModel', { path: { model } });
  assert.equal(input_schema.type, 'object');
});

test('a dry run tells the price and stores nothing; what is wrong is named field by field', async () => {
  const estimate = await client.estimate({ model, input: { prompt } });
  assert.equal(estimate.engines[0]?.engine, 'preview');
  await assert.rejects(client.estimate({ model, input: { prompt: '', seed: 'x' } }), (error) => {
    assert.ok(error instanceof FramegateError);
    assert.equal(error.status, 422);
    assert.deepEqual(error.issues.map(({ path }) => path).sort(), ['input.prompt', 'input.seed']);
    return true;
  });
  const report = await client.judge({ model, input: { prompt: '' } });
  assert.equal(report.estimate, null);
  assert.deepEqual(
    report.error?.issues?.map(({ path, rule }) => [path, rule]),
    [['input.prompt', 'minLength']],
  );
  assert.equal((await client.judge({ model, input: { prompt } })).estimate?.engines[0]?.engine, 'preview');
});

test('a queued task is canceled', async () => {
  await createClient({ baseUrl: gateway.url, key: adminKey }).call('pauseEngine', { path: { name: 'preview' } });
  const { id } = await client.create({ model, input: { prompt } });
  assert.equal((await client.cancel(id)).state, 'canceled');
  assert.ok(isFinal(await client.task(id)));
  await createClient({ baseUrl: gateway.url, key: adminKey }).call('resumeEngine', { path: { name: 'preview' } });
});

test('a watch ends by its signal', async () => {
  await createClient({ baseUrl: gateway.url, key: adminKey }).call('pauseEngine', { path: { name: 'preview' } });
  const { id } = await client.create({ model, input: { prompt } });
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const news of client.watch(id, { signal: stop.signal })) {
      assert.equal(news.type, 'task');
      stop.abort(new Error('enough'));
    }
  }, /enough/);
  await client.cancel(id);
  await createClient({ baseUrl: gateway.url, key: adminKey }).call('resumeEngine', { path: { name: 'preview' } });
});

test('the owner reads accounts, keys and status', async () => {
  const owner = createClient({ baseUrl: gateway.url, key: adminKey });
  const { tenant, key } = await client.call('getAccount', {});
  assert.equal(tenant.name, 'owner');
  const { data: keys } = await owner.call('listKeys', { path: { id: tenant.id } });
  assert.deepEqual(
    keys.map(({ id }) => id),
    [key.id],
  );
  const status = await owner.call('getStatus', {});
  assert.equal(status.engines[0]?.name, 'preview');
  assert.ok(status.tasks.succeeded >= 1);
  assert.equal((await owner.call('getConfig', {})).port?.value, 0);
  await assert.rejects(client.call('getStatus', {}), isRefusal('unauthenticated'));
});

test('a server that is not there is an error that may pass', async () => {
  const nobody = createClient({ baseUrl: 'http://127.0.0.1:1', key: testKey });
  await assert.rejects(nobody.task('task_x'), (error) => error instanceof FramegateError && error.isRetryable);
  await assert.rejects(client.task('task_unknown'), isRefusal('not_found'));
});
