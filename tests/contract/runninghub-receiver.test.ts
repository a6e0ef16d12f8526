/** RunningHub's webhook, judged by a receiver that was written from the notes alone. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { everyModel } from '../support/every-model.ts';
import { judgeRunningHubEvent, startRunningHubReceiver } from '../support/receivers/runninghub.ts';
import { findDisagreements } from '../support/recorded-pattern.ts';
import { openStage } from '../support/stage.ts';

const receiver = await startRunningHubReceiver();
const elsewhere = await startRunningHubReceiver();
const stage = await openStage({ allowFetch: [receiver.door, elsewhere.door], catalog: everyModel() });
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await elsewhere[Symbol.asyncDispose]();
});

const patienceMs = 20_000;
const id = { $match: '^[1-9][0-9]{18}$' };
const localTime = { $match: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?$' };

async function ask(
  path: string,
  body: Record<string, unknown>,
  key = stage.rich.key,
): Promise<Record<string, unknown>> {
  const answer = await stage.send({
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: { apiKey: key, ...body },
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.body as Record<string, unknown>;
}

async function submit(webhookUrl: string | undefined, model = 'alibaba/wan-2.6/text-to-video'): Promise<string> {
  const film = { duration: '5', resolution: '1280*720', shotType: 'single' };
  const picture = { aspectRatio: '1:1', resolution: '1k' };
  const body = { prompt: 'slow dolly-in', ...(model.endsWith('video') ? film : picture) };
  const { taskId } = await ask(`/openapi/v2/${model}`, {
    ...body,
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
  });
  assert.match(String(taskId), /^[1-9][0-9]{18}$/);
  return taskId as string;
}

const query = async (taskId: string) => await ask('/openapi/v2/query', { taskId });

async function waitFor<Value>(read: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await delay(20);
  }
}

/** Without the signatures of its links, which are made anew whenever one is shown. */
function withoutSignatures<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(/(\/files\/)[^"]+(\/[a-z]+\.[a-z0-9]+)/g, '$1*$2')) as Value;
}

/** The event of the task that comes next, once the receiver has found nothing wrong with it. */
async function nextEvent(before: number, taskId: string): Promise<{ body: string; data: Record<string, unknown> }> {
  await receiver.count(before + 1);
  const event = receiver.received[before];
  assert.ok(event);
  assert.deepEqual(event.problems, [], event.body);
  const { taskId: about, eventData } = JSON.parse(event.body) as { taskId: string; eventData: string };
  assert.equal(about, taskId);
  return { body: event.body, data: JSON.parse(eventData) as Record<string, unknown> };
}

const readDetail = async (taskId: string) => {
  const { code, data } = await ask('/task/openapi/getWebhookDetail', { taskId });
  assert.equal(code, 0);
  return data as Record<string, unknown>;
};

test('a film that is done, and the event says what the query says', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  const { data } = await nextEvent(before, taskId);
  assert.equal(data.status, 'SUCCESS');
  assert.deepEqual(withoutSignatures(data), withoutSignatures(await query(taskId)));
  const [file] = data.results as { url: string; outputType: string }[];
  assert.equal(file?.outputType, 'mp4');
  assert.equal((await fetch(file?.url ?? '')).status, 200);
});

test('a picture that is done', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url, 'rhart-image-g-2/text-to-image');
  const { data } = await nextEvent(before, taskId);
  assert.equal((data.results as { outputType: string }[])[0]?.outputType, 'png');
});

test('a task that fails', async () => {
  stage.engine.outcome = 'fail';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  const { data } = await nextEvent(before, taskId);
  assert.equal(data.status, 'FAILED');
  assert.deepEqual(data, await query(taskId));
});

test('a task that is cancelled while it runs', async () => {
  stage.engine.outcome = 'hold';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  await waitFor(
    async () => await query(taskId),
    ({ status }) => status === 'RUNNING',
  );
  assert.equal((await ask('/task/openapi/cancel', { taskId })).code, 0);
  const { data } = await nextEvent(before, taskId);
  assert.equal(data.status, 'FAILED');
  assert.deepEqual(data, await query(taskId));
});

test('a task that is cancelled while it waits', async () => {
  await stage.pause();
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  assert.equal((await ask('/task/openapi/cancel', { taskId })).code, 0);
  const { data } = await nextEvent(before, taskId);
  assert.equal(data.status, 'FAILED');
  await stage.resume();
});

test('one event for each task, and none for a task that asked for none', async () => {
  stage.engine.outcome = 'succeed';
  const silent = await submit(undefined);
  await waitFor(
    async () => await query(silent),
    ({ status }) => status === 'SUCCESS',
  );
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  await nextEvent(before, taskId);
  const about = receiver.received.map(({ body }) => (JSON.parse(body) as { taskId: string }).taskId);
  assert.equal(new Set(about).size, about.length);
  assert.ok(!about.includes(silent));
  const detail = await ask('/task/openapi/getWebhookDetail', { taskId: silent });
  assert.deepEqual([detail.code, detail.msg], [1, 'webhook event not exists']);
});

test('the details of an event that was taken', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  const { body } = await nextEvent(before, taskId);
  const detail = await waitFor(
    async () => await readDetail(taskId),
    ({ callbackStatus }) => callbackStatus === 'SUCCESS',
  );
  const rule = {
    id,
    userApiKey: { $match: '^[^*]{4,6}\\*{4}' },
    taskId,
    webhookUrl: receiver.url,
    event: 'TASK_END',
    eventData: { $type: 'string' },
    callbackStatus: 'SUCCESS',
    callbackResponse: 'received',
    retryCount: 0,
    createTime: localTime,
    updateTime: localTime,
  };
  assert.deepEqual(findDisagreements(rule, detail), []);
  const stored = { event: 'TASK_END', taskId, eventData: detail.eventData };
  assert.deepEqual(withoutSignatures(stored), withoutSignatures(JSON.parse(body)));
  assert.ok(!JSON.stringify(detail).includes(stage.rich.key));
});

test('an event that was refused comes again by itself, and its details say so', async () => {
  stage.engine.outcome = 'succeed';
  receiver.refusal = 'not now';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  await nextEvent(before, taskId);
  const refused = await waitFor(
    async () => await readDetail(taskId),
    ({ callbackResponse }) => callbackResponse === 'not now',
  );
  assert.equal(refused.callbackStatus, 'FAILED');
  receiver.refusal = undefined;
  const taken = await waitFor(
    async () => await readDetail(taskId),
    ({ callbackStatus }) => callbackStatus === 'SUCCESS',
  );
  assert.deepEqual([taken.id, taken.callbackResponse], [refused.id, 'received']);
  assert.ok(Number(taken.retryCount) >= 1);
  const [first, second] = receiver.received.slice(before);
  assert.deepEqual(second?.problems, []);
  assert.deepEqual(withoutSignatures(second?.body), withoutSignatures(first?.body));
});

test('an event is sent again when asked, also to another place', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  const { body } = await nextEvent(before, taskId);
  const { id: webhookId } = await waitFor(
    async () => await readDetail(taskId),
    ({ callbackStatus }) => callbackStatus === 'SUCCESS',
  );
  const again = await ask('/task/openapi/retryWebhook', { webhookId });
  assert.deepEqual(findDisagreements({ code: 0, msg: '', data: null, 'errorMessages?': null }, again), []);
  const second = await nextEvent(before + 1, taskId);
  assert.deepEqual(withoutSignatures(second.body), withoutSignatures(body));
  const moved = await ask('/task/openapi/retryWebhook', { webhookId, webhookUrl: elsewhere.url });
  assert.equal(moved.code, 0);
  await elsewhere.count(1);
  assert.deepEqual(elsewhere.received[0]?.problems, []);
  assert.deepEqual(withoutSignatures(elsewhere.received[0]?.body), withoutSignatures(body));
});

test("another's event is neither shown nor sent", async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  await nextEvent(before, taskId);
  const { id: webhookId } = await readDetail(taskId);
  const shown = await ask('/task/openapi/getWebhookDetail', { taskId }, stage.other.key);
  const sent = await ask('/task/openapi/retryWebhook', { webhookId }, stage.other.key);
  for (const { code, data } of [shown, sent]) {
    assert.notEqual(code, 0);
    assert.equal(data, null);
  }
});

test('the receiver refuses what the notes do not say', async () => {
  stage.engine.outcome = 'succeed';
  const before = receiver.received.length;
  const taskId = await submit(receiver.url);
  await nextEvent(before, taskId);
  const right = receiver.received[before];
  assert.ok(right);
  const event = JSON.parse(right.body) as { event: string; taskId: string; eventData: string };
  const data = JSON.parse(event.eventData) as Record<string, unknown>;
  const inner = (change: Record<string, unknown>) => ({ ...event, eventData: JSON.stringify({ ...data, ...change }) });
  const wrongs: Readonly<Record<string, unknown>> = {
    'another word for the event': { ...event, event: 'TASK_ENDED' },
    'a number for an id': { ...event, taskId: 1 },
    "another task's id": {
      ...event,
      taskId: event.taskId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    },
    'an object for the data': { ...event, eventData: data },
    'no data': { event: event.event, taskId: event.taskId },
    'a further key': { ...event, signature: 'x' },
    'a state that is no end': inner({ status: 'RUNNING' }),
    'another word for success': inner({ status: 'SUCCEEDED' }),
    'no results': inner({ results: [] }),
    'a code in a success': inner({ errorCode: '0' }),
    'a kind in place of an extension': inner({ results: [{ ...(data.results as object[])[0], outputType: '.mp4' }] }),
    'a number in usage': inner({ usage: { ...(data.usage as object), taskCostTime: 0 } }),
    'a failure without its code': inner({ status: 'FAILED', results: null }),
  };
  for (const [name, wrong] of Object.entries(wrongs)) {
    assert.notDeepEqual(judgeRunningHubEvent({ ...right, body: JSON.stringify(wrong) }), [], name);
  }
  assert.notDeepEqual(judgeRunningHubEvent({ ...right, method: 'PUT' }), []);
  assert.notDeepEqual(judgeRunningHubEvent({ ...right, url: '/' }), []);
  assert.notDeepEqual(judgeRunningHubEvent({ ...right, headers: { 'content-type': 'text/plain' } }), []);
  assert.notDeepEqual(judgeRunningHubEvent({ ...right, body: right.body.slice(1) }), []);
  for (const position of ['"event"', 'TASK_END', '"taskId"', '"eventData"'].map(
    (word) => right.body.indexOf(word) + 1,
  )) {
    const bytes = Buffer.from(right.body);
    bytes[position] = (bytes[position] ?? 0) ^ 1;
    assert.notDeepEqual(judgeRunningHubEvent({ ...right, body: bytes.toString() }), [], `byte ${position}`);
  }
  const answer = await fetch(elsewhere.url, { method: 'POST', body: right.body });
  assert.equal(answer.status, 422, 'a text is no JSON');
});
