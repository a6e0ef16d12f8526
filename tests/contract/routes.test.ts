/** Every route of every dialect, asked without a key, with a wrong one, with a revoked one, and by the wrong tenant. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { loadConfig } from '../../src/config.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Dialect, DialectServices, Route } from '../../src/dialects/dialect.ts';
import type { NativeOptions } from '../../src/dialects/native/index.ts';
import { createDialects } from '../../src/dialects/registry.ts';
import { addMember, askAdmin, type Member, sendFrom } from '../support/admin-client.ts';
import { adminKey, type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { createTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

const model = 'vidu/q2/reference-to-image';
const json = { 'content-type': 'application/json' };

// Only the lists of routes are read from these; the requests go to a real server.
const { values } = await loadConfig([], {}, tmpdir());
const dialects = createDialects({ gateway: {} } as DialectServices, { values, native: {} as NativeOptions });

let gateway: GatewayProcess;
let one: Member;
let other: Member;
let revoked: Member;
before(async () => {
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_WORKER_ENABLED: 'false' } });
  one = await addMember(gateway);
  other = await addMember(gateway);
  revoked = await addMember(gateway);
  await askAdmin(gateway, `/tenants/${revoked.tenant}/keys/${revoked.keyId}/revoke`, {});
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** A route whose key stands in its path gets this one there. */
function fill(path: string, key = 'a-key-in-a-path-0123456789'): string {
  return path
    .replaceAll(/:model\{\.\+\}/g, model)
    .replaceAll(/:key\{[^}]*\}/g, key)
    .replaceAll(/:[a-zA-Z]+(\{[^}]*\})?/g, 'task_0000000000000000000000');
}

/** What is the same in every answer of a kind. */
const shapeOf = (text: string) =>
  text
    .replaceAll(/"[^"]*(message|request_id|trace_id|Message|msg|detail)":"[^"]*"/g, '')
    .replaceAll(/"errorMessages":\[[^\]]*\]/g, '"errorMessages":null');

/** How a route says no: status and shape. */
async function refusalOf(dialect: Dialect, route: Route, error: GatewayError) {
  const answer = (route.encodeError ?? dialect.encodeError)(error, '');
  return { status: answer.status, shape: shapeOf(await answer.text()) };
}

/** Each with an address of its own, so that wrong keys do not add up. */
let address = 0;
async function assertRefused(dialect: Dialect, route: Route, authorization: string | undefined): Promise<void> {
  address += 1;
  const answer = await sendFrom(gateway, fill(route.path), {
    method: route.method,
    headers: { ...json, ...(authorization === undefined ? {} : { authorization }) },
    // Node's client sends the body of a DELETE without its length.
    ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { body: '{"prompt": ' }),
    from: `127.1.${address >> 8}.${address & 255}`,
  });
  const wrong = await refusalOf(dialect, route, new GatewayError('unauthenticated', ''));
  // Some APIs say that a parameter is missing when it is the key.
  const issues = [{ path: ['apiKey'], rule: 'required', message: '' }];
  const missing = await refusalOf(dialect, route, new GatewayError('unauthenticated', '', { issues }));
  const given = { status: answer.status, shape: shapeOf(answer.body) };
  const isMissing = authorization === undefined && given.shape === missing.shape;
  const label = `${dialect.name} ${route.method} ${route.path}: ${answer.body}`;
  assert.deepEqual(given, isMissing ? missing : wrong, label);
}

for (const dialect of dialects) {
  describe(`${dialect.name}: what needs a key`, () => {
    const closed = dialect.routes.filter(({ access }) => access !== 'public');
    const wrong = {
      'no key': () => undefined,
      'a key that nobody has': () => 'Bearer somebody-elses-key-0123456789',
      'a key with a wrong checksum': () => `Bearer ${one.key.slice(0, -1)}${one.key.endsWith('0') ? '1' : '0'}`,
      'a broken header': () => `Bearer ${one.key} again`,
      'a revoked key': () => `Bearer ${revoked.key}`,
    };
    for (const [title, authorization] of Object.entries(wrong)) {
      test(`${closed.length} routes refuse ${title}`, async () => {
        for (const route of closed) await assertRefused(dialect, route, authorization());
      });
    }
    test('no key opens what is for another kind of key', async () => {
      for (const route of closed) {
        await assertRefused(dialect, route, `Bearer ${route.access === 'admin' ? testKey : adminKey}`);
      }
    });
  });
}

test('a key counts only in its header, not in the query or a cookie', async () => {
  const places = [`/v1/tasks?key=${one.key}&access_token=${one.key}`, '/v1/tasks'];
  for (const path of places) {
    const answer = await sendFrom(gateway, path, { headers: { cookie: `key=${one.key}` } });
    assert.equal(answer.status, 401);
  }
});

test('two different credentials in one request are refused; the same one twice is one', async () => {
  const both = [`Bearer ${one.key}`, `Bearer ${other.key}`];
  for (const path of ['/v1/tasks', '/v1/models']) {
    const doubled = await sendFrom(gateway, path, { headers: { authorization: both } });
    assert.equal(doubled.status, 401);
    assert.match(doubled.body, /two different credentials/);
  }
  const headers = { authorization: `Bearer ${one.key}`, 'x-api-key': other.key };
  assert.equal((await sendFrom(gateway, '/v1/tasks', { headers })).status, 401);
  assert.equal((await sendFrom(gateway, '/v1/tasks', { headers: { ...headers, 'x-api-key': one.key } })).status, 200);
});

test('a read key reads and may not submit, in every dialect; a submit key may not read', async () => {
  const reader = await addMember(gateway, { scopes: ['read'] }, one.tenant);
  const writer = await addMember(gateway, { scopes: ['submit'] }, one.tenant);
  for (const dialect of dialects) {
    for (const route of dialect.routes) {
      const { method, path, access, scope = method === 'GET' ? 'read' : 'submit' } = route;
      if (access !== 'tenant') continue;
      const wanted = await refusalOf(dialect, route, new GatewayError('forbidden', ''));
      const isForbidden = async (member: Member) => {
        const body = method === 'GET' ? {} : { body: '{}' };
        const headers = { ...json, prefer: 'wait=0' };
        const response = await member.send(fill(path, member.key), { method, headers, ...body });
        // Of what goes well nothing is read: an event stream does not end.
        const isRead = /json/.test(response.headers.get('content-type') ?? '');
        const text = isRead ? await response.text() : '';
        await response.body?.cancel().catch(() => undefined);
        // A vendor's code may stand for other refusals, too.
        return isDeepStrictEqual({ status: response.status, shape: shapeOf(text) }, wanted) && /scope/.test(text);
      };
      const [allowed, refused] = scope === 'read' ? [reader, writer] : [writer, reader];
      assert.equal(await isForbidden(refused), true, `${dialect.name} ${method} ${path}`);
      assert.equal(await isForbidden(allowed), false, `${dialect.name} ${method} ${path}`);
    }
  }
  const refused = await reader.send('/v1/tasks', { method: 'POST', headers: json, body: '{}' });
  const { error } = (await refused.json()) as { error: { code: string; message: string } };
  assert.equal(error.code, 'forbidden');
  assert.match(error.message, /scope submit/);
});

test('a foreign id says no more than an unknown one, natively and in RunComfy', async () => {
  const task = await createTask(one, model, { prompt: 'a quiet lake' });
  const artifact = await uploadFile(one, readPhoto('chelsea.png'));
  const begun = await one.send('/v1/uploads/sessions', { method: 'POST', headers: json, body: '{"size_bytes": 3}' });
  const { id: upload } = (await begun.json()) as { id: string };
  const piece = { headers: { 'upload-offset': '0' }, body: 'abc' };
  const submitted = await one.send(`/v1/models/${model}`, {
    method: 'POST',
    headers: json,
    body: '{"prompt": "a quiet lake"}',
  });
  const { request_id: wireId } = (await submitted.json()) as { request_id: string };
  const link = { body: '{"expires_in": 60}' };
  const taken: [string, string, string, string, object?][] = [
    ['GET', '/v1/tasks/', task.id, ''],
    ['GET', '/v1/tasks/', wireId, ''],
    ['POST', '/v1/tasks/', task.id, '/cancel'],
    ['GET', '/v1/tasks/', task.id, '/events'],
    ['GET', '/v1/tasks?cursor=', task.id, ''],
    ['GET', '/v1/artifacts/', artifact.id, ''],
    ['POST', '/v1/artifacts/', artifact.id, '/links', link],
    ['GET', '/v1/uploads/sessions/', upload, ''],
    ['PATCH', '/v1/uploads/sessions/', upload, '', piece],
    ['POST', '/v1/uploads/sessions/', upload, '/complete'],
    ['DELETE', '/v1/uploads/sessions/', upload, ''],
    ['GET', '/v1/requests/', wireId, '/status'],
    ['GET', '/v1/requests/', wireId, '/result'],
    ['POST', '/v1/requests/', wireId, '/cancel'],
  ];
  const unknown = (id: string) =>
    id === wireId ? '0b6ee3b8-7c2c-4f0e-9f4f-1df7a1f0b6aa' : `${id.split('_')[0]}_${'0'.repeat(22)}`;
  const told = async (member: Member, method: string, path: string, extra: object = {}) => {
    const response = await member.send(path, { method, headers: json, ...extra });
    const text = response.ok ? '' : await response.text();
    await response.body?.cancel().catch(() => undefined);
    return { status: response.status, text: text.replaceAll(/"request_id":"[^"]*"/g, '') };
  };
  for (const [method, start, id, end, extra] of taken) {
    const foreign = await told(other, method, start + id + end, extra);
    assert.deepEqual(foreign, await told(other, method, start + unknown(id) + end, extra));
    assert.equal(foreign.status, 404, `${method} ${start}${id}${end}`);
  }
  const body = JSON.stringify({ model, input: { prompt: 'hello', images: [artifact.id] } });
  const used = await other.send('/v1/tasks', { method: 'POST', headers: json, body });
  assert.equal(used.status, 422);
  for (const query of ['', '?state=queued', `?model=${model}`, '?limit=100']) {
    const list = (await (await other.send(`/v1/tasks${query}`)).json()) as { data: unknown[] };
    assert.deepEqual(list.data, []);
  }
  // Nothing above moved what is the other's.
  const kept = await one.send(`/v1/uploads/sessions/${upload}`);
  assert.equal(((await kept.json()) as { offset: number }).offset, 0);
  assert.equal((await one.send(`/v1/tasks/${task.id}`)).status, 200);
  const seen = (await (await one.send(`/v1/requests/${wireId}/status`)).json()) as { status: string };
  assert.equal(seen.status, 'in_queue');
});
