/** Webhooks as a client of the native API meets them, against the real gateway. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Compile } from 'typebox/compile';
import { adminDeliveryDetailSchema, adminDeliveryListSchema } from '../../src/dialects/native/admin-wire.ts';
import {
  deliveryDetailSchema,
  deliveryListSchema,
  endpointListSchema,
  type WireDelivery,
  type WireDeliveryDetail,
  type WireEndpoint,
} from '../../src/dialects/native/webhooks-wire.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { addMember, askAdmin } from '../support/admin-client.ts';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { finishTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
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

/** The deliveries of a task once all are final; `count` of them, if that is known. */
async function settled(task: WireTask, count?: number): Promise<WireDelivery[]> {
  const end = Date.now() + 20_000;
  for (;;) {
    const { data } = await list(`limit=100&task=${task.id}`);
    assert.ok(Date.now() < end, JSON.stringify(data));
    const isWhole = count === undefined || data.length === count;
    if (isWhole && data.every(({ state }) => state !== 'pending')) return data;
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

test('an endpoint that fails is seen, and enabled on request', async () => {
  const task = await create({ url: gone.url, events: ['task.queued'] });
  await settled(task, 1);
  type Endpoints = { data: WireEndpoint[]; next_cursor: string | null };
  const failing = await send<Endpoints>('/v1/webhook-endpoints');
  assert.ok(Compile(endpointListSchema).Check(failing));
  assert.deepEqual(
    failing.data.map(({ url, disabled_at }) => [url, disabled_at]),
    [[gone.url, null]],
  );
  assert.ok(Date.parse(failing.data[0]?.failing_since ?? '') <= Date.now());
  assert.deepEqual((await send<Endpoints>(`/v1/webhook-endpoints?cursor=${encodeURIComponent(gone.url)}`)).data, []);
  const well = { url: gone.url, failing_since: null, last_failed_at: null, disabled_at: null };
  for (let times = 0; times < 2; times += 1) {
    assert.deepEqual(await send('/v1/webhook-endpoints/enable', { url: gone.url }), well);
  }
  assert.deepEqual(await send<Endpoints>('/v1/webhook-endpoints'), { data: [], next_cursor: null });
  await send('/v1/webhook-endpoints/enable', {}, 422);
});

test('progress is told while the task runs, twice a second at most, and each time once', async () => {
  const photo = await uploadFile(gateway, readPhoto('chelsea.png'));
  const films = 'vidu/q2-pro/image-to-video';
  const body = {
    model: films,
    input: { prompt: 'the camera pushes in', images: [photo.id], duration: 4 },
    webhook: { url: receiver.url, events: ['task.running', 'task.progress', 'task.succeeded'] },
  };
  const task = await send<WireTask>('/v1/tasks', body, 201);
  await finishTask(gateway, task.id);
  const deliveries = await settled(task);
  const ids = new Set(deliveries.map(({ id }) => id));
  type Told = { type: string; timestamp: string; data: { task: WireTask } };
  const told = receiver.received
    .filter(({ headers }) => ids.has(String(headers['webhook-id'])))
    .map((received) => JSON.parse(received.body) as Told);
  const progress = told.filter(({ type }) => type === 'task.progress');
  assert.ok(progress.length > 0, JSON.stringify(told.map(({ type }) => type)));
  const times = progress.map(({ timestamp }) => Date.parse(timestamp)).sort((one, other) => one - other);
  for (const [index, time] of times.entries()) assert.ok(index === 0 || time - (times[index - 1] ?? 0) >= 500);
  assert.ok(progress.every(({ data }) => data.task.progress > 0));
  const waiting = deliveries.filter(({ event, attempts }) => event === 'task.progress' && attempts !== 1);
  assert.deepEqual(waiting, []);
});

test('the owner sees the deliveries of all tenants, and sends them again', async () => {
  const other = await addMember(gateway);
  const webhook = { url: gone.url, events: ['task.queued'] };
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const secret = await other.send('/v1/webhook-secrets', { ...init, body: JSON.stringify({ url: gone.url }) });
  secrets.push(((await secret.json()) as { secret: string }).secret);
  const task = { model, input: { prompt: 'a quiet lake' }, webhook };
  const made = (await (await other.send('/v1/tasks', { ...init, body: JSON.stringify(task) })).json()) as WireTask;
  await gone.count(1);
  type Owned = WireDeliveryDetail & { tenant: string };
  type Page = { data: Owned[]; next_cursor: string | null };
  const ended = async (attempts: number) => {
    const end = Date.now() + 20_000;
    for (;;) {
      const [newest] = (await askAdmin<Page>(gateway, `/deliveries?tenant=${other.tenant}`)).data;
      if (newest !== undefined && newest.state === 'failed' && newest.attempts === attempts) return newest;
      assert.ok(Date.now() < end, JSON.stringify(newest));
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const delivery = await ended(1);
  assert.deepEqual([delivery.task, delivery.tenant], [made.id, other.tenant]);
  const all = await askAdmin<Page>(gateway, '/deliveries?limit=100');
  assert.ok(Compile(adminDeliveryListSchema).Check(all));
  assert.ok(new Set(all.data.map(({ tenant }) => tenant)).size > 1);
  const page = await askAdmin<Page>(gateway, '/deliveries?limit=1&state=failed');
  const next = await askAdmin<Page>(gateway, `/deliveries?limit=1&state=failed&cursor=${page.next_cursor}`);
  assert.notEqual(next.data[0]?.id, page.data[0]?.id);
  const detail = await askAdmin<Owned>(gateway, `/deliveries/${delivery.id}`);
  assert.ok(Compile(adminDeliveryDetailSchema).Check(detail));
  assert.deepEqual([detail.attempt_list.length, detail.attempt_list[0]?.status], [1, 410]);
  assert.equal((await askAdmin<Owned>(gateway, `/deliveries/${delivery.id}/resend`, {})).state, 'pending');
  await ended(2);
  await assert.rejects(askAdmin(gateway, `/deliveries/msg_${'0'.repeat(22)}`), /404/);
  await assert.rejects(askAdmin(gateway, '/deliveries?tenant=x'), /422/);
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
    await removeDirectory(directory);
  }
});
