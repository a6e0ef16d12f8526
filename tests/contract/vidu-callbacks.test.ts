/** Vidu's callbacks: three pushes, the body of a query, its signature. Facts: its pages on creation and callback-signature. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Compile } from 'typebox/compile';
import { resultSchema } from '../../src/wires/vidu/bodies.ts';
import { callbackSignature } from '../../src/wires/vidu/signature.ts';
import { askAdmin } from '../support/admin-client.ts';
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let receiver: Receiver;
let vidu: ViduClient;
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(200).end());
  stage = await openStage({ allowFetch: [receiver.door] });
  vidu = createViduClient(stage, stage.rich.key);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

/** The page's receiver, written from its text: every header it names, in the order the list gives. */
function assertSigned({ url, headers }: Received, key: string): void {
  const [path = '', query = ''] = url.split('?');
  const list = String(headers['x-hmac-signed-headers']);
  assert.equal(list, 'Date;x-request-nonce');
  let text = `POST\n${path}\n${query}\n${headers['x-hmac-access-key']}\n${headers.date}\n`;
  for (const name of list.split(';')) text += `${name}:${headers[name.toLowerCase()]}\n`;
  assert.equal(headers['x-hmac-access-key'], 'vidu');
  assert.equal(headers['x-hmac-algorithm'], 'hmac-sha256');
  assert.equal(headers['x-hmac-signature'], createHmac('sha256', key).update(text).digest('base64'));
  assert.match(String(headers.date), /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
  assert.equal(headers['webhook-signature'], undefined);
}

const validator = Compile(resultSchema);

async function follow(
  body: object,
  wanted: number,
): Promise<{ id: string; bodies: Record<string, unknown>[]; received: readonly Received[] }> {
  const before = receiver.received.length;
  const { task_id: id } = await vidu.create('reference2image', { model: 'viduq2', prompt: 'a', ...body });
  await receiver.count(before + wanted);
  const received = receiver.received.slice(before);
  const bodies = received.map((one) => JSON.parse(one.body) as Record<string, unknown>);
  for (const one of bodies) assert.ok(validator.Check(one), JSON.stringify(one));
  for (const one of received) assertSigned(one, vidu.key);
  return { id, bodies, received };
}

test('the vectors of the signature', () => {
  const [date, nonce, key] = ['Tue, 06 May 2025 12:09:42 GMT', 'n-0001', 'vda_test_key'];
  const url = 'http://127.0.0.1:8080/vidu/callback?name=james&age=36';
  assert.equal(callbackSignature({ key, url, date, nonce }), 'urnu/fK48oF4ocmThvXIikXM/WREVU6KJv5uI/qFEXI=');
  const bare = callbackSignature({ key, url: 'http://127.0.0.1:8080', date, nonce });
  assert.equal(bare, '+nFXdvgm9Ld7KCXrWTWtkjQtTNYc2iowc8P9+DE54tg=');
});

test('processing, then success with the results; the payload comes along, the query of the URL is signed as it stands', async () => {
  stage.engine.outcome = 'succeed';
  const callback_url = `${receiver.url}?name=james&part=a%20b`;
  const { id, bodies, received } = await follow({ callback_url, payload: 'order 7' }, 2);
  // Two that are owed at once may overtake each other.
  const [processing, success] = bodies.sort((one) => (one.state === 'processing' ? -1 : 1));
  assert.deepEqual(
    { ...processing, progress: 0 },
    {
      id,
      state: 'processing',
      err_code: '',
      credits: 6,
      payload: 'order 7',
      bgm: false,
      off_peak: false,
      progress: 0,
      creations: [],
    },
  );
  const { creations, ...others } = success ?? {};
  assert.deepEqual(others, {
    id,
    state: 'success',
    err_code: '',
    credits: 6,
    payload: 'order 7',
    bgm: false,
    off_peak: false,
    progress: 100,
  });
  const [{ url }] = creations as { url: string }[] & [{ url: string }];
  assert.equal((await fetch(url)).status, 200);
  const nonces = received.map(({ headers }) => headers['x-request-nonce']);
  assert.equal(new Set(nonces).size, 2);
});

test('failed, by its engine and by a cancel', async () => {
  stage.engine.outcome = 'fail';
  const { bodies } = await follow({ callback_url: receiver.url }, 2);
  const failed = bodies.find(({ state }) => state === 'failed');
  assert.deepEqual([failed?.err_code, failed?.credits, failed?.creations], ['InternalServiceFailure', 0, []]);
  await askAdmin(stage, '/engines/preview/pause', {});
  const before = receiver.received.length;
  const { task_id } = await vidu.create('reference2image', {
    model: 'viduq2',
    prompt: 'a',
    callback_url: receiver.url,
  });
  await vidu.post(`/ent/v2/tasks/${task_id}/cancel`, { id: task_id });
  await receiver.count(before + 1);
  const canceled = JSON.parse(receiver.received.at(-1)?.body ?? '');
  assert.deepEqual([canceled.id, canceled.state, canceled.err_code], [task_id, 'failed', 'UserCancelled']);
  await askAdmin(stage, '/engines/preview/resume', {});
});
