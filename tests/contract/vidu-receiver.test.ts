/** Vidu's callbacks, taken by a receiver that was written from the notes and knows nothing of the gateway. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everyModel } from '../support/every-model.ts';
import {
  judgeBody,
  judgeSignature,
  type Push,
  signatureOf,
  startViduReceiver,
  type ViduReceiver,
} from '../support/receivers/vidu.ts';
import { openStage, type Stage } from '../support/stage.ts';

let receiver: ViduReceiver;
let stage: Stage;

const path = '/hooks/vidu?name=james&age=36';
const asked = { model: 'viduq2', prompt: 'a lake', duration: 1, resolution: '540p', payload: 'order 12' };

before(async () => {
  const isBusy = (state: string, earlier: number) => busyWith === state && earlier === 0;
  receiver = await startViduReceiver(() => signingKey ?? stage.rich.key, isBusy);
  stage = await openStage({ allowFetch: [receiver.door], catalog: everyModel() });
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

let busyWith: string | undefined;
let signingKey: string | undefined;

async function submit(more: Record<string, unknown> = {}, authorization = `Token ${stage.rich.key}`): Promise<string> {
  const { status, body, text } = await stage.send({
    method: 'POST',
    path: '/ent/v2/text2video',
    headers: { authorization, 'content-type': 'application/json' },
    body: { ...asked, callback_url: receiver.url + path, ...more },
  });
  assert.equal(status, 200, text);
  return (body as { task_id: string }).task_id;
}

async function readResult(id: string): Promise<unknown> {
  const headers = { authorization: `Token ${stage.rich.key}` };
  const { body } = await stage.send({ method: 'GET', path: `/ent/v2/tasks/${id}/creations`, headers });
  return body;
}

/** Signed links differ by the moment that they were made in; the picture of a cover may be made after the film's end. */
const withoutLinks = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) =>
    (key === 'url' && value !== '') || key === 'cover_url' ? 'a link' : value,
  );

test('the recipe gives the signatures of the notes', () => {
  const headers = {
    date: 'Tue, 06 May 2025 12:09:42 GMT',
    'x-request-nonce': 'n-0001',
    'x-hmac-signed-headers': 'Date;x-request-nonce',
  };
  const sign = (target: string) => signatureOf({ method: 'POST', target, headers }, 'vda_test_key');
  assert.equal(sign('/vidu/callback?name=james&age=36'), 'urnu/fK48oF4ocmThvXIikXM/WREVU6KJv5uI/qFEXI=');
  assert.equal(sign(''), '+nFXdvgm9Ld7KCXrWTWtkjQtTNYc2iowc8P9+DE54tg=');
  assert.equal(sign('/'), '+nFXdvgm9Ld7KCXrWTWtkjQtTNYc2iowc8P9+DE54tg=');
});

test('a task that succeeds pushes its start and its end, as its result answers', async () => {
  stage.engine.outcome = 'hold';
  const id = await submit();
  await receiver.until(id, 'processing');
  stage.engine.outcome = 'succeed';
  const { target, body } = await receiver.until(id, 'success');
  assert.equal(target, path);
  assert.deepEqual(receiver.statesOf(id), ['processing', 'success']);
  assert.deepEqual(withoutLinks(JSON.parse(body)), withoutLinks(await readResult(id)));
  assert.equal(JSON.parse(body).payload, 'order 12');
  const link = await fetch(JSON.parse(body).creations[0].url);
  assert.equal(link.status, 200);
  assert.deepEqual(receiver.problems, []);
});

test('a task that fails pushes its code', async () => {
  stage.engine.outcome = 'fail';
  const id = await submit();
  const { body } = await receiver.until(id, 'failed');
  assert.equal(JSON.parse(body).err_code, 'InternalServiceFailure');
  assert.equal(receiver.statesOf(id).at(-1), 'failed');
  assert.deepEqual(receiver.problems, []);
});

test('a task that is cancelled before it begins pushes its end alone', async () => {
  await stage.pause();
  const id = await submit();
  const headers = { authorization: `Token ${stage.rich.key}` };
  const { status } = await stage.send({ method: 'POST', path: `/ent/v2/tasks/${id}/cancel`, headers });
  assert.equal(status, 200);
  const { body } = await receiver.until(id, 'failed');
  assert.equal(JSON.parse(body).err_code, 'UserCancelled');
  assert.deepEqual(receiver.statesOf(id), ['failed']);
  assert.deepEqual(receiver.problems, []);
  await stage.resume();
});

test('a picture that cannot be fetched pushes its code', async () => {
  stage.engine.outcome = 'succeed';
  const { body: made } = await stage.send({
    method: 'POST',
    path: '/ent/v2/img2video',
    headers: { authorization: `Token ${stage.rich.key}`, 'content-type': 'application/json' },
    body: { model: 'viduq2-turbo', images: ['http://127.0.0.1:1/a.png'], callback_url: receiver.url + path },
  });
  const id = (made as { task_id?: string }).task_id;
  // An address that may not be asked is refused at once; both are documented answers.
  if (id === undefined) return assert.equal((made as { code: number }).code, 400);
  const { body } = await receiver.until(id, 'failed');
  assert.equal(JSON.parse(body).err_code, 'ImageDownloadFailure');
  assert.deepEqual(receiver.problems, []);
});

test('an end that was not taken comes again, under a nonce of its own', async () => {
  stage.engine.outcome = 'succeed';
  busyWith = 'success';
  const id = await submit();
  const first = await receiver.until(id, 'success');
  const second = await receiver.until(id, 'success', 2);
  busyWith = undefined;
  assert.notEqual(second.headers['x-request-nonce'], first.headers['x-request-nonce']);
  assert.deepEqual(withoutLinks(JSON.parse(second.body)), withoutLinks(JSON.parse(first.body)));
  assert.deepEqual(receiver.problems, []);
});

for (const [name, tail] of [
  ['no path', ''],
  ['no path but a query', '?a=1'],
  ['a query in an order and a spelling of its own', '/hook?b=2&a=1%20x&&c=%7E+&d'],
  ['a path that is escaped', '/a%2Fb/%C3%A4/'],
] as const) {
  test(`the signature is over the URL as it stands: ${name}`, async () => {
    stage.engine.outcome = 'succeed';
    const id = await submit({ callback_url: receiver.url + tail });
    const { target } = await receiver.until(id, 'success');
    assert.equal(target, tail.startsWith('/') ? tail : `/${tail}`);
    assert.deepEqual(receiver.problems, []);
  });
}

test('each key signs the callbacks of its own tasks', async () => {
  stage.engine.outcome = 'succeed';
  signingKey = stage.other.key;
  const id = await submit({}, `Bearer ${stage.other.key}`);
  const push = await receiver.until(id, 'success');
  assert.deepEqual(receiver.problems, []);
  assert.deepEqual(judgeSignature(push, stage.rich.key, new Set()), ['the signature is wrong']);
  signingKey = undefined;
});

test('a task without a callback pushes nothing', async () => {
  stage.engine.outcome = 'succeed';
  const count = receiver.pushes.length;
  const silent = [await submit({ callback_url: '' }), await submit({ callback_url: undefined })];
  await receiver.until(await submit(), 'success');
  assert.deepEqual(silent.flatMap(receiver.statesOf), []);
  assert.ok(receiver.pushes.length > count);
});

test('the receiver refuses what is forged, old, repeated or of another shape', async () => {
  stage.engine.outcome = 'succeed';
  const push = await receiver.until(await submit(), 'success');
  const key = stage.rich.key;
  assert.deepEqual(judgeSignature(push, key, new Set()), []);
  assert.deepEqual(judgeBody(push), []);
  const flip = (value: string, at = 3) =>
    value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
  const told = (name: string) => String(push.headers[name]);
  const withHeader = (name: string, value: string): Push => ({ ...push, headers: { ...push.headers, [name]: value } });
  const old = new Date(Date.now() - 3_600_000).toUTCString();
  const forged: readonly Push[] = [
    withHeader('x-hmac-signature', flip(told('x-hmac-signature'))),
    withHeader('x-hmac-signature', ''),
    withHeader('x-request-nonce', flip(told('x-request-nonce'))),
    withHeader('x-hmac-signed-headers', 'x-request-nonce;Date'),
    withHeader('x-hmac-access-key', 'nobody'),
    withHeader('date', old),
    withHeader('date', new Date().toISOString()),
    { ...push, target: flip(push.target) },
    { ...push, target: `${push.target}&more=1` },
    { ...push, method: 'PUT' },
  ];
  for (const one of forged) assert.notDeepEqual(judgeSignature(one, key, new Set()), [], JSON.stringify(one));
  assert.notDeepEqual(judgeSignature(push, flip(key), new Set()), []);
  assert.notDeepEqual(judgeSignature(push, key, new Set([told('x-request-nonce')])), []);
  const body = JSON.parse(push.body) as Record<string, unknown>;
  const shaped = (more: Record<string, unknown>): Push => ({ ...push, body: JSON.stringify({ ...body, ...more }) });
  const misshapen: readonly Push[] = [
    { ...push, body: flip(push.body, 0) },
    shaped({ state: 'queueing' }),
    shaped({ creations: null }),
    shaped({ err_code: null }),
    shaped({ credits: '5' }),
    shaped({ more: 1 }),
    { ...push, headers: {} },
  ];
  for (const one of misshapen) assert.notDeepEqual(judgeBody(one), [], one.body);
});
