/** RunningHub's webhooks: TASK_END as its receivers read it, the details of the event, and sending it again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import {
  type TaskObject,
  taskEndSchema,
  taskObjectSchema,
  webhookDetailsAnswerSchema,
} from '../../src/wires/runninghub/schemas.ts';
import { finishTask } from '../support/native-client.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { createCaller, finished, textToVideo, textToVideoBody, untilRunning } from '../support/runninghub-client.ts';
import { openStage, type Stage } from '../support/stage.ts';

const taskEnd = Compile(taskEndSchema);
const taskObject = Compile(taskObjectSchema);
const detailsAnswer = Compile(webhookDetailsAnswerSchema);

let receiver: Receiver;
let broken: Receiver;
let stage: Stage;
let caller: ReturnType<typeof createCaller>;
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(200).end('thank you'));
  // 410 ends a delivery at once, so that nothing here waits for a retry.
  broken = await startReceiver((response) => response.writeHead(410).end('go away'));
  stage = await openStage({ allowFetch: [receiver.door, broken.door] });
  caller = createCaller(stage, stage.rich);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await broken[Symbol.asyncDispose]();
});

/** The event of a task as a receiver reads it: `eventData` is JSON in a string. */
async function eventOf(taskId: string, { received } = receiver): Promise<TaskObject> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = received.find(({ body }) => body.includes(`"taskId":"${taskId}"`));
    if (found !== undefined) {
      assert.equal(found.headers['content-type'], 'application/json');
      const event: unknown = JSON.parse(found.body);
      assert.ok(taskEnd.Check(event), found.body);
      const data: unknown = JSON.parse(String(event.eventData));
      assert.ok(taskObject.Check(data), found.body);
      return data;
    }
    assert.ok(Date.now() < end, 'no event came');
    await delay(20);
  }
}

type Details = {
  readonly id: string;
  readonly userApiKey: string;
  readonly webhookUrl: string;
  readonly eventData: string;
  readonly callbackStatus: string;
  readonly callbackResponse: string;
  readonly retryCount: number;
};

/** Waits until the event was tried `attempts` times in all. */
async function detailsOf(taskId: string, isDone: (details: Details) => boolean): Promise<Details> {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await caller.legacy('/task/openapi/getWebhookDetail', { taskId });
    if (answer.code === 0) {
      assert.ok(detailsAnswer.Check(answer), JSON.stringify(answer));
      if (isDone(answer.data)) return answer.data;
    }
    assert.ok(Date.now() < end, JSON.stringify(answer));
    await delay(20);
  }
}

const withoutLinks = (task: TaskObject) => ({
  ...task,
  results: task.results?.map(({ outputType }) => outputType) ?? null,
});

test('an end that went well is told as the query tells it, and its file can be fetched from there', async () => {
  const taskId = await finished(stage, caller, 'succeed', { webhookUrl: receiver.url });
  const told = await eventOf(taskId);
  assert.deepEqual(withoutLinks(told), withoutLinks(await caller.v2('query', { taskId })));
  const file = await fetch(told.results?.[0]?.url ?? '');
  assert.equal(file.status, 200);
  await file.body?.cancel();
});

test('a failure and a cancel are told as well', async () => {
  const failed = await eventOf(await finished(stage, caller, 'fail', { webhookUrl: receiver.url }));
  assert.deepEqual([failed.status, failed.errorCode, failed.results], ['FAILED', '1015', null]);
  stage.engine.outcome = 'hold';
  const taskId = await caller.submit({ webhookUrl: receiver.url });
  await untilRunning(stage.rich, taskId);
  await caller.legacy('/task/openapi/cancel', { taskId });
  await finishTask(stage.rich, taskId);
  stage.engine.outcome = 'succeed';
  const canceled = await eventOf(taskId);
  assert.deepEqual([canceled.status, canceled.errorCode], ['FAILED', '1000']);
});

test('the details of an event, sending it again, and to another URL', async () => {
  const taskId = await finished(stage, caller, 'succeed', { webhookUrl: broken.url });
  const first = await detailsOf(taskId, ({ callbackResponse }) => callbackResponse !== '');
  const { userApiKey, eventData } = first;
  assert.deepEqual(
    { ...first, createTime: '', updateTime: '' },
    {
      id: taskId,
      userApiKey,
      taskId,
      webhookUrl: broken.url,
      event: 'TASK_END',
      eventData,
      callbackStatus: 'FAILED',
      callbackResponse: 'go away',
      retryCount: 0,
      createTime: '',
      updateTime: '',
    },
  );
  assert.match(userApiKey, /^.{4,8}\*{4}$/);
  assert.ok(!stage.rich.key.endsWith(userApiKey.slice(-4)));
  const shown: unknown = JSON.parse(eventData);
  assert.ok(taskObject.Check(shown));
  const success = { code: 0, msg: '', errorMessages: null, data: null };
  assert.deepEqual(await caller.legacy('/task/openapi/retryWebhook', { webhookId: first.id }), success);
  await detailsOf(taskId, ({ retryCount }) => retryCount === 1);
  assert.equal(broken.received.length, 2);
  const again = { webhookId: first.id, webhookUrl: receiver.url };
  assert.deepEqual(await caller.legacy('/task/openapi/retryWebhook', again), success);
  const last = await detailsOf(taskId, ({ callbackStatus }) => callbackStatus === 'SUCCESS');
  assert.deepEqual([last.webhookUrl, last.callbackResponse, last.retryCount], [receiver.url, 'thank you', 2]);
  assert.equal((await eventOf(taskId)).taskId, taskId);
});

test('a URL that must not be called is refused by name, at the submit and at sending again', async () => {
  const taskId = await finished(stage, caller, 'succeed', { webhookUrl: receiver.url });
  for (const url of ['http://10.0.0.1/hook', 'https://localhost/hook', 'https://169.254.169.254/', 'not a url']) {
    const submit = await caller.v2(textToVideo, { ...textToVideoBody, webhookUrl: url });
    assert.equal(submit.errorCode, '1007', url);
    assert.match(submit.errorMessage, /^invalid parameter: webhookUrl /);
    const retry = await caller.legacy('/task/openapi/retryWebhook', { webhookId: taskId, webhookUrl: url });
    assert.equal(retry.code, 301, url);
    assert.match(retry.msg, /^webhookUrl /);
  }
  assert.equal((await detailsOf(taskId, () => true)).webhookUrl, receiver.url);
});

test('no webhook, none yet, and not one of ours: there is no event', async () => {
  const missing = { code: 1, msg: 'webhook event not exists', errorMessages: null, data: null };
  const silent = await finished(stage, caller, 'succeed');
  assert.deepEqual(await caller.legacy('/task/openapi/getWebhookDetail', { taskId: silent }), missing);
  assert.deepEqual(await caller.legacy('/task/openapi/retryWebhook', { webhookId: silent }), missing);
  stage.engine.outcome = 'hold';
  const early = await caller.submit({ webhookUrl: receiver.url });
  assert.deepEqual(await caller.legacy('/task/openapi/getWebhookDetail', { taskId: early }), missing);
  stage.engine.outcome = 'succeed';
  const other = createCaller(stage, stage.other);
  assert.deepEqual(await other.legacy('/task/openapi/retryWebhook', { webhookId: early }), missing);
});
