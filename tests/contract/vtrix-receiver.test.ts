/** Vtrix's callbacks, taken by a receiver that was written from the notes and knows nothing of the gateway. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everyModel } from '../support/every-model.ts';
import { judgeCallback, startVtrixReceiver, type VtrixReceiver } from '../support/receivers/vtrix.ts';
import { openStage, type Stage } from '../support/stage.ts';

let receiver: VtrixReceiver;
let stage: Stage;
let isBusy = false;

const path = '/hooks/vtrix?order=12&x=%20';

before(async () => {
  receiver = await startVtrixReceiver((earlier) => isBusy && earlier === 0);
  stage = await openStage({ allowFetch: [receiver.door], catalog: everyModel() });
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const headers = () => ({ authorization: `Bearer ${stage.rich.key}`, 'content-type': 'application/json' });

async function submit(params: Record<string, unknown> = {}, model = 'viduq2_text2video'): Promise<string> {
  const body = { prompt: 'a lake', callback_url: receiver.url + path, payload: 'order 12', ...params };
  const {
    status,
    body: made,
    text,
  } = await stage.send({
    method: 'POST',
    path: '/model/v1/generation',
    headers: headers(),
    body: { model, input: [{ params: body }] },
  });
  assert.equal(status, 200, text);
  return (made as { id: string }).id;
}

async function poll(id: string): Promise<unknown> {
  const { body } = await stage.send({ method: 'GET', path: `/model/v1/generation/task/${id}`, headers: headers() });
  return body;
}

/** Signed links differ by the moment that they were made in. */
const withoutLinks = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) => (key.endsWith('url') ? 'a link' : value));

for (const [model, params, type] of [
  ['viduq2_text2video', { duration: 1 }, 'video'],
  ['viduq2_reference2image', {}, 'image'],
] as const) {
  test(`a task of ${model} that succeeds calls back with what its poll answers`, async () => {
    stage.engine.outcome = 'succeed';
    const id = await submit(params, model);
    const { target, body } = await receiver.until(id);
    assert.equal(target, path);
    const told = JSON.parse(body);
    assert.deepEqual(withoutLinks(told), withoutLinks(await poll(id)));
    assert.equal(told.payload, 'order 12');
    assert.equal(told.output[0].content[0].type, type);
    assert.equal((await fetch(told.output[0].content[0].url)).status, 200);
    assert.deepEqual(receiver.problems, []);
  });
}

test('a task that fails calls back with its code', async () => {
  stage.engine.outcome = 'fail';
  const id = await submit({}, 'viduq2_reference2image');
  const told = JSON.parse((await receiver.until(id)).body);
  assert.equal(told.error.code, '008023095');
  assert.deepEqual(told, await poll(id));
  assert.deepEqual(receiver.problems, []);
});

test('a task that is cancelled calls back as failed, without a price', async () => {
  await stage.pause();
  const id = await submit({ off_peak: true });
  const cancel = { method: 'POST', path: `/model/v1/generation/task/${id}/cancel`, headers: headers() };
  assert.equal((await stage.send(cancel)).status, 200);
  const told = JSON.parse((await receiver.until(id)).body);
  assert.equal(told.status, 'failed');
  assert.equal('usage' in told, false);
  assert.deepEqual(told, await poll(id));
  assert.deepEqual(receiver.problems, []);
  await stage.resume();
});

test('the start of a task is not called back', async () => {
  stage.engine.outcome = 'hold';
  const id = await submit();
  const end = Date.now() + 500;
  while (Date.now() < end) assert.deepEqual(receiver.callbacksOf(id), [], JSON.stringify(await poll(id)));
  stage.engine.outcome = 'succeed';
  await receiver.until(id);
  assert.equal(receiver.callbacksOf(id).length, 1);
});

test('a callback that was not taken comes again and says the same', async () => {
  stage.engine.outcome = 'succeed';
  isBusy = true;
  const id = await submit({ duration: 1 });
  const first = await receiver.until(id);
  const second = await receiver.until(id, 2);
  isBusy = false;
  assert.deepEqual(withoutLinks(JSON.parse(second.body)), withoutLinks(JSON.parse(first.body)));
  assert.deepEqual(receiver.problems, []);
});

test('a payload that was not sent is not called back; a task without a callback calls nobody', async () => {
  stage.engine.outcome = 'succeed';
  const silent = await submit({ callback_url: undefined });
  const id = await submit({ payload: undefined });
  const { body } = await receiver.until(id);
  assert.equal(JSON.parse(body).payload, undefined);
  assert.deepEqual(receiver.callbacksOf(silent), []);
});

test('the receiver refuses what is of another shape', async () => {
  stage.engine.outcome = 'succeed';
  const callback = await receiver.until(await submit());
  assert.deepEqual(judgeCallback(callback), []);
  const body = JSON.parse(callback.body);
  const changed: readonly Record<string, unknown>[] = [
    { status: 'in_progress' },
    { status: 'success' },
    { status: 'failed' },
    { created_at: '2026-01-01T00:00:00Z' },
    { created_at: String(body.created_at) },
    { output: body.output[0] },
    { usage: { ...body.usage, cost: Number(body.usage.cost) } },
    { usage: { ...body.usage, discount: '0' } },
    { error: { code: '008000095', message: 'x', error_message: 'x' } },
    { id: 7 },
    { more: true },
  ];
  for (const change of changed) {
    const other = { ...callback, body: JSON.stringify({ ...body, ...change }) };
    assert.notDeepEqual(judgeCallback(other), [], JSON.stringify(change));
  }
  assert.notDeepEqual(judgeCallback({ ...callback, body: callback.body.replace('{', '}') }), []);
  assert.notDeepEqual(judgeCallback({ ...callback, method: 'GET' }), []);
  assert.notDeepEqual(judgeCallback({ ...callback, headers: {} }), []);
});
