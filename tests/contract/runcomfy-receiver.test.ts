/**
 * RunComfy's webhooks, judged by a receiver that was written from the notes alone. Only serverless deployments have any; the
 * one here is a model that the catalogue names so.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { deployment } from '../support/deployment-model.ts';
import { everyModel } from '../support/every-model.ts';
import {
  judgeRunComfyEvent,
  judgeRunComfyStory,
  startRunComfyReceiver,
  stateOf,
} from '../support/receivers/runcomfy.ts';
import { openStage } from '../support/stage.ts';

const headers = { 'content-type': 'application/json' };
const about = {
  request_id: '7b0c6f0e-3f52-4c9a-9a55-0d3f1f6a2b11',
  deployment_id: 'dep-1',
  created_at: '2025-11-20T08:15:04.120934+00:00',
};
const ended = { ...about, finished_at: '2025-11-20T08:15:31.553120+00:00' };
const picture = { url: 'https://host.example/a.png', filename: 'a.png', subfolder: '', type: 'output' };

const rights: readonly Record<string, unknown>[] = [
  { ...about, status: 'in_queue' },
  { ...about, status: 'in_progress' },
  { ...ended, outcome: 'succeeded', outputs: { 9: { images: [picture] } } },
  { ...ended, status: 'completed', outcome: 'succeeded', output: { image: 'https://host.example/a.png' } },
  { ...ended, status: 'failed', error: { type: 'x', message: 'y' } },
  { ...ended, outcome: 'cancelled' },
];

const wrongs: Readonly<Record<string, Record<string, unknown>>> = {
  'an end without its time': { ...about, outcome: 'cancelled' },
  'a time with a Z': { ...about, status: 'in_queue', created_at: '2025-11-20T08:15:04Z' },
  'a success without outputs': { ...ended, outcome: 'succeeded' },
  'an output without its name': { ...ended, outcome: 'succeeded', outputs: { 9: { images: [{ url: picture.url }] } } },
  'a failure without its error': { ...ended, outcome: 'failed' },
  'one L': { ...ended, outcome: 'canceled' },
  'no state': { ...about },
  'no deployment': { request_id: about.request_id, created_at: about.created_at, status: 'in_queue' },
  'an id with a slash': { ...about, request_id: 'a/b', status: 'in_queue' },
};

const patienceMs = 20_000;
/** Longer than a delivery of any dialect takes here. */
const silenceMs = 1_000;

const receiver = await startRunComfyReceiver();
const stage = await openStage({ allowFetch: [receiver.door], catalog: everyModel([deployment]) });
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const webhook = encodeURIComponent(receiver.url);

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const authorized = { authorization: `Bearer ${stage.rich.key}`, ...headers };
  const answer = await stage.send({ method, path, headers: authorized, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, answer.text);
  return answer.body as Record<string, unknown>;
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'it never came to be so');
    await delay(20);
  }
}

/** Waits until the status route of the request says so. */
async function reach(path: string, status: string): Promise<void> {
  await until(async () => (await ask('GET', `${path}/status`)).status === status);
}

/** Begins work on the deployment; its id. */
async function infer(query: string, body: Record<string, unknown> = {}, version = 'v2'): Promise<string> {
  const path = `/prod/${version}/deployments/dep-1/inference${query}`;
  return (await ask('POST', path, { prompt: 'x', ...body })).request_id as string;
}

/** What came of the request: each event and all of them are right. */
async function told(requestId: string, intermediate: boolean): Promise<readonly unknown[]> {
  const bodies = await receiver.story(requestId);
  assert.deepEqual(judgeRunComfyStory(bodies, { intermediate }), []);
  for (const { problems, body } of receiver.received) assert.deepEqual(problems, [], body);
  return bodies.map(stateOf);
}

for (const version of ['v1', 'v2']) {
  test(`${version}: a request that is done tells its end`, async () => {
    stage.engine.outcome = 'succeed';
    const id = await infer(`?webhook=${webhook}`, {}, version);
    const states = await told(id, false);
    assert.equal(states.at(-1), 'succeeded');
    const event = JSON.parse((await receiver.story(id)).at(-1) ?? '') as Record<string, unknown>;
    const result = await ask('GET', `/prod/${version}/deployments/dep-1/requests/${id}/result`);
    assert.deepEqual([event.request_id, event.deployment_id], [id, 'dep-1']);
    assert.deepEqual([event.created_at, event.finished_at], [result.created_at, result.finished_at]);
    const { image } = (event.output ?? {}) as { image?: string };
    assert.equal((await fetch(image ?? '')).status, 200);
  });
}

test('with the flag it tells of the queue and of the work as well', async () => {
  stage.engine.outcome = 'hold';
  const id = await infer(`?webhook=${webhook}&webhook_intermediate_status=true`);
  await reach(`/prod/v2/deployments/dep-1/requests/${id}`, 'in_progress');
  stage.engine.outcome = 'succeed';
  assert.deepEqual(new Set(await told(id, true)), new Set(['in_queue', 'in_progress', 'succeeded']));
});

test('the two names in the body work as well', async () => {
  stage.engine.outcome = 'succeed';
  const id = await infer('', { webhook: receiver.url, webhook_intermediate_status: true });
  assert.ok((await told(id, true)).includes('succeeded'));
});

test('a request that fails says why', async () => {
  stage.engine.outcome = 'fail';
  assert.equal((await told(await infer(`?webhook=${webhook}`), false)).at(-1), 'failed');
});

test('a request that is cancelled, while it waits and while it runs', async () => {
  stage.engine.outcome = 'hold';
  const running = await infer(`?webhook=${webhook}`);
  const path = `/prod/v2/deployments/dep-1/requests/${running}`;
  await reach(path, 'in_progress');
  await ask('POST', `${path}/cancel`);
  assert.equal((await told(running, false)).at(-1), 'cancelled');
  await stage.pause();
  const waiting = await infer(`?webhook=${webhook}`);
  await ask('POST', `/prod/v2/deployments/dep-1/requests/${waiting}/cancel`);
  assert.equal((await told(waiting, false)).at(-1), 'cancelled');
  await stage.resume();
});

test('an event that was refused comes again', async () => {
  stage.engine.outcome = 'succeed';
  receiver.isDown = true;
  const id = await infer(`?webhook=${webhook}`);
  const [first] = await receiver.story(id);
  receiver.isDown = false;
  const before = receiver.received.length;
  await until(() => receiver.received.length > before);
  const second = (await receiver.story(id)).at(-1);
  assert.deepEqual([stateOf(second ?? ''), stateOf(first ?? '')], ['succeeded', 'succeeded']);
  await told(id, false);
});

test('the receiver takes what the notes say and refuses the rest', async () => {
  await using own = await startRunComfyReceiver();
  const post = async (body: unknown, type = 'application/json') =>
    (await fetch(own.url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) })).status;
  for (const right of rights) assert.equal(await post(right), 200, JSON.stringify(own.received.at(-1)));
  for (const [name, wrong] of Object.entries(wrongs)) assert.equal(await post(wrong), 422, name);
  assert.equal(await post(rights[0], 'text/plain'), 422);
  const body = JSON.stringify(rights[2]);
  for (const word of ['"request_id"', '"deployment_id"', '"created_at"', '"succeeded"', '"url"']) {
    const bytes = Buffer.from(body);
    const position = body.indexOf(word) + 1;
    bytes[position] = (bytes[position] ?? 0) ^ 1;
    assert.notDeepEqual(judgeRunComfyEvent({ method: 'POST', headers, body: bytes.toString() }), [], word);
  }
});

test('a story has one end, and tells of progress only when it was asked to', () => {
  const story = (...indexes: number[]) => indexes.map((index) => JSON.stringify(rights[index]));
  assert.deepEqual(judgeRunComfyStory(story(0, 2), { intermediate: false }), []);
  assert.deepEqual(judgeRunComfyStory(story(0, 1, 2, 2), { intermediate: true }), []);
  assert.deepEqual(judgeRunComfyStory(story(2, 1, 0), { intermediate: true }), []);
  assert.notDeepEqual(judgeRunComfyStory(story(0, 1, 2), { intermediate: false }), []);
  assert.notDeepEqual(judgeRunComfyStory(story(0, 2, 5), { intermediate: false }), []);
  assert.notDeepEqual(judgeRunComfyStory(story(0), { intermediate: false }), []);
});

test('nothing is delivered where the notes know of no webhook, or nobody asked for one', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const query = `?webhook=${webhook}&webhook_intermediate_status=true`;
  const model = await ask('POST', `/v1/models/vidu/q2/reference-to-image${query}`, {
    prompt: 'x',
    webhook: receiver.url,
  });
  await reach(`/v1/requests/${model.request_id}`, 'completed');
  const id = await infer('');
  await reach(`/prod/v2/deployments/dep-1/requests/${id}`, 'completed');
  await delay(silenceMs);
  assert.equal(receiver.received.length, before);
});
