/** The queue variant of Vtrix's sister brand (vtrix.md 10), as its second command line and its samples use it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { finishTask, readTask } from '../support/native-client.ts';
import { openStage, type Stage } from '../support/stage.ts';

const path = '/model/v1/queue/viduq2_reference2image';
let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

type Body = Record<string, unknown> & { request_id: string; status: string; status_url: string; response_url: string };

async function ask(url: string, body?: unknown, authorization = `Key ${stage.rich.key}`) {
  const response = await fetch(url.startsWith('http') ? url : stage.url + url, {
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

test('submit, status and response by the links it gives, with either scheme, to the file', async () => {
  for (const scheme of ['Key', 'Bearer']) {
    const authorization = `${scheme} ${stage.rich.key}`;
    stage.engine.outcome = 'hold';
    const { status, body } = await ask(path, { prompt: 'a hill', seed: 4, images: [] }, authorization);
    assert.deepEqual([status, body.status], [200, 'QUEUED']);
    const early = await ask(body.response_url, undefined, authorization);
    assert.equal(early.status, 202);
    assert.ok(['QUEUED', 'IN_PROGRESS'].includes(early.body.status));
    stage.engine.outcome = 'succeed';
    await finishTask(stage.rich, body.request_id);
    assert.equal((await ask(body.status_url, undefined, authorization)).body.status, 'COMPLETED');
    const done = await ask(body.response_url, undefined, authorization);
    const [output] = done.body.outputs as { url: string; type: string }[];
    assert.equal(output?.type, 'image');
    assert.equal((await fetch(output?.url ?? '')).headers.get('content-type'), 'image/png');
    assert.deepEqual(done.body.metadata, { engine: 'preview', seed: 4, width: 1, height: 1 });
  }
});

test('failure is COMPLETED with an error of each kind that its readers look for', async () => {
  stage.engine.outcome = 'fail';
  const { body } = await ask(path, { prompt: 'a hill' });
  await finishTask(stage.rich, body.request_id);
  const { status, body: failed } = await ask(body.response_url);
  const message = 'The engine could not render this.';
  assert.deepEqual([status, failed.status, failed.outputs], [200, 'COMPLETED', []]);
  assert.deepEqual(failed.error, { code: '008023095', message });
  assert.deepEqual(failed.provider_error, { code: '008023095', message, task_status: 'failed' });
  assert.equal(failed.error_type, 'PROVIDER_ERROR');
  const [log] = failed.logs as { message: string; timestamp: string }[];
  assert.equal(log?.message, message);
  assert.ok(!Number.isNaN(Date.parse(log?.timestamp ?? '')));
});

test('what the edge refuses and what the runtime refuses have a form each', async () => {
  const unauthorized = await ask(path, { prompt: 'a' }, 'Bearer nobody-has-this-key-0123456789');
  assert.equal(unauthorized.status, 401);
  const { error, request_id: id } = unauthorized.body as unknown as { error: { code: string }; request_id: string };
  assert.equal(error.code, 'UNAUTHORIZED');
  assert.match(id, /^[0-9a-f-]{36}$/);
  const details: [string, unknown, number, RegExp][] = [
    ['/model/v1/queue/nobody', { prompt: 'a' }, 404, /^App not found: nobody$/],
    [path, { prompt: 'a', callback_url: 'https://example.org/' }, 400, /^webhook not supported$/],
    [`${path}?fal_webhook=https://example.org/`, { prompt: 'a' }, 400, /^webhook not supported$/],
    [path, { prompt: '' }, 400, /^008023003: prompt must have/],
    [path, [], 400, /must be an object/],
  ];
  for (const [at, body, status, wanted] of details) {
    const answer = await ask(at, body);
    assert.equal(answer.status, status, at);
    const { detail, ...rest } = answer.body as unknown as { detail: string };
    assert.match(detail, wanted);
    assert.deepEqual(rest, {});
  }
  const poor = await ask(path, { prompt: 'a' }, `Key ${stage.poor.key}`);
  assert.equal(poor.status, 402);
});

test('a request is one of its model; both protocols show the same task', async () => {
  stage.engine.outcome = 'hold';
  const { body } = await ask(path, { prompt: 'a hill' });
  const other = await ask(`/model/v1/queue/viduq2_text2video/requests/${body.request_id}/status`);
  assert.equal(other.status, 404);
  const same = await ask(`/model/v1/generation/task/${body.request_id}`, undefined, `Bearer ${stage.rich.key}`);
  assert.equal(same.body.status, 'in_progress');
  await ask(`/model/v1/generation/task/${body.request_id}/cancel`, {}, `Bearer ${stage.rich.key}`);
  stage.engine.outcome = 'succeed';
  await finishTask(stage.rich, body.request_id);
  assert.ok((await readTask(stage.rich, body.request_id)).finished_at);
});

test('the balance, as text', async () => {
  const { body } = await ask('/api/v1/user/balance', undefined, `Bearer ${stage.poor.key}`);
  const { data } = body as unknown as { data: Record<string, unknown> };
  assert.equal(data.balance, '0');
  assert.ok(Object.values(data).every((value) => typeof value === 'string'));
});
