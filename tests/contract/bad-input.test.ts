/** One table of bad requests: each gets the documented error of its API, naming field and rule, and leaves no task. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { photoDataUri } from '../support/photos.ts';

const model = 'vidu/q2/reference-to-image';
const film = 'vidu/q2-pro/image-to-video';
const mebibyte = 1024 * 1024;
const unknownUuid = '7b0c6f0e-3f52-4c9a-9a55-0d3f1f6a2b11';
const unknownTask = `task_${'0'.repeat(22)}`;

let gateway: GatewayProcess;
let picture: string;
before(async () => {
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_WORKER_ENABLED: 'false' } });
  picture = photoDataUri('chelsea.png');
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

type Case = {
  readonly what: string;
  readonly path?: string;
  readonly method?: string;
  readonly body?: () => unknown;
  readonly raw?: () => string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: number | string;
  /** What the message must say: the field and the rule. */
  readonly says: RegExp;
  readonly field?: string;
};

const textAsPng = `data:image/png;base64,${Buffer.from('this is a text file, whatever it is called').toString('base64')}`;
const svg = `data:image/png;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;

/** What is wrong with an input, whichever API it comes by. */
const inputs: readonly { what: string; input: () => unknown; says: RegExp; field: string }[] = [
  { what: 'no prompt', input: () => ({}), says: /prompt is required/, field: 'prompt' },
  {
    what: 'a prompt of the wrong type',
    input: () => ({ prompt: 5 }),
    says: /prompt must be of type string/,
    field: 'prompt',
  },
  { what: 'an empty prompt', input: () => ({ prompt: '' }), says: /at least 1 characters/, field: 'prompt' },
  {
    what: 'eight images',
    input: () => ({ prompt: 'a', images: Array(8).fill(picture) }),
    says: /images may have at most 7 items; it has 8/,
    field: 'images',
  },
  {
    what: 'an unknown ratio',
    input: () => ({ prompt: 'a', aspect_ratio: '5:4' }),
    says: /aspect_ratio must be one of .*"5:4"/,
    field: 'aspect_ratio',
  },
  {
    what: 'an unknown resolution',
    input: () => ({ prompt: 'a', resolution: '8k' }),
    says: /resolution must be one of .*"8k"/,
    field: 'resolution',
  },
  {
    what: 'a seed that is no integer',
    input: () => ({ prompt: 'a', seed: 0.5 }),
    says: /seed must be of type integer/,
    field: 'seed',
  },
  {
    what: 'broken base64',
    input: () => ({ prompt: 'a', images: ['data:image/png;base64,@@@@'] }),
    says: /images\[0\] is not valid base64/,
    field: 'images[0]',
  },
  {
    what: 'a data URI without base64',
    input: () => ({ prompt: 'a', images: ['data:image/png,abc'] }),
    says: /images\[0\] must be a data URI of the form/,
    field: 'images[0]',
  },
  {
    what: 'a text file called .png',
    input: () => ({ prompt: 'a', images: [picture, textAsPng] }),
    says: /images\[1\] is not a PNG/,
    field: 'images[1]',
  },
  {
    what: 'an SVG called .png',
    input: () => ({ prompt: 'a', images: [svg] }),
    says: /images\[0\] is not a PNG/,
    field: 'images[0]',
  },
  {
    what: 'no URL',
    input: () => ({ prompt: 'a', images: ['cat.png'] }),
    says: /images\[0\] is not a URL/,
    field: 'images[0]',
  },
  {
    what: 'a private address',
    input: () => ({ prompt: 'a', images: ['https://10.0.0.1/a.png'] }),
    says: /images\[0\] is a URL of a host that this server does not fetch from/,
    field: 'images[0]',
  },
  {
    what: 'loopback under another spelling',
    input: () => ({ prompt: 'a', images: ['https://0x7f.1/a.png'] }),
    says: /images\[0\] is a URL of a host/,
    field: 'images[0]',
  },
  {
    what: 'another scheme',
    input: () => ({ prompt: 'a', images: ['file:///etc/passwd'] }),
    says: /images\[0\] must be an https URL/,
    field: 'images[0]',
  },
  {
    what: 'a URL with a password',
    input: () => ({ prompt: 'a', images: ['https://a:b@example.com/a.png'] }),
    says: /images\[0\] is a URL with a user name/,
    field: 'images[0]',
  },
];

const runcomfy: readonly Case[] = [
  ...inputs.map(
    (one): Case => ({ what: one.what, body: one.input, status: 422, code: 422001, says: one.says, field: one.field }),
  ),
  {
    what: 'a prompt of 1,501 characters',
    body: () => ({ prompt: 'x'.repeat(1501) }),
    status: 422,
    code: 422001,
    says: /prompt may have at most 1500 characters; it has 1501/,
    field: 'prompt',
  },
  {
    what: 'an empty list of images',
    body: () => ({ prompt: 'a', images: [] }),
    status: 422,
    code: 422001,
    says: /images must have at least 1 items/,
    field: 'images',
  },
  { what: 'a body that is no object', body: () => [1], status: 422, code: 422001, says: /must be of type object/ },
  { what: 'malformed JSON', raw: () => '{"prompt": "a",', status: 400, code: 400000, says: /not valid JSON/ },
  { what: 'no body', raw: () => '', status: 400, code: 400000, says: /not valid JSON/ },
  {
    what: 'a body over 64 MiB',
    raw: () => Buffer.alloc(64 * mebibyte + 1, ' '),
    status: 413,
    code: 413001,
    says: /larger than 67108864 bytes/,
  },
  {
    what: 'a form',
    raw: () => 'prompt=a',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 415001,
    says: /application\/json/,
  },
  {
    what: 'an encoded body',
    raw: () => '{}',
    headers: { 'content-encoding': 'br' },
    status: 415,
    code: 415001,
    says: /Content-Encoding: br/,
  },
  {
    what: 'an unknown model',
    path: '/v1/models/vidu/q9/none',
    body: () => ({ prompt: 'a' }),
    status: 400,
    code: 400001,
    says: /vidu\/q9\/none/,
  },
  {
    what: 'no key',
    headers: { authorization: '' },
    body: () => ({ prompt: 'a' }),
    status: 401,
    code: 400004,
    says: /needs a key/,
  },
  {
    what: 'a wrong key',
    headers: { authorization: 'Bearer wrong-key-0123456789' },
    body: () => ({ prompt: 'a' }),
    status: 401,
    code: 400004,
    says: /unknown, expired or revoked/,
  },
  {
    what: 'a key under another scheme',
    headers: { authorization: 'Key test-key-0123456789abcdef' },
    body: () => ({ prompt: 'a' }),
    status: 401,
    code: 400004,
    says: /needs a key/,
  },
  {
    what: 'an unknown id',
    method: 'GET',
    path: `/v1/requests/${unknownUuid}/status`,
    status: 404,
    code: 404001,
    says: /of this id/,
  },
  {
    what: 'an unknown id, result',
    method: 'GET',
    path: `/v1/requests/${unknownUuid}/result`,
    status: 404,
    code: 404001,
    says: /of this id/,
  },
  {
    what: 'an unknown id, cancel',
    path: `/v1/requests/${unknownUuid}/cancel`,
    status: 404,
    code: 404001,
    says: /of this id/,
  },
  {
    what: 'an id of no form',
    method: 'GET',
    path: '/v1/requests/%00%2e/status',
    status: 404,
    code: 404001,
    says: /of this id/,
  },
  {
    what: 'a native id',
    method: 'GET',
    path: `/v1/requests/${unknownTask}/status`,
    status: 404,
    code: 404001,
    says: /of this id/,
  },
];

const native: readonly Case[] = [
  ...inputs.map(
    (one): Case => ({
      what: one.what,
      body: () => ({ model, input: one.input() }),
      status: 422,
      code: 'invalid_input',
      says: one.says,
      field: `input.${one.field}`,
    }),
  ),
  {
    what: 'a prompt of 2,001 characters',
    body: () => ({ model, input: { prompt: 'x'.repeat(2001) } }),
    status: 422,
    code: 'invalid_input',
    says: /at most 2000 characters; it has 2001/,
    field: 'input.prompt',
  },
  {
    what: 'an unknown field',
    body: () => ({ model, input: { prompt: 'a', promt: 'b' } }),
    status: 422,
    code: 'invalid_input',
    says: /input\.promt is not a field/,
    field: 'input.promt',
  },
  {
    what: 'a status from outside',
    body: () => ({ model, input: { prompt: 'a' }, state: 'succeeded' }),
    status: 422,
    code: 'invalid_input',
    says: /state is not a field/,
    field: 'state',
  },
  {
    what: 'no model',
    body: () => ({ input: { prompt: 'a' } }),
    status: 422,
    code: 'invalid_input',
    says: /model is required/,
    field: 'model',
  },
  {
    what: 'an unknown model',
    body: () => ({ model: 'no/such', input: {} }),
    status: 404,
    code: 'model_not_found',
    says: /no\/such/,
  },
  {
    what: 'a film without a photograph',
    body: () => ({ model: film, input: { prompt: 'a' } }),
    status: 422,
    code: 'invalid_input',
    says: /input\.images is required/,
    field: 'input.images',
  },
  {
    what: 'a film of eleven seconds',
    body: () => ({ model: film, input: { images: [picture], duration: 11 } }),
    status: 422,
    code: 'invalid_input',
    says: /input\.duration must be at most 10; it is 11/,
    field: 'input.duration',
  },
  {
    what: 'a foreign artifact',
    body: () => ({ model, input: { prompt: 'a', images: [`art_${'0'.repeat(22)}`] } }),
    status: 422,
    code: 'invalid_input',
    says: /input\.images\[0\] is not an artifact of yours/,
    field: 'input.images[0]',
  },
  { what: 'malformed JSON', raw: () => '{', status: 400, code: 'invalid_request', says: /not valid JSON/ },
  {
    what: '100,000 levels of nesting',
    raw: () => '['.repeat(100_000) + ']'.repeat(100_000),
    status: 400,
    code: 'invalid_request',
    says: /levels deep/,
  },
  {
    what: 'a body over 64 MiB',
    raw: () => Buffer.alloc(64 * mebibyte + 1, ' '),
    status: 413,
    code: 'payload_too_large',
    says: /67108864/,
  },
  {
    what: 'no key',
    headers: { authorization: '' },
    body: () => ({}),
    status: 401,
    code: 'unauthenticated',
    says: /needs a key/,
  },
  {
    what: 'an unknown id',
    method: 'GET',
    path: `/v1/tasks/${unknownTask}`,
    status: 404,
    code: 'not_found',
    says: /of this id/,
  },
  {
    what: 'an unknown id, cancel',
    path: `/v1/tasks/${unknownTask}/cancel`,
    status: 404,
    code: 'not_found',
    says: /of this id/,
  },
  {
    what: 'an unknown id, events',
    method: 'GET',
    path: `/v1/tasks/${unknownTask}/events`,
    status: 404,
    code: 'not_found',
    says: /of this id/,
  },
  {
    what: 'an unknown artifact',
    method: 'GET',
    path: `/v1/artifacts/art_${'0'.repeat(22)}`,
    status: 404,
    code: 'not_found',
    says: /of this id/,
  },
  {
    what: 'an unknown file',
    method: 'GET',
    path: `/files/${'0'.repeat(22)}/a.png`,
    status: 404,
    code: 'not_found',
    says: /no file/i,
  },
  {
    what: 'a forged link',
    method: 'GET',
    path: `/files/signed/art_${'0'.repeat(22)}.9999999999999.xxxx/a.png`,
    status: 404,
    code: 'not_found',
    says: /not valid/,
  },
  {
    what: 'a limit out of range',
    method: 'GET',
    path: '/v1/tasks?limit=0',
    status: 422,
    code: 'invalid_input',
    says: /limit must be/,
    field: 'limit',
  },
  {
    what: 'an unknown state',
    method: 'GET',
    path: '/v1/tasks?state=done',
    status: 422,
    code: 'invalid_input',
    says: /state must be/,
    field: 'state',
  },
  {
    what: 'a foreign cursor',
    method: 'GET',
    path: '/v1/tasks?cursor=abc',
    status: 422,
    code: 'invalid_input',
    says: /cursor/,
    field: 'cursor',
  },
  {
    what: 'an upload that is no media',
    path: '/v1/uploads',
    raw: () => 'words',
    headers: { 'content-type': 'image/png' },
    status: 422,
    code: 'invalid_input',
    says: /The file is not a PNG/,
  },
  {
    what: 'a method that is not there',
    method: 'DELETE',
    path: '/v1/tasks',
    status: 405,
    code: 'method_not_allowed',
    says: /answers GET, POST, not DELETE/,
  },
  {
    what: 'a path that is not there',
    method: 'GET',
    path: '/v1/nothing',
    status: 404,
    code: 'not_found',
    says: /nothing at GET/,
  },
];

async function send(one: Case, defaultPath: string): Promise<{ status: number; text: string }> {
  const body = one.raw?.() ?? (one.body === undefined ? undefined : JSON.stringify(one.body()));
  const response = await gateway.send(one.path ?? defaultPath, {
    method: one.method ?? 'POST',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...one.headers },
    ...(body === undefined ? {} : { body: body as string }),
  });
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return { status: response.status, text: await response.text() };
}

async function countTasks(): Promise<number> {
  const { data } = (await (await gateway.send('/v1/tasks?limit=100')).json()) as { data: unknown[] };
  return data.length;
}

for (const one of runcomfy) {
  test(`RunComfy: ${one.what}`, async () => {
    const { status, text } = await send(one, `/v1/models/${model}`);
    const body = JSON.parse(text) as { error_code: number; error_message: string; detail?: { loc: unknown[] }[] };
    assert.deepEqual([status, body.error_code], [one.status, one.code], text);
    assert.match(body.error_message, one.says);
    const [, ...loc] = body.detail?.[0]?.loc ?? [];
    const named = loc.reduce<string>(
      (path, part) => (typeof part === 'number' ? `${path}[${part}]` : `${path}${part}`),
      '',
    );
    if (one.field !== undefined) assert.equal(named, one.field);
    assert.ok(text.length < 2_000);
  });
}

for (const one of native) {
  test(`native: ${one.what}`, async () => {
    const { status, text } = await send(one, '/v1/tasks');
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; request_id: string; issues?: { path: string }[] };
    };
    assert.deepEqual([status, error.code], [one.status, one.code], text);
    assert.match(error.message, one.says);
    assert.match(error.request_id, /^[0-9a-f-]{36}$/);
    if (one.field !== undefined) assert.equal(error.issues?.[0]?.path, one.field);
  });
}

test('after all of that there is no task, and the server serves', async () => {
  assert.equal(await countTasks(), 0);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt: 'a', images: [picture] });
  assert.equal((await gateway.send(`/v1/models/${model}`, { method: 'POST', headers, body })).status, 200);
  assert.equal(await countTasks(), 1);
});
