/**
 * Every state of a task in every call that shows it. The bodies are those of RunningHub's pages and of live answers that
 * clients recorded (Check Task Output, Query generation result V2), with our own ids, links and one node.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import { askAdmin } from '../support/admin-client.ts';
import { createCaller, finished, textToVideo, textToVideoBody, untilRunning } from '../support/runninghub-client.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let caller: ReturnType<typeof createCaller>;
before(async () => {
  stage = await openStage();
  caller = createCaller(stage, stage.rich);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

const unfinished = (taskId: string, status: string) => ({
  taskId,
  status,
  errorCode: '',
  errorMessage: '',
  results: null,
  clientId: '',
  promptTips: '',
  failedReason: {},
  usage: null,
  parentTaskId: null,
  taskUsageList: null,
});
const reason = (type: string, message: string) => ({
  exception_type: type,
  exception_message: message,
  node_id: '1',
  node_name: '',
  traceback: '',
  current_inputs: {},
  current_outputs: {},
});
const usage = (cost: string) => ({
  thirdPartyConsumeMoney: cost,
  consumeMoney: null,
  consumeCoins: null,
  taskCostTime: '0',
});

async function shown(taskId: string) {
  return {
    query: await caller.v2('query', { taskId }),
    status: await caller.legacy('/task/openapi/status', { taskId }),
    outputs: await caller.legacy('/task/openapi/outputs', { taskId }),
  };
}

test('queued, and canceled before it ran', async () => {
  await askAdmin(stage, '/engines/preview/pause', {});
  const taskId = await caller.submit();
  assert.deepEqual(await shown(taskId), {
    query: unfinished(taskId, 'QUEUED'),
    status: { code: 0, msg: '', errorMessages: null, data: 'QUEUED' },
    outputs: { code: 813, msg: 'APIKEY_TASK_IS_QUEUED', errorMessages: null, data: null },
  });
  const cancel = await caller.legacy('/task/openapi/cancel', { taskId });
  assert.deepEqual(cancel, { code: 0, msg: 'success', errorMessages: null, data: null });
  const message = 'The task was cancelled.';
  assert.deepEqual(await shown(taskId), {
    query: {
      ...unfinished(taskId, 'FAILED'),
      errorCode: '1000',
      errorMessage: `${message} What it did not use went back to the balance.`,
      failedReason: reason('canceled', message),
      usage: usage('0.000'),
    },
    status: { code: 0, msg: '', errorMessages: null, data: 'FAILED' },
    outputs: {
      code: 805,
      msg: 'APIKEY_TASK_STATUS_ERROR',
      errorMessages: null,
      data: { failedReason: reason('canceled', message) },
    },
  });
  assert.equal((await caller.legacy('/task/openapi/cancel', { taskId })).code, 0, 'once more changes nothing');
  await askAdmin(stage, '/engines/preview/resume', {});
});

test('running: no error anywhere, results null; a cancel is taken', async () => {
  stage.engine.outcome = 'hold';
  const taskId = await caller.submit();
  await untilRunning(stage.rich, taskId);
  assert.deepEqual(await shown(taskId), {
    query: unfinished(taskId, 'RUNNING'),
    status: { code: 0, msg: '', errorMessages: null, data: 'RUNNING' },
    outputs: { code: 804, msg: 'APIKEY_TASK_IS_RUNNING', errorMessages: null, data: { netWssUrl: null } },
  });
  assert.equal((await caller.legacy('/task/openapi/cancel', { taskId })).code, 0);
  stage.engine.outcome = 'succeed';
});

test('succeeded: one file by a link that needs no key, its extension that of outputType, numbers as strings', async () => {
  const taskId = await finished(stage, caller, 'succeed');
  const { query, status, outputs } = await shown(taskId);
  const url = query.results?.[0]?.url ?? '';
  assert.deepEqual(query, {
    ...unfinished(taskId, 'SUCCESS'),
    results: [{ url, nodeId: '1', outputType: 'mp4', text: null }],
    usage: { ...usage('0.031'), thirdPartyConsumeMoney: query.usage?.thirdPartyConsumeMoney },
  });
  assert.match(query.usage?.thirdPartyConsumeMoney ?? '', /^0\.\d{3,6}$/);
  assert.notEqual(Number(query.usage?.thirdPartyConsumeMoney), 0);
  assert.deepEqual(status.data, 'SUCCESS');
  const [output] = outputs.data as { fileUrl: string }[];
  assert.deepEqual(outputs, {
    code: 0,
    msg: 'success',
    errorMessages: null,
    data: [
      {
        fileUrl: output?.fileUrl,
        fileType: 'mp4',
        taskCostTime: '0',
        nodeId: '1',
        thirdPartyConsumeMoney: query.usage?.thirdPartyConsumeMoney,
        consumeMoney: null,
        consumeCoins: null,
      },
    ],
  });
  for (const link of [url, output?.fileUrl ?? '']) {
    assert.ok(link.startsWith(`${stage.url}/files/signed/`) && link.endsWith('.mp4'), link);
    const file = await fetch(link);
    assert.equal(file.status, 200);
    assert.equal(file.headers.get('content-type'), 'video/mp4');
    await file.body?.cancel();
  }
  assert.equal(
    (await caller.legacy('/task/openapi/cancel', { taskId })).code,
    0,
    'an ended task is canceled without effect',
  );
  assert.equal((await caller.v2('query', { taskId })).status, 'SUCCESS');
});

test('failed: FAILED with a code, the reason filled, nothing charged', async () => {
  const taskId = await finished(stage, caller, 'fail');
  const message = 'The engine could not render this.';
  assert.deepEqual(await shown(taskId), {
    query: {
      ...unfinished(taskId, 'FAILED'),
      errorCode: '1015',
      errorMessage: message,
      failedReason: reason('engine_failed', message),
      usage: usage('0.000'),
    },
    status: { code: 0, msg: '', errorMessages: null, data: 'FAILED' },
    outputs: {
      code: 805,
      msg: 'APIKEY_TASK_STATUS_ERROR',
      errorMessages: null,
      data: { failedReason: reason('engine_failed', message) },
    },
  });
});

test('an unknown id, a foreign one, and one of no form at all are told alike; zero and text are no ids', async () => {
  const taskId = await caller.submit();
  const other = createCaller(stage, stage.other);
  const paths = ['/task/openapi/status', '/task/openapi/outputs', '/task/openapi/cancel'];
  const message = 'invalid parameter: There is no task of this id that this key may see.';
  for (const id of [taskId, '1111111111111111111', '2041112223334445556', '12', '99999999999999999999']) {
    assert.deepEqual(await other.v2('query', { taskId: id }), {
      ...unfinished('', 'FAILED'),
      errorCode: '1004',
      errorMessage: message,
    });
    for (const path of paths) {
      const { code, msg, data } = await other.legacy(path, { taskId: id });
      assert.deepEqual([code, msg, data], [807, 'APIKEY_TASK_NOT_FOUND', null], `${path} ${id}`);
    }
    const details = await other.legacy('/task/openapi/getWebhookDetail', { taskId: id });
    assert.deepEqual([details.code, details.data], [807, null]);
    const retry = await other.legacy('/task/openapi/retryWebhook', { webhookId: id });
    assert.deepEqual(retry, { code: 1, msg: 'webhook event not exists', errorMessages: null, data: null });
  }
  for (const path of paths) {
    assert.deepEqual(await caller.legacy(path, { taskId: 0 }), {
      code: 301,
      msg: 'taskId must be positive',
      errorMessages: null,
      data: null,
    });
    assert.equal((await caller.legacy(path, { taskId: 'abc' })).code, 301);
    assert.equal((await caller.legacy(path, {})).msg, 'taskId must not be blank');
  }
  const missing = await caller.v2('query', {});
  assert.deepEqual(
    [missing.errorCode, missing.errorMessage],
    ['1007', "invalid parameter: field 'taskId' is required, can not be empty"],
  );
});

test('a task id that comes as a bare number loses no digit', async () => {
  const taskId = await finished(stage, caller, 'succeed');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${stage.rich.key}` };
  for (const path of ['/openapi/v2/query', '/task/openapi/status', '/task/openapi/outputs']) {
    const { text } = await stage.send({ method: 'POST', path, headers, body: `{"taskId": ${taskId}}` });
    assert.match(text, /SUCCESS|"code":0/, path);
  }
});

test('what is taken: numbers for texts, unknown keys, empty and null fields; equal requests make separate tasks', async () => {
  const body = { duration: 1, appCode: 'x', real_person_mode: true, webhookUrl: '', movementAmplitude: null };
  const [one, two] = [await caller.submit(body), await caller.submit(body)];
  assert.notEqual(one, two);
});

test('what is refused is named with its rule, and says a word that stops the official clients', async () => {
  const cases: [object, RegExp][] = [
    [{ prompt: undefined }, /^invalid parameter: field 'prompt' is required, can not be empty$/],
    [{ prompt: null }, /^invalid parameter: field 'prompt' is required/],
    [{ duration: '11' }, /^invalid parameter: duration must be one of .*; it is "11"/],
    [{ resolution: '8k' }, /^invalid parameter: resolution must be one of 540p, 720p, 1080p; it is "8k"/],
    [{ prompt: 'x'.repeat(4001) }, /^invalid parameter: prompt may have at most 4000 characters; it has 4001/],
    [{ webhookUrl: 'ftp://me' }, /^invalid parameter: webhookUrl must be an https URL/],
    [{ webhookUrl: 5 }, /^invalid parameter: webhookUrl must be/],
  ];
  const tasks = await stage.countTasks();
  for (const [change, says] of cases) {
    const answer = await caller.v2(textToVideo, { ...textToVideoBody, ...change });
    assert.deepEqual([answer.taskId, answer.status, answer.errorCode], ['', '', '1007'], answer.errorMessage);
    assert.match(answer.errorMessage, says);
    assert.deepEqual(answer.failedReason, {});
  }
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${stage.rich.key}` };
  for (const body of ['{"prompt": ', '[]', '5']) {
    const answer = await stage.send({ method: 'POST', path: `/openapi/v2/${textToVideo}`, headers, body });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /"errorCode":"1007","errorMessage":"invalid parameter: The body/);
  }
  assert.equal(await stage.countTasks(), tasks);
});

test('a balance that does not suffice is 416, and says so', async () => {
  const { errorCode, errorMessage } = await createCaller(stage, stage.poor).v2(textToVideo, textToVideoBody);
  assert.equal(errorCode, '416');
  assert.match(errorMessage, /^insufficient balance: /);
});

test('models: by a path with dots, brackets, percent signs or a number; an unknown one is a path that is nowhere', async () => {
  const refused = (path: string) => caller.v2<Record<string, unknown>>(path, {});
  // Known names whose models no engine serves here, with what they need left out.
  for (const path of [
    'rhart-video-v3.1-pro/text-to-video',
    'kling-video-o1-std/refrence-to-video',
    'rhart-image-g-1.5/text-to-image-[Deprecated]',
    'rhart-image-g-1.5/text-to-image-%5BDeprecated%5D',
    'rhart-image%2Fz-image%2Fturbo',
    '2034577474668724226',
  ]) {
    assert.equal(typeof (await refused(path)).errorCode, 'string', path);
  }
  assert.deepEqual(await refused('nobody/has-this'), {
    code: 412,
    msg: 'TOKEN_INVALID',
    message: 'There is no model named "nobody/has-this"; the model list of this API names them.',
    errorMessages: null,
    data: null,
  });
});

test('every id and number of the catalogue is a path, encoded or not, and none hides a call', async () => {
  const tasks = await stage.countTasks();
  const names = readCatalog()
    .views('runninghub')
    .map(({ name }) => name);
  assert.ok(names.length >= 455, String(names.length));
  for (const [index, name] of names.entries()) {
    // Nothing takes a number for its prompt, and a webhook that must not be called stops those that ask for nothing.
    const body = { prompt: [5], webhookUrl: 'https://localhost/' };
    const path = index % 2 === 0 ? name : encodeURIComponent(name);
    const answer = await caller.v2<Record<string, unknown>>(path, body);
    assert.match(String(answer.errorCode), /^(1007|1010)$/, `${name}: ${JSON.stringify(answer)}`);
  }
  assert.equal(await stage.countTasks(), tasks);
});

test('a model that no engine serves here answers 1010 with what is missing', async () => {
  const { errorCode, errorMessage } = await caller.v2('rhart-video-v3.1-pro/text-to-video', { prompt: 'a' });
  assert.equal(errorCode, '1010', errorMessage);
  assert.match(errorMessage, /RUNNINGHUB_API_KEY/);
});

test('what a submit would cost, without an envelope; what would be refused is refused there', async () => {
  const price = await caller.v2<Record<string, unknown>>(`price-preview/${textToVideo}`, textToVideoBody);
  const { estimatedPrice, priceText } = price as { estimatedPrice: number; priceText: string };
  assert.ok(estimatedPrice > 0);
  assert.equal(priceText, `$${estimatedPrice.toFixed(3)}`);
  assert.deepEqual(price, {
    errorCode: '',
    errorMessage: '',
    estimatedPrice,
    currency: 'USD',
    priceText,
    priceTextEn: priceText,
    freeLimit: false,
    freeLimitCount: 0,
    remainingFreeLimitCount: 0,
    isFreeThisCall: false,
  });
  const refused = await caller.v2<Record<string, unknown>>(`price-preview/${textToVideo}`, { style: 'general' });
  assert.deepEqual([refused.errorCode, refused.estimatedPrice], ['1007', 0]);
});
