/**
 * What the known clients of RunComfy send, and the rules by which they take an answer or give up: a decoder for each,
 * written from what is known of the client and not from our encoder. Their sources are named at each.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Model } from '../../src/core/model.ts';
import { everyModel } from '../support/every-model.ts';
import { photoDataUri } from '../support/photos.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';

const model = 'vidu/q2/reference-to-image';
const deployment = 'd-01';
const deployed: Model = {
  id: 'test/deployed',
  title: 'A deployment',
  description: 'For the tests.',
  operation: 'text-to-image',
  output: 'image',
  modified: '2026-11-21',
  sources: [{ of: 'everything', mark: 'assumed', where: 'the tests' }],
  parameters: { prompt: { title: 'Prompt', description: '', type: 'string' } },
  names: [{ dialect: 'runcomfy', name: `deployments/${deployment}` }],
  offers: [],
  price: { unit: 'output', rows: [{ when: {}, micros: 10_000 }] },
};

let gateway: Stage;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(200).end());
  gateway = await openStage({ catalog: everyModel([deployed]), allowFetch: [receiver.door] });
  gateway.engine.outcome = 'succeed';
});
after(async () => {
  await Promise.all([gateway, receiver].map((one) => one[Symbol.asyncDispose]()));
});

type Body = Record<string, unknown>;
type Headers = Readonly<Record<string, string>>;

async function http(method: string, url: string, headers: Headers, body?: unknown) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${gateway.rich.key}`, ...type, ...headers },
    ...init,
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

test('comfyui-runcomfy-partner-nodes: price first, then submit with pictures inside, then the result route alone', async () => {
  const headers = {
    'user-agent': 'RunComfy-ComfyUI/0.2.0',
    accept: 'application/json',
    'cache-control': 'no-cache',
    pragma: 'no-cache',
  };
  // It follows no redirect and fails on what is not a JSON object.
  const ask = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const { status, type, text } = await http(method, gateway.url + path, headers, body);
    assert.ok(status >= 200 && status < 300, `${status} ${text}`);
    assert.equal(type, 'application/json');
    const value: unknown = JSON.parse(text);
    assert.ok(isObject(value));
    return value;
  };
  const entry = await ask('GET', `/v1/models/${model}`);
  assert.equal(entry.model_id, model);
  assert.ok(typeof entry.base_price_usd === 'number' && Number.isFinite(entry.base_price_usd));
  assert.ok(entry.base_price_usd >= 0);
  assert.equal(entry.price_unit, 'output');
  const submitted = await ask('POST', `/v1/models/${model}`, {
    prompt: 'a cat',
    images: [photoDataUri('chelsea.png')],
  });
  assert.match(String(submitted.request_id), /^[A-Za-z0-9_-]{1,128}$/);
  for (;;) {
    const result = await ask('GET', `/v1/requests/${submitted.request_id}/result?include_cost=true`);
    // If there is a model_id it must be the one that was asked for.
    assert.ok(!('model_id' in result) || result.model_id === model);
    assert.equal(typeof result.cost, 'number');
    if (result.status === 'in_queue' || result.status === 'in_progress') {
      await delay(50);
      continue;
    }
    assert.ok(result.status === 'succeeded' || result.status === 'completed');
    const output = result.output as { images?: string[]; image?: string };
    const urls = output.images ?? (output.image === undefined ? [] : [output.image]);
    assert.equal(urls.length, 1);
    break;
  }
  const cancelled = await ask('POST', `/v1/requests/${submitted.request_id}/cancel`);
  assert.ok(cancelled.outcome === 'not_cancellable' && cancelled.status !== 'cancelled');
});

test('runcomfy-cli: the base with /v1, request_id in every body, the four words it knows, and its exit codes', async () => {
  const base = `${gateway.url}/v1`;
  const headers = { 'user-agent': 'runcomfy-cli/0.9.0' };
  const known = ['in_queue', 'in_progress', 'completed', 'cancelled', 'succeeded', 'failed', 'canceled'];
  const exitOf = (status: number) =>
    status === 401 || status === 403
      ? 77
      : status === 408 || status === 429
        ? 75
        : status >= 500
          ? 69
          : status >= 400
            ? 65
            : 0;
  const ask = async (method: string, url: string, body?: unknown) => {
    const { status, text } = await http(method, url, headers, body);
    return { exit: exitOf(status), body: JSON.parse(text) as Body };
  };
  const { body: submitted } = await ask('POST', `${base}/models/${model}`, { prompt: 'a cat' });
  const id = submitted.request_id;
  for (;;) {
    const { body } = await ask('GET', `${base}/requests/${id}/status`);
    assert.equal(body.request_id, id);
    assert.ok(known.includes(String(body.status)));
    if (body.status === 'completed') break;
    await delay(50);
  }
  // Older builds follow the link instead of building it.
  const { body: result } = await ask('GET', String(submitted.result_url));
  assert.deepEqual([result.request_id, result.status], [id, 'succeeded']);
  const page = (await ask('GET', `${base}/models?search=vidu&limit=5&offset=0&include_schema=true`)).body;
  assert.ok((page.models as Body[]).every(({ input_schema: schema }) => isObject(schema)));
  assert.equal((await ask('POST', `${base}/models/${model}`, { prompt: 5 })).exit, 65);
  assert.equal((await http('GET', `${base}/models`, { authorization: 'Bearer nobody-has-this' })).status, 401);
  const serverless = `${gateway.url}/prod/v2`;
  const run = await ask('POST', `${serverless}/deployments/${deployment}/inference`, { prompt: 'a cat' });
  assert.ok(isObject(run.body) && typeof run.body.request_id === 'string');
  const cancel = await ask('POST', `${serverless}/deployments/${deployment}/requests/${run.body.request_id}/cancel`);
  assert.equal(cancel.exit, 0);
});

test('runcomfy-mcp, Dify and Zapier: a top-level error_code that is not null is a failure, even with 200', async () => {
  /** The first text of these is what went wrong. */
  const messageOf = ({ error_message, message, error, detail }: Body) =>
    [error_message, message, error, detail].find((one): one is string => typeof one === 'string');
  const ask = async (method: string, path: string, body?: unknown) => {
    const { status, text } = await http(method, gateway.url + path, { 'x-runcomfy-client': 'mcp' }, body);
    const value = JSON.parse(text) as Body;
    const isFailure = status >= 300 || (isObject(value) && (value.error_code ?? null) !== null);
    return { status, value, isFailure };
  };
  const catalogue = await ask('GET', '/v1/models?kind=model&category=text-to-image&limit=500');
  const { models, total, limit, offset } = catalogue.value as { models: Body[] } & Record<string, number>;
  assert.deepEqual([total, limit, offset], [models.length, 500, 0]);
  for (const entry of models) {
    const texts = ['model_id', 'display_name', 'description', 'kind', 'pricing_note', 'model_url', 'price_unit'];
    for (const key of texts) assert.equal(typeof entry[key], 'string', key);
    assert.ok(Array.isArray(entry.categories) && Array.isArray(entry.inputs) && Array.isArray(entry.required_inputs));
  }
  assert.ok(Array.isArray((await ask('GET', '/v1/models/categories')).value.categories));
  const submitted = await ask('POST', `/v1/models/${model}`, { prompt: 'a cat' });
  const id = submitted.value.request_id;
  const good = [
    submitted,
    await ask('GET', `/v1/requests/${id}/status`),
    await ask('GET', `/v1/requests/${id}/result`),
    await ask('POST', `/v1/requests/${id}/cancel`),
    await ask('GET', '/prod/v2/balance'),
    await ask('GET', '/prod/v2/deployments?includes=payload'),
    await ask('POST', `/prod/v1/deployments/${deployment}/inference`, {}),
  ];
  for (const { isFailure, value } of good) assert.equal(isFailure, false, JSON.stringify(value));
  const { value: balance } = await ask('GET', '/prod/v2/balance');
  assert.deepEqual([typeof balance.balance_usd, Number.isInteger(balance.balance_microdollars)], ['number', true]);
  const bad = await ask('POST', `/v1/models/${model}`, { prompt: 'a', resolution: '8k' });
  assert.ok(bad.isFailure && [400, 422].includes(bad.status));
  assert.match(messageOf(bad.value) ?? '', /resolution must be one of/);
  assert.ok(Number.isInteger(bad.value.error_code) && Array.isArray(bad.value.detail));
});

test('mcp-runcomfy by avalla: any 2xx is good, and the links of the submit are followed', async () => {
  const ask = async (method: string, url: string, body?: unknown): Promise<Body> => {
    const { status, text } = await http(method, url, {}, body);
    if (status < 200 || status > 299) throw new Error(`${status} ${text}`);
    return JSON.parse(text) as Body;
  };
  const submitted = await ask('POST', `${gateway.url}/v1/models/${model}`, { prompt: 'a cat' });
  while ((await ask('GET', String(submitted.status_url))).status !== 'completed') await delay(50);
  const { output } = await ask('GET', String(submitted.result_url));
  assert.match(String((output as Body).image), /^http/);
  assert.equal((await ask('POST', String(submitted.cancel_url))).outcome, 'not_cancellable');
  await assert.rejects(ask('GET', `${gateway.url}/v1/requests/unknown/status`), /404/);
});

test('go-runcomfyserverless: unknown fields are forbidden in what a submit and a status answer', async () => {
  const fields = ['request_id', 'status', 'queue_position', 'status_url', 'result_url', 'cancel_url'];
  /** As encoding/json does with DisallowUnknownFields. */
  const decode = (text: string): Body => {
    const value = JSON.parse(text) as Body;
    for (const key of Object.keys(value)) {
      if (![...fields, 'error_code', 'error_message'].includes(key)) throw new Error(`json: unknown field "${key}"`);
    }
    return value;
  };
  const base = `${gateway.url}/prod/v1/deployments/${deployment}`;
  // The `detail` of a 422 is documented, and this client fails on it as on the error itself.
  const overridden = decode(
    (await http('POST', `${base}/inference`, {}, { overrides: {} })).text.replace(/,"detail":\[.*\]/, ''),
  );
  assert.equal(overridden.error_code, 422001);
  const submitted = decode((await http('POST', `${base}/inference`, {}, { prompt: 'a cat' })).text);
  for (;;) {
    const { status, queue_position: position } = decode((await http('GET', String(submitted.status_url), {})).text);
    assert.ok(status !== 'in_queue' || Number.isInteger(position));
    if (status === 'completed') break;
    await delay(50);
  }
  const result = JSON.parse((await http('GET', String(submitted.result_url), {})).text) as Body;
  for (const key of ['created_at', 'finished_at']) {
    assert.match(String(result[key]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/);
  }
  const unknown = await http('GET', `${gateway.url}/prod/v1/deployments/nothing/requests/r/status`, {});
  assert.equal(decode(unknown.text).error_code, 404001);
});

test('a receiver as docs.runcomfy.com/serverless/webhooks describes it', async () => {
  type Seen = { readonly requestId: string; readonly outcome: string; readonly output: unknown };
  const seen: Seen[] = [];
  /** Throws on what the page does not name, as a receiver written from the page alone would trip over it. */
  const receive = (text: string, type: string | undefined) => {
    assert.match(type ?? '', /^application\/json/);
    const notice = JSON.parse(text) as Body;
    const named = ['request_id', 'deployment_id', 'status', 'outcome', 'created_at', 'finished_at'];
    for (const key of Object.keys(notice)) assert.ok([...named, 'output', 'outputs', 'error'].includes(key), key);
    assert.equal(notice.deployment_id, deployment);
    seen.push({
      requestId: String(notice.request_id),
      outcome: String(notice.outcome ?? notice.status),
      output: notice.outputs ?? notice.output,
    });
  };
  const url = encodeURIComponent(`${receiver.url}?from=test`);
  const path = `/prod/v2/deployments/${deployment}/inference?webhook=${url}&webhook_intermediate_status=true`;
  const { text } = await http('POST', gateway.url + path, {}, { prompt: 'a cat' });
  await receiver.count(3);
  for (const { body, headers } of receiver.received) receive(body, headers['content-type']);
  const { request_id: id } = JSON.parse(text) as Body;
  assert.ok(seen.every(({ requestId }) => requestId === id));
  assert.deepEqual(seen.map(({ outcome }) => outcome).sort(), ['in_progress', 'in_queue', 'succeeded']);
  assert.deepEqual(
    seen.map(({ outcome, output }) => (output !== undefined) === (outcome === 'succeeded')),
    [true, true, true],
  );
});
