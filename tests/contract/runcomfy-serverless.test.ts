/**
 * RunComfy's serverless API. A deployment is a model of the catalogue here, which the tests add; without one, every route
 * says what is missing. Facts: docs.runcomfy.com/serverless/async-queue-endpoints, /webhooks, /error-codes, and what the
 * Go client go-runcomfyserverless decodes with unknown fields forbidden.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Model } from '../../src/core/model.ts';
import { errorSchema } from '../../src/wires/runcomfy/model-api.ts';
import {
  balanceSchema,
  cancelRequestedSchema,
  deploymentSchema,
  deploymentsSchema,
  inferenceResultSchema,
  inferenceStatusSchema,
  inferenceSubmittedSchema,
  noticeSchema,
} from '../../src/wires/runcomfy/serverless.ts';
import { addMember, type Member } from '../support/admin-client.ts';
import { everyModel } from '../support/every-model.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openStage, type Stage } from '../support/stage.ts';

const deployment = '3f1c9a52-6f2e-4f0e-9b57-2d4f6f0c1a11';
const workflow = '51d7f6c2-0b9e-4f1a-8d0f-7f0c2b3a4d55';
const json = { 'content-type': 'application/json' };

function deployed(id: string, name: string, rest: Partial<Model>): Model {
  return {
    id: `test/${name}`,
    title: name,
    description: 'For the tests.',
    operation: 'text-to-image',
    output: 'image',
    modified: '2026-11-21',
    sources: [{ of: 'everything', mark: 'assumed', where: 'the tests' }],
    parameters: {},
    names: [{ dialect: 'runcomfy', name: `deployments/${id}` }],
    offers: [],
    price: { unit: 'output', rows: [{ when: {}, micros: 10_000 }] },
    ...rest,
  };
}
const text = (required: boolean) => ({ title: 'Prompt', description: '', type: 'string' as const, required });
const models = [
  deployed(deployment, 'lora', { parameters: { prompt: text(true) } }),
  deployed(workflow, 'graph', { isOpen: true }),
];

let gateway: Stage;
let bare: Stage;
let receiver: Receiver;
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(204).end());
  gateway = await openStage({ catalog: everyModel(models), allowFetch: [receiver.door] });
  gateway.engine.outcome = 'succeed';
  bare = await openStage();
});
after(async () => {
  await Promise.all([gateway, bare, receiver].map((one) => one[Symbol.asyncDispose]()));
});

type Body = Record<string, unknown>;
type Sender = Pick<Member, 'send'>;

async function ask(path: string, schema: TSchema, init: RequestInit = {}, sender: Sender = gateway.rich) {
  const response = await sender.send(path, { redirect: 'error', ...init });
  const answer = await response.text();
  const body = JSON.parse(answer) as Body;
  assert.ok(Value.Check(schema, body), answer);
  return { status: response.status, body };
}

const run = (
  id: string,
  body: unknown,
  { version = 'v2', query = '' } = {},
  schema: TSchema = inferenceSubmittedSchema,
) =>
  ask(`/prod/${version}/deployments/${id}/inference${query}`, schema, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });

async function end(id: string, request: string): Promise<Body> {
  for (;;) {
    const { body } = await ask(`/prod/v2/deployments/${id}/requests/${request}/status`, inferenceStatusSchema);
    if (body.status !== 'in_queue' && body.status !== 'in_progress') return body;
    await delay(20);
  }
}

test('without a ComfyUI engine there is no deployment, and every route says so in its own form', async () => {
  assert.deepEqual((await ask('/prod/v2/deployments', deploymentsSchema, {}, bare.rich)).body, []);
  const below = [
    ['GET', `/prod/v2/deployments/${deployment}`],
    ['PATCH', `/prod/v2/deployments/${deployment}`],
    ['DELETE', `/prod/v2/deployments/${deployment}`],
    ['POST', `/prod/v2/deployments/${deployment}/instances/i/proxy/api/free`],
    ...['v1', 'v2'].flatMap((version) => [
      ['POST', `/prod/${version}/deployments/${deployment}/inference`],
      ['GET', `/prod/${version}/deployments/${deployment}/requests/r/status`],
      ['GET', `/prod/${version}/deployments/${deployment}/requests/r/result`],
      ['POST', `/prod/${version}/deployments/${deployment}/requests/r/cancel`],
    ]),
  ] as [string, string][];
  for (const [method, path] of below) {
    const body = method === 'GET' ? {} : { body: '{}' };
    const answer = await ask(path, errorSchema, { method, headers: json, ...body }, bare.rich);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.body.error_code, 404001);
    assert.match(String(answer.body.error_message), /no deployment of this id.*ComfyUI engine/);
  }
  const made = await ask('/prod/v2/deployments', errorSchema, { method: 'POST', headers: json, body: '{}' }, bare.rich);
  assert.deepEqual([made.status, made.body.error_code], [503, 503001]);
  assert.match(String(made.body.error_message), /ComfyUI engine/);
});

test('its own codes: 401001 for a bad token, 403003 for a key that may not, 10001 for an empty balance', async () => {
  const stranger = { authorization: 'Bearer nobody-has-this-key-0123' };
  const unknown = await ask('/prod/v2/balance', errorSchema, { headers: stranger });
  assert.deepEqual([unknown.status, unknown.body.error_code], [401, 401001]);
  const reader = await addMember(gateway, { scopes: ['read'] });
  const body = JSON.stringify({ prompt: 'a' });
  const path = `/prod/v2/deployments/${deployment}/inference`;
  const refused = await ask(path, errorSchema, { method: 'POST', headers: json, body }, reader);
  assert.deepEqual([refused.status, refused.body.error_code], [403, 403003]);
  const poor = await addMember(gateway);
  const unpaid = await ask(path, errorSchema, { method: 'POST', headers: json, body }, poor);
  assert.deepEqual([unpaid.status, unpaid.body.error_code], [402, 10001]);
  const invalid = await run(deployment, {}, {}, errorSchema);
  assert.deepEqual([invalid.status, invalid.body.error_code], [422, 422001]);
  const nowhere = await ask('/prod/v9/anything', errorSchema);
  assert.equal(nowhere.status, 404);
});

test('the balance, in dollars and micro-dollars', async () => {
  const poor = await addMember(gateway);
  assert.deepEqual((await ask('/prod/v2/balance', balanceSchema, {}, poor)).body, {
    balance_usd: 0,
    balance_microdollars: 0,
    currency: 'USD',
  });
  const { body } = await ask('/prod/v2/balance', balanceSchema);
  assert.equal(Number(body.balance_usd) * 1_000_000, body.balance_microdollars);
  assert.ok(Number(body.balance_usd) > 0);
});

test('deployments: a bare array, one by its id, none that can be changed', async () => {
  const all = (await ask('/prod/v2/deployments', deploymentsSchema)).body as unknown as Body[];
  assert.deepEqual(all.map(({ id }) => id).sort(), [deployment, workflow].sort());
  const some = await ask(`/prod/v2/deployments?ids=${workflow}&ids=other`, deploymentsSchema);
  assert.deepEqual(
    (some.body as unknown as Body[]).map(({ id }) => id),
    [workflow],
  );
  const one = await ask(`/prod/v2/deployments/${deployment}`, deploymentSchema);
  assert.deepEqual([one.body.name, one.body.status, one.body.is_enabled], ['lora', 'standby', true]);
  for (const method of ['PATCH', 'DELETE']) {
    const answer = await ask(`/prod/v2/deployments/${deployment}`, errorSchema, { method, headers: json, body: '{}' });
    assert.deepEqual([answer.status, answer.body.error_code], [403, 403003]);
  }
  // They are no models of the Model API.
  const page = (await (await gateway.rich.send('/v1/models?limit=500')).json()) as { models: { model_id: string }[] };
  assert.equal(
    page.models.some(({ model_id: id }) => id.startsWith('deployments/')),
    false,
  );
});

for (const version of ['v1', 'v2']) {
  test(`${version}: a run of a deployment with fields of its own, from submit to result`, async () => {
    const base = `/prod/${version}/deployments/${deployment}/requests`;
    await gateway.pause();
    const { body: submitted } = await run(deployment, { prompt: 'a lake' }, { version });
    const id = String(submitted.request_id);
    assert.deepEqual(submitted, {
      request_id: id,
      status_url: `${gateway.url}${base}/${id}/status`,
      result_url: `${gateway.url}${base}/${id}/result`,
      cancel_url: `${gateway.url}${base}/${id}/cancel`,
    });
    const allowed = ['request_id', 'status', 'queue_position', 'status_url', 'result_url', 'cancel_url'];
    const { body: waiting } = await ask(`${base}/${id}/status`, inferenceStatusSchema);
    assert.deepEqual([waiting.status, waiting.queue_position], ['in_queue', 1]);
    // The Go client forbids every other field here.
    for (const key of [...Object.keys(submitted), ...Object.keys(waiting)]) assert.ok(allowed.includes(key), key);
    await gateway.resume();
    assert.equal((await end(deployment, id)).status, 'completed');
    const { body: result } = await ask(`${base}/${id}/result`, inferenceResultSchema);
    assert.equal(result.status, 'succeeded');
    assert.equal((await fetch((result.output as { image: string }).image)).status, 200);
    const late = await ask(`${base}/${id}/cancel`, cancelRequestedSchema, { method: 'POST' });
    assert.deepEqual([late.status, late.body], [202, { request_id: id, status: 'completed' }]);
    // It is a request of this deployment alone.
    for (const other of [
      `/prod/${version}/deployments/${workflow}/requests/${id}/status`,
      `/v1/requests/${id}/status`,
    ]) {
      assert.equal((await ask(other, errorSchema)).status, 404);
    }
  });
}

test('a run that has begun is cancelled too', async () => {
  gateway.engine.outcome = 'hold';
  const id = String((await run(deployment, { prompt: 'a' })).body.request_id);
  const base = `/prod/v2/deployments/${deployment}/requests/${id}`;
  for (;;) {
    if ((await ask(`${base}/status`, inferenceStatusSchema)).body.status === 'in_progress') break;
    await delay(20);
  }
  const answer = await ask(`${base}/cancel`, cancelRequestedSchema, { method: 'POST' });
  assert.deepEqual([answer.status, answer.body], [202, { request_id: id, status: 'cancellation_requested' }]);
  assert.equal((await end(deployment, id)).status, 'cancelled');
  gateway.engine.outcome = 'succeed';
});

test('a run that failed says why, as the Go client decodes it', async () => {
  gateway.engine.outcome = 'fail';
  const id = String((await run(deployment, { prompt: 'a' })).body.request_id);
  assert.equal((await end(deployment, id)).status, 'completed');
  gateway.engine.outcome = 'succeed';
  const { body } = await ask(`/prod/v1/deployments/${deployment}/requests/${id}/result`, inferenceResultSchema);
  const error = [{ errorCode: 500001, error: 'The engine could not render this.', debugInfo: '' }];
  assert.deepEqual([body.status, body.error], ['failed', error]);
});

test('a workflow takes overrides or a whole graph, not both; other deployments take neither', async () => {
  const overrides = { '6': { inputs: { text: 'a lake' } } };
  const graph = { '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a lake' } } };
  for (const body of [{}, { overrides }, { workflow_api_json: graph, extra_data: { api_key_comfy_org: 'secret' } }]) {
    const { status, body: submitted } = await run(workflow, body);
    assert.equal(status, 200);
    // Keys of other services are not written down.
    const task = await (await gateway.rich.send(`/v1/tasks/${submitted.request_id}`)).json();
    assert.deepEqual((task as Body).input, 'extra_data' in body ? { workflow_api_json: graph } : body);
  }
  const refused = [
    [workflow, { overrides, workflow_api_json: graph }, 'overrides'],
    [workflow, { overrides: { '6': 'text' } }, 'overrides'],
    [deployment, { prompt: 'a', overrides }, 'overrides'],
    [deployment, { prompt: 'a', workflow_api_json: graph }, 'workflow_api_json'],
  ] as const;
  for (const [id, body, field] of refused) {
    const answer = await run(id, body, {}, errorSchema);
    assert.deepEqual([answer.status, answer.body.error_code], [422, 422001]);
    assert.equal((answer.body.detail as { loc: string[] }[])[0]?.loc[1], field);
  }
});

test('webhooks: the end alone unless told, the whole way with the flag, from the query or of old from the body', async () => {
  const hook = (path: string) => encodeURIComponent(`http://${receiver.door}/${path}`);
  const heard = async (path: string, wanted: number) => {
    const isThis = ({ url }: { url: string }) => url === `/${path}`;
    while (receiver.received.filter(isThis).length < wanted) await delay(20);
    await delay(200);
    return receiver.received.filter(isThis);
  };
  const words = (received: { body: string }[]) => received.map(({ body }) => (JSON.parse(body) as Body).status);
  const ended = await run(deployment, { prompt: 'a' }, { query: `?webhook=${hook('end')}` });
  const [last, ...more] = await heard('end', 1);
  assert.equal(more.length, 0);
  assert.equal(last?.headers['content-type'], 'application/json');
  const notice = JSON.parse(last?.body ?? '') as Body;
  assert.ok(Value.Check(noticeSchema, notice), last?.body);
  const { request_id: request, deployment_id: of, status, output } = notice;
  assert.deepEqual([request, of, status], [ended.body.request_id, deployment, 'succeeded']);
  assert.equal((await fetch((output as { image: string }).image)).status, 200);

  await run(
    deployment,
    { prompt: 'a' },
    { version: 'v1', query: `?webhook=${hook('all')}&webhook_intermediate_status=true` },
  );
  assert.deepEqual(words(await heard('all', 3)).sort(), ['in_progress', 'in_queue', 'succeeded']);

  gateway.engine.outcome = 'fail';
  const url = `http://${receiver.door}/body`;
  await run(deployment, { prompt: 'a', webhook: url, webhook_intermediate_status: true });
  const failed = await heard('body', 3);
  gateway.engine.outcome = 'succeed';
  const end = failed.map(({ body }) => JSON.parse(body) as Body).find((body) => body.status === 'failed');
  assert.deepEqual(end?.error, { type: 'engine_failed', message: 'The engine could not render this.' });
  for (const { body } of receiver.received) assert.ok(Value.Check(noticeSchema, JSON.parse(body)), body);
});

test('a webhook that may not be called is an error that names it', async () => {
  for (const query of ['?webhook=http%3A%2F%2F10.0.0.1%2Fhook', '?webhook=hello', '?webhook=']) {
    const { status, body } = await run(deployment, { prompt: 'a' }, { query }, errorSchema);
    assert.deepEqual([status, body.error_code], [422, 422001]);
    assert.match(String(body.error_message), /^webhook/);
  }
  assert.equal((await run(deployment, { prompt: 'a', webhook: 5 }, {}, errorSchema)).status, 422);
});

test('a receiver that is down gets it again', async () => {
  await using faulty = await startReceiver((response, before) => response.writeHead(before < 1 ? 500 : 200).end());
  await using retrying = await openStage({
    catalog: everyModel(models),
    allowFetch: [faulty.door],
    environment: { FRAMEGATE_RUNCOMFY_V1_SPELLING: 'canceled' },
  });
  await retrying.pause();
  const path = `/prod/v1/deployments/${deployment}/inference?webhook=${encodeURIComponent(faulty.url)}`;
  const init = { method: 'POST', headers: json, body: '{"prompt": "a"}' };
  const { body } = await ask(path, inferenceSubmittedSchema, init, retrying.rich);
  const base = `/prod/v1/deployments/${deployment}/requests/${body.request_id}`;
  await ask(`${base}/cancel`, cancelRequestedSchema, { method: 'POST' }, retrying.rich);
  assert.equal((await ask(`${base}/status`, inferenceStatusSchema, {}, retrying.rich)).body.status, 'canceled');
  await faulty.count(2);
  const bodies = new Set(faulty.received.map((one) => one.body));
  assert.equal(bodies.size, 1);
  assert.equal((JSON.parse([...bodies][0] ?? '') as Body).status, 'cancelled');
});
