/** Webhooks as a client of the native API meets them, against the real gateway. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Compile } from 'typebox/compile';
import {
  deliveryDetailSchema,
  deliveryListSchema,
  type WireDelivery,
  type WireDeliveryDetail,
  type WireTask,
} from '../../src/dialects/native/wire.ts';
import { type GatewayProcess, makeDirectory, startGatewayProcess } from '../support/gateway-process.ts';
import { finishTask } from '../support/native-client.ts';
import { assertGenuine, isGenuine, type Receiver, startReceiver } from '../support/receiver.ts';

const model = 'vidu/q2/reference-to-image';

let gateway: GatewayProcess;
let receiver: Receiver;
let gone: Receiver;
/** All that the endpoints ever had. */
const secrets: string[] = [];
before(async () => {
  receiver = await startReceiver((response) => response.writeHead(200).end('thanks'));
  gone = await startReceiver((response) => response.writeHead(410).end());
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: `${receiver.door},${gone.door}` } });
  for (const { url } of [receiver, gone]) await makeSecret(url);
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await gone[Symbol.asyncDispose]();
  assertGenuine([...receiver.received, ...gone.received], secrets);
});

async function send<Answer>(path: string, body?: unknown, status = 200): Promise<Answer> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await gateway.send(path, body === undefined ? {} : init);
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as Answer;
}

async function makeSecret(url: string): Promise<string> {
  const { secret } = await send<{ secret: string }>('/v1/webhook-secrets', { url }, 201);
  secrets.push(secret);
  return secret;
}

const create = (webhook: unknown, status = 201) =>
  send<WireTask>('/v1/tasks', { model, input: { prompt: 'a quiet lake' }, webhook }, status);

type List = { data: WireDelivery[]; next_cursor: string | null };
const list = (query: string) => send<List>(`/v1/deliveries?${query}`);

async function settled(task: WireTask, count: number): Promise<WireDelivery[]> {
  const end = Date.now() + 20_000;
  for (;;) {
    const { data } = await list(`task=${task.id}`);
    assert.ok(Date.now() < end, JSON.stringify(data));
    if (data.length === count && data.every(({ state }) => state !== 'pending')) return data;
    await new Promise((done) => setTimeout(done, 50));
  }
}

test('the end of a task is announced once, signed, with the task as any read gives it', async () => {
  const secret = await makeSecret(receiver.url);
  const task = await create({ url: receiver.url });
  const finished = await finishTask(gateway, task.id);
  const [delivery, ...others] = await settled(task, 1);
  assert.ok(delivery);
  assert.deepEqual(others, []);
  const own = receiver.received.filter(({ headers }) => headers['webhook-id'] === delivery.id);
  assert.equal(own.length, 1);
  const [received] = own;
  assert.ok(received && isGenuine(received, secret));
  assert.deepEqual(JSON.parse(received.body), {
    type: 'task.succeeded',
    timestamp: delivery.created_at,
    data: { task: finished },
  });
  assert.deepEqual([delivery.event, delivery.state, delivery.attempts], ['task.succeeded', 'delivered', 1]);
  const detail = await send<WireDeliveryDetail>(`/v1/deliveries/${delivery.id}`);
  assert.ok(Compile(deliveryDetailSchema).Check(detail));
  assert.deepEqual(
    detail.attempt_list.map(({ number, status, error, answer }) => ({ number, status, error, answer })),
    [{ number: 1, status: 200, error: null, answer: 'thanks' }],
  );
});

test('every event that was asked for is announced, and sent again on request', async () => {
  const task = await create({ url: gone.url, events: ['task.queued', 'task.running', 'task.succeeded'] });
  await finishTask(gateway, task.id);
  const deliveries = await settled(task, 3);
  assert.deepEqual(
    deliveries.map(({ event, state }) => [event, state]),
    [
      ['task.succeeded', 'failed'],
      ['task.running', 'failed'],
      ['task.queued', 'failed'],
    ],
  );
  const [first] = deliveries;
  assert.ok(first);
  const again = await send<WireDelivery>(`/v1/deliveries/${first.id}/resend`, {}, 202);
  assert.equal(again.id, first.id);
  await settled(task, 3);
  assert.equal((await send<WireDelivery>(`/v1/deliveries/${first.id}`)).attempts, 2);
  const [since, until] = [-60_000, 60_000].map((offset) => new Date(Date.now() + offset).toISOString());
  assert.deepEqual(await send('/v1/deliveries/resend', { since, until }, 202), { resent: 3 });
  const all = await settled(task, 3);
  assert.deepEqual(all.map(({ attempts }) => attempts).sort(), [2, 2, 3]);
  const failed = await list('state=failed&limit=2');
  assert.ok(Compile(deliveryListSchema).Check(failed));
  assert.equal(failed.data.length, 2);
  const rest = await list(`state=failed&limit=2&cursor=${failed.next_cursor}`);
  assert.deepEqual([rest.data.length, rest.next_cursor], [1, null]);
});

test('an endpoint secret is shown when it is made, and never again', async () => {
  const url = `${receiver.url}/secrets`;
  const path = `/v1/webhook-secrets?url=${encodeURIComponent(url)}`;
  await send(path, undefined, 404);
  type Made = { secret: string; url: string; previous_valid_until: string | null };
  const one = await send<Made>('/v1/webhook-secrets', { url }, 201);
  assert.deepEqual([one.url, one.previous_valid_until], [url, null]);
  const two = await send<Made>('/v1/webhook-secrets', { url }, 201);
  assert.notEqual(one.secret, two.secret);
  assert.ok(Date.parse(two.previous_valid_until ?? '') > Date.now() + 86_000_000);
  const facts = await send<object>(path);
  assert.deepEqual(Object.keys(facts).sort(), ['created_at', 'previous_valid_until', 'url']);
});

test('what a webhook may not be is refused with its field, and leaves no task', async () => {
  const before = (await send<{ data: WireTask[] }>('/v1/tasks?limit=100')).data.length;
  type Refusal = { error: { message: string; issues: { path: string }[] } };
  const cases: readonly [unknown, string, RegExp][] = [
    [{ url: 'http://example.org/hook' }, 'webhook.url', /https/],
    [{ url: 'hook' }, 'webhook.url', /https/],
    [{ url: 'https://127.0.0.1/hook' }, 'webhook.url', /does not fetch from/],
    [{ url: 'https://169.254.169.254/' }, 'webhook.url', /does not fetch from/],
    [{ url: 'https://user:pass@example.org/' }, 'webhook.url', /user name/],
    [{ url: 'https://example.org/a\nb' }, 'webhook.url', /control characters/],
    [{ url: `https://example.org/${'a'.repeat(2048)}` }, 'webhook.url', /2048/],
    [{}, 'webhook.url', /required/],
    [{ url: receiver.url, events: [] }, 'webhook.events', /at least 1/],
    [{ url: receiver.url, events: ['task.cancel_requested'] }, 'webhook.events[0]', /must be one of/],
    [{ url: receiver.url, headers: {} }, 'webhook.headers', /./],
  ];
  for (const [webhook, path, says] of cases) {
    const { error } = (await create(webhook, 422)) as unknown as Refusal;
    assert.deepEqual([error.issues[0]?.path, says.test(error.message)], [path, true], JSON.stringify(error));
  }
  assert.equal((await send<{ data: WireTask[] }>('/v1/tasks?limit=100')).data.length, before);
});

test('what is asked of deliveries and cannot be is refused', async () => {
  const unknown = `msg_${'0'.repeat(22)}`;
  await send(`/v1/deliveries/${unknown}`, undefined, 404);
  await send(`/v1/deliveries/${unknown}/resend`, {}, 404);
  await send('/v1/deliveries/nothing', undefined, 404);
  for (const query of ['limit=0', 'state=lost', 'task=x', 'cursor=x'])
    await send(`/v1/deliveries?${query}`, undefined, 422);
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString();
  const ranges = [
    { since: day(-31), until: day(0) },
    { since: day(0), until: day(-1) },
    { since: day(-1) },
    { since: '2026-11-21T10:00:00.000', until: day(0) },
    { since: day(-1), until: day(0), state: 'lost' },
  ];
  for (const range of ranges) await send('/v1/deliveries/resend', range, 422);
  await send('/v1/webhook-secrets', { url: 'http://example.org/' }, 422);
  await send('/v1/webhook-secrets', undefined, 422);
});

test('a gateway that is killed before it sends, sends after its next start', async () => {
  const directory = await makeDirectory();
  const environment = { FRAMEGATE_ALLOW_FETCH: receiver.door };
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: { prompt: 'a' }, webhook: { url: receiver.url, events: ['task.queued'] } }),
  };
  const stopped = { directory, environment: { ...environment, FRAMEGATE_WORKER_ENABLED: 'false' } };
  const first = await startGatewayProcess(stopped);
  const made = await first.send('/v1/webhook-secrets', { ...init, body: JSON.stringify({ url: receiver.url }) });
  secrets.push(((await made.json()) as { secret: string }).secret);
  const { id } = (await (await first.send('/v1/tasks', init)).json()) as WireTask;
  await first.stop('SIGKILL');
  const before = receiver.received.length;
  const second = await startGatewayProcess({ directory, environment });
  try {
    await receiver.count(before + 1);
    const { data } = (await (await second.send(`/v1/deliveries?task=${id}`)).json()) as List;
    assert.equal(receiver.received[before]?.headers['webhook-id'], data[0]?.id);
  } finally {
    await second[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  }
});
