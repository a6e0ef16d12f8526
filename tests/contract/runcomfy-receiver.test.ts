/**
 * RunComfy's webhooks, judged by a receiver that was written from the notes alone. Only serverless deployments have any:
 * without a ComfyUI there is no deployment and nothing is delivered, nor does a model's request deliver anything.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { everyModel } from '../support/every-model.ts';
import { judgeRunComfyEvent, judgeRunComfyStory, startRunComfyReceiver } from '../support/receivers/runcomfy.ts';
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

test('the receiver takes what the notes say and refuses the rest', async () => {
  await using receiver = await startRunComfyReceiver();
  const post = async (body: unknown, type = 'application/json') =>
    (await fetch(receiver.url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) }))
      .status;
  for (const right of rights) assert.equal(await post(right), 200, JSON.stringify(receiver.received.at(-1)));
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

test('nothing is delivered where the notes know of no webhook', async () => {
  await using receiver = await startRunComfyReceiver();
  await using stage = await openStage({ allowFetch: [receiver.door], catalog: everyModel() });
  stage.engine.outcome = 'succeed';
  const key = { authorization: `Bearer ${stage.rich.key}`, ...headers };
  const query = `?webhook=${encodeURIComponent(receiver.url)}&webhook_intermediate_status=true`;
  const path = `/v1/models/vidu/q2/reference-to-image${query}`;
  const { body } = await stage.send({
    method: 'POST',
    path,
    headers: key,
    body: { prompt: 'x', webhook: receiver.url },
  });
  const { request_id } = body as { request_id: string };
  const end = Date.now() + patienceMs;
  for (let status = ''; status !== 'completed'; ) {
    assert.ok(Date.now() < end, status);
    const answer = await stage.send({ method: 'GET', path: `/v1/requests/${request_id}/status`, headers: key });
    status = (answer.body as { status: string }).status;
  }
  for (const version of ['v1', 'v2']) {
    const inference = `/prod/${version}/deployments/dep-1/inference${query}`;
    const answer = await stage.send({ method: 'POST', path: inference, headers: key, body: { overrides: {} } });
    assert.equal((answer.body as { error_code: number }).error_code, 404001);
  }
  await delay(silenceMs);
  assert.deepEqual(receiver.received, []);
});
