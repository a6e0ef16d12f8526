/**
 * RunComfy's Model API: every state of a task in every route, as exact bodies. The vocabularies and samples are those of
 * docs.runcomfy.com/model-apis/async-queue-endpoints; the rules of the clients are said where they are held.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import {
  canceledSchema,
  errorSchema,
  resultSchema,
  statusSchema,
  submittedSchema,
} from '../../src/wires/runcomfy/model-api.ts';
import { addMember, type Member, sendFrom } from '../support/admin-client.ts';
import { everyModel } from '../support/every-model.ts';
import { openStage, type Stage } from '../support/stage.ts';

const model = 'vidu/q2/reference-to-image';
const json = { 'content-type': 'application/json' };

let gateway: Stage;
before(async () => {
  gateway = await openStage({ catalog: everyModel() });
  gateway.engine.outcome = 'succeed';
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

type Body = Record<string, unknown>;
type Sender = Pick<Member, 'send'>;

async function ask(path: string, schema: TSchema, init: RequestInit = {}, sender: Sender = gateway.rich) {
  const response = await sender.send(path, { redirect: 'error', ...init });
  const text = await response.text();
  // One client fails on any other type, and on what is not an object.
  assert.equal(response.headers.get('content-type'), 'application/json');
  const body = JSON.parse(text) as Body;
  assert.ok(Value.Check(schema, body), text);
  return { status: response.status, body };
}

async function submit(sender: Sender = gateway.rich, input: Body = { prompt: 'a quiet lake' }): Promise<string> {
  const init = { method: 'POST', headers: json, body: JSON.stringify(input) };
  const { status, body } = await ask(`/v1/models/${model}`, submittedSchema, init, sender);
  assert.equal(status, 200);
  return String(body.request_id);
}

const statusOf = async (id: string, sender?: Sender) =>
  (await ask(`/v1/requests/${id}/status`, statusSchema, {}, sender)).body;
const resultOf = async (id: string, query = '', sender?: Sender) =>
  (await ask(`/v1/requests/${id}/result${query}`, resultSchema, {}, sender)).body;

async function cancel(id: string, sender?: Sender): Promise<Body> {
  const { status, body } = await ask(`/v1/requests/${id}/cancel`, canceledSchema, { method: 'POST' }, sender);
  assert.equal(status, 202);
  return body;
}

async function reach(id: string, wanted: string, sender?: Sender): Promise<Body> {
  for (;;) {
    const body = await statusOf(id, sender);
    if (body.status === wanted) return body;
    assert.ok(body.status === 'in_queue' || body.status === 'in_progress', JSON.stringify(body));
    await delay(20);
  }
}

const links = (id: string, base = gateway.url) => ({
  status_url: `${base}/v1/requests/${id}/status`,
  result_url: `${base}/v1/requests/${id}/result`,
});
const withoutTimes = ({ created_at: _created, finished_at: _finished, ...rest }: Body) => rest;

test('queued: a place in the queue that begins with 1, no times but the first, and a cancel that takes effect', async () => {
  await gateway.pause();
  const [first, second] = [await submit(), await submit()];
  for (const [id, position] of [
    [first, 1],
    [second, 2],
  ] as const) {
    assert.deepEqual(await statusOf(id), {
      request_id: id,
      status: 'in_queue',
      queue_position: position,
      ...links(id),
    });
  }
  const result = await resultOf(first);
  assert.deepEqual(Object.keys(result), ['request_id', 'status', 'created_at']);
  assert.equal(result.status, 'in_queue');
  // Whoever asks for the cost while it waits is told what is held for it.
  assert.equal((await resultOf(first, '?include_cost=true')).cost, 0.03);
  assert.deepEqual(await cancel(second), { request_id: second, status: 'cancelled', outcome: 'cancelled' });
  assert.deepEqual(await cancel(second), { request_id: second, status: 'cancelled', outcome: 'not_cancellable' });
  assert.deepEqual(await statusOf(second), { request_id: second, status: 'cancelled', ...links(second) });
  const cancelled = await resultOf(second);
  assert.deepEqual(Object.keys(cancelled), ['request_id', 'status', 'created_at', 'finished_at']);
  assert.deepEqual(withoutTimes(cancelled), { request_id: second, status: 'cancelled' });
  assert.equal((await resultOf(second, '?include_cost=true')).cost, 0);
  await cancel(first);
  await gateway.resume();
});

test('running: no place in the queue any more, and no cancel', async () => {
  gateway.engine.outcome = 'hold';
  const id = await submit();
  assert.deepEqual(await reach(id, 'in_progress'), { request_id: id, status: 'in_progress', ...links(id) });
  assert.deepEqual(withoutTimes(await resultOf(id)), { request_id: id, status: 'in_progress' });
  assert.deepEqual(await cancel(id), { request_id: id, status: 'in_progress', outcome: 'not_cancellable' });
  gateway.engine.outcome = 'succeed';
  await reach(id, 'completed');
});

test('succeeded: completed on the status route, succeeded in the result, with an object of output', async () => {
  const id = await submit();
  assert.deepEqual(await reach(id, 'completed'), { request_id: id, status: 'completed', ...links(id) });
  const result = await resultOf(id, '?include_cost=true');
  assert.deepEqual(Object.keys(result), ['request_id', 'status', 'output', 'created_at', 'finished_at', 'cost']);
  const { image } = result.output as { image: string };
  assert.deepEqual(withoutTimes(result), { request_id: id, status: 'succeeded', output: { image }, cost: 0.03 });
  assert.equal((await fetch(image)).status, 200, 'clients download it without a key');
  assert.deepEqual(await cancel(id), { request_id: id, status: 'completed', outcome: 'not_cancellable' });
  assert.equal('cost' in (await resultOf(id)), false);
});

test('failed: completed on the status route, failed in the result, and nothing is charged', async () => {
  gateway.engine.outcome = 'fail';
  const id = await submit();
  await reach(id, 'completed');
  gateway.engine.outcome = 'succeed';
  const result = await resultOf(id, '?include_cost=true');
  assert.deepEqual(withoutTimes(result), {
    request_id: id,
    status: 'failed',
    error: { error_code: 500001, error_message: 'The engine could not render this.' },
    cost: 0,
  });
  assert.deepEqual(await cancel(id), { request_id: id, status: 'completed', outcome: 'not_cancellable' });
});

test('times parse as the Go client parses them: a fraction if any, a numeric offset, no Z', async () => {
  const id = await submit();
  await reach(id, 'completed');
  for (const time of Object.values(await resultOf(id)).slice(3)) {
    // Layout 2006-01-02T15:04:05.999999-07:00 of Go's package time.
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?[+-]\d\d:\d\d$/);
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 600_000);
  }
});

test('an id that is unknown, foreign or of no client’s form is one and the same 404', async () => {
  const other = await addMember(gateway);
  const id = await submit();
  const seen = new Set<string>();
  for (const [method, call] of [
    ['GET', 'status'],
    ['GET', 'result'],
    ['POST', 'cancel'],
  ] as const) {
    const mine = '7b0c6f0e-3f52-4c9a-9a55-0d3f1f6a2b11';
    for (const [sender, asked] of [
      [gateway.rich, mine],
      [other, id],
      [gateway.rich, 'x'.repeat(129)],
      [gateway.rich, 'a%20b'],
    ] as const) {
      const { status, body } = await ask(`/v1/requests/${asked}/${call}`, errorSchema, { method }, sender);
      assert.equal(status, 404);
      seen.add(JSON.stringify(body));
    }
  }
  assert.deepEqual(
    [...seen],
    ['{"error_code":404001,"error_message":"There is no request of this id that this token may see."}'],
  );
});

test('what goes wrong has a code, a message, and a list of details where fields are at fault', async () => {
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    ask(path, errorSchema, { method: 'POST', headers, body });
  const cases = [
    { answer: await post(`/v1/models/${model}`, '{"prompt": 5, "aspect_ratio": "5:4"}'), wanted: [422, 422001] },
    { answer: await post('/v1/models/vidu/q9/nothing', '{}'), wanted: [400, 400001] },
    { answer: await post('/v1/models/deployments/mine', '{}'), wanted: [400, 400001] },
    { answer: await post(`/v1/models/${model}`, '{"prompt"'), wanted: [400, 400000] },
    { answer: await post(`/v1/models/${model}`, '{}', { 'content-type': 'text/plain' }), wanted: [415, 415001] },
    { answer: await ask('/v1/models/vidu/q9', errorSchema), wanted: [400, 400001] },
    { answer: await ask('/v1/requests/a/b/c', errorSchema), wanted: [404, 404001] },
    { answer: await ask('/v1/models', errorSchema, { method: 'DELETE' }), wanted: [405, 405001] },
    {
      answer: await ask('/v1/models', errorSchema, { headers: { authorization: 'Bearer no-such-key-0123456789' } }),
      wanted: [401, 400004],
    },
  ];
  for (const { answer, wanted } of cases) assert.deepEqual([answer.status, answer.body.error_code], wanted);
  const detail = cases[0]?.answer.body.detail as { loc: string[]; type: string }[];
  assert.deepEqual(
    detail.map(({ loc, type }) => [loc, type]),
    [
      [['body', 'prompt'], 'type'],
      [['body', 'aspect_ratio'], 'enum'],
    ],
  );
  const poor = await addMember(gateway);
  const unpaid = await ask(
    `/v1/models/${model}`,
    errorSchema,
    { method: 'POST', headers: json, body: '{"prompt": "a"}' },
    poor,
  );
  assert.deepEqual([unpaid.status, unpaid.body.error_code], [402, 400002]);
});

test('a key that the model does not have is ignored, as are the headers that clients send', async () => {
  const id = await submit(gateway.rich, { prompt: 'a', negative_prompt: 'b', lora: { path: 'x' } });
  await reach(id, 'completed');
  const headers = { ...json, 'cache-control': 'no-cache', pragma: 'no-cache', 'x-runcomfy-client': 'mcp' };
  const init = { method: 'POST', headers, body: '{"prompt": "a"}' };
  assert.equal((await ask(`/v1/models/${model}`, submittedSchema, init)).status, 200);
});

test('links stand on the address that the owner gave, whatever Host says', async () => {
  const id = await submit();
  const headers = { authorization: `Bearer ${gateway.rich.key}`, host: 'www.runcomfy.com' };
  for (const start of ['', '/runcomfy']) {
    const { body } = await sendFrom(gateway, `${start}/v1/requests/${id}/status`, { headers });
    assert.equal((JSON.parse(body) as Body).status_url, links(id).status_url);
  }
});

test('what its pages leave open is as the owner chose', async () => {
  await using chosen = await openStage({
    catalog: everyModel(),
    environment: {
      FRAMEGATE_RUNCOMFY_UNAUTHENTICATED_STATUS: '400',
      FRAMEGATE_RUNCOMFY_INSUFFICIENT_CREDIT_STATUS: '400',
      FRAMEGATE_RUNCOMFY_UNKNOWN_MODEL_STATUS: '404',
      FRAMEGATE_RUNCOMFY_CANCELLED_STATUS: 'completed',
      FRAMEGATE_RUNCOMFY_ERROR_LAYOUT: 'text',
      FRAMEGATE_RUNCOMFY_ABSENT_FIELDS: 'null',
      FRAMEGATE_RUNCOMFY_QUEUE_BASE: '0',
      FRAMEGATE_RUNCOMFY_UNKNOWN_KEYS: 'refused',
    },
  });
  const post = (body: string, init: RequestInit = {}, sender: Sender = chosen.rich) =>
    ask(`/v1/models/${model}`, errorSchema, { method: 'POST', headers: json, body, ...init }, sender);
  const unknown = await ask('/v1/models/vidu/q9', errorSchema, {}, chosen.rich);
  assert.deepEqual([unknown.status, unknown.body.error_code], [404, 404001]);
  const keyless = await post('{}', { headers: { ...json, authorization: 'Bearer nobody-has-this-key-0' } });
  assert.deepEqual([keyless.status, keyless.body.error_code], [400, 400004]);
  const unpaid = await post('{"prompt": "a"}', {}, await addMember(chosen));
  assert.deepEqual([unpaid.status, unpaid.body.error_code], [400, 400002]);
  const extra = await post('{"prompt": "a", "negative_prompt": "b"}');
  assert.deepEqual([extra.status, extra.body.error_code], [422, 422001]);
  assert.match(String(extra.body.error_message), /^negative_prompt is not a field/);

  await chosen.pause();
  const id = await submit(chosen.rich);
  assert.equal((await statusOf(id, chosen.rich)).queue_position, 0);
  const waiting = await resultOf(id, '', chosen.rich);
  assert.deepEqual([waiting.output, waiting.error, waiting.finished_at], [null, null, null]);
  assert.deepEqual(await cancel(id, chosen.rich), { request_id: id, status: 'completed', outcome: 'cancelled' });
  await chosen.resume();
  chosen.engine.outcome = 'fail';
  const failing = await submit(chosen.rich);
  await reach(failing, 'completed', chosen.rich);
  assert.equal((await resultOf(failing, '', chosen.rich)).error, 'The engine could not render this.');
});
