/** Keys, tenants and money of a real server: caps, revocation, wrong keys, the owner's API and the command line. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import {
  adminTaskListSchema,
  engineListSchema,
  entryListSchema,
  keyListSchema,
  newKeySchema,
  tenantListSchema,
  type WireEntry,
  type WireKey,
  type WireReconciliation,
  type WireTenant,
} from '../../src/dialects/native/admin-wire.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { failureLimit } from '../../src/http/failures.ts';
import { addMember, askAdmin, type Member, sendFrom } from '../support/admin-client.ts';
import { runCommand } from '../support/command.ts';
import {
  adminKey,
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
  testKey,
} from '../support/gateway-process.ts';
import { createTask } from '../support/native-client.ts';
import { findTraces } from '../support/traces.ts';

const model = 'vidu/q2/reference-to-image';
/** What the picture of these tests costs. */
const price = 30_000;
const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ model, input: { prompt: 'a quiet lake' } });
const charged = { FRAMEGATE_WORKER_ENABLED: 'false', FRAMEGATE_PREVIEW_PRICE: 'list' };

let gateway: GatewayProcess;
before(async () => {
  gateway = await startGatewayProcess({ environment: charged });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

const submit = (member: Pick<Member, 'send'>) => member.send('/v1/tasks', { method: 'POST', headers: json, body });
const keysOf = async ({ tenant }: Member, at = gateway) =>
  (await askAdmin<{ data: WireKey[] }>(at, `/tenants/${tenant}/keys`)).data;
const reconcile = (at = gateway) => askAdmin<WireReconciliation>(at, '/reconcile', {});

test('of 50 submits at once on a cap for one, one is accepted; what is released gives room again', async () => {
  const member = await addMember(gateway, { spend_cap_micros: price });
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: 100 * price, note: 'for the test' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => submit(member)));
  const accepted = answers.filter(({ status }) => status === 201);
  assert.equal(accepted.length, 1);
  for (const answer of answers) {
    if (answer.status === 201) continue;
    assert.equal(answer.status, 402);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'insufficient_credit');
    assert.match(error.message, /^This key's spend cap/);
  }
  assert.deepEqual((await keysOf(member))[0]?.spent_micros, price);
  const runcomfy = await member.send(`/v1/models/${model}`, {
    method: 'POST',
    headers: json,
    body: '{"prompt":"a lake"}',
  });
  assert.equal(runcomfy.status, 402);
  const [first] = accepted;
  assert.ok(first);
  const { id } = (await first.json()) as WireTask;
  assert.equal((await member.send(`/v1/tasks/${id}/cancel`, { method: 'POST' })).status, 200);
  assert.equal((await submit(member)).status, 201);
  const { data } = await askAdmin<{ data: WireEntry[] }>(gateway, `/tenants/${member.tenant}/ledger`);
  assert.deepEqual(
    data.map(({ kind }) => kind),
    ['reserve', 'release', 'reserve', 'grant'],
  );
  assert.equal(data.at(-1)?.note, 'for the test');
  assert.deepEqual((await reconcile()).differences, []);
});

test('a tenant without credit submits nothing that costs', async () => {
  const member = await addMember(gateway);
  assert.equal((await submit(member)).status, 402);
  assert.equal((await keysOf(member))[0]?.spent_micros, 0);
});

test('a key that is revoked during load stops at once here, and its last use is known', async () => {
  const member = await addMember(gateway);
  let revokedAt = Number.POSITIVE_INFINITY;
  let lastGood = 0;
  let refusals = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (refusals < 50) {
      const sentAt = performance.now();
      const headers = { authorization: `Bearer ${member.key}` };
      // From elsewhere: what is refused here counts as wrong keys.
      const { status } = await sendFrom(gateway, '/v1/tasks', { headers, from: '127.3.0.1' });
      if (status === 200) lastGood = Math.max(lastGood, sentAt);
      else refusals += 1;
      // It must end whatever the server does.
      if (performance.now() > revokedAt + 10_000) return;
    }
  });
  await delay(300);
  await askAdmin(gateway, `/tenants/${member.tenant}/keys/${member.keyId}/revoke`, {});
  revokedAt = performance.now();
  await Promise.all(load);
  assert.ok(refusals >= 50);
  assert.ok(lastGood < revokedAt, `still good ${lastGood - revokedAt} ms after its revocation`);
  const [key] = await keysOf(member);
  assert.ok(key?.revoked_at);
  assert.ok(key.last_used_at);
});

test('wrong keys are slowed by address; a valid key from there is not, nor is any other address', async () => {
  const from = '127.2.0.1';
  const wrong = { authorization: 'Bearer not-a-key-0123456789' };
  const good = { authorization: `Bearer ${testKey}` };
  const forged = (index: number) => ({ 'x-forwarded-for': `10.0.0.${index}`, forwarded: `for=10.0.0.${index}` });
  for (let index = 0; index < failureLimit; index += 1) {
    const headers = { ...wrong, ...forged(index) };
    assert.equal((await sendFrom(gateway, '/v1/tasks', { from, headers })).status, 401);
  }
  const native = await sendFrom(gateway, '/v1/tasks', { from, headers: { ...wrong, ...forged(99) } });
  assert.equal(native.status, 429);
  assert.match(native.body, /"rate_limited"/);
  const seconds = Number(native.headers['retry-after']);
  assert.ok(seconds >= 1 && seconds <= 60, String(seconds));
  const runcomfy = await sendFrom(gateway, '/v1/models', { from, headers: wrong });
  assert.deepEqual([runcomfy.status, /"error_code":429001/.test(runcomfy.body)], [429, true]);
  assert.equal((await sendFrom(gateway, '/v1/admin/status', { from, headers: wrong })).status, 429);
  assert.equal((await sendFrom(gateway, '/v1/tasks', { from, headers: good })).status, 200);
  const owner = { authorization: `Bearer ${adminKey}` };
  assert.equal((await sendFrom(gateway, '/v1/admin/status', { from, headers: owner })).status, 200);
  assert.equal((await sendFrom(gateway, '/v1/tasks', { from: '127.2.0.2', headers: wrong })).status, 401);
});

test("the owner's API answers as it is described, and refuses what it does not know", async () => {
  const member = await addMember(gateway, { scopes: ['read'], expires_at: '2999-01-01T00:00:00.000Z' });
  await createTask(gateway, model, { prompt: 'a quiet lake' });
  const described: [string, { Check(value: unknown): boolean }][] = [
    ['/tenants', Compile(tenantListSchema)],
    [`/tenants/${member.tenant}/keys`, Compile(keyListSchema)],
    [`/tenants/${member.tenant}/ledger`, Compile(entryListSchema)],
    ['/tasks?limit=2&state=queued', Compile(adminTaskListSchema)],
    ['/engines', Compile(engineListSchema)],
  ];
  for (const [path, schema] of described) assert.ok(schema.Check(await askAdmin(gateway, path)), path);
  const made = await askAdmin(gateway, `/tenants/${member.tenant}/keys`, { name: 'one more' });
  assert.ok(Compile(newKeySchema).Check(made));
  const refused: [string, unknown, number, string][] = [
    ['/tenants', {}, 422, 'name'],
    ['/tenants', { name: 'x', balance_micros: 5 }, 422, 'balance_micros'],
    [`/tenants/${member.tenant}/keys`, { name: 'x', scopes: ['admin'] }, 422, 'scopes'],
    [`/tenants/${member.tenant}/keys`, { name: 'x', scopes: [] }, 422, 'scopes'],
    [`/tenants/${member.tenant}/keys`, { name: 'x', spend_cap_micros: -1 }, 422, 'spend_cap_micros'],
    [`/tenants/${member.tenant}/keys`, { name: 'x', expires_at: '2001-01-01T00:00:00Z' }, 422, 'expires_at'],
    [`/tenants/${member.tenant}/keys`, { name: 'FRAMEGATE_KEY' }, 409, 'FRAMEGATE_KEY'],
    [`/tenants/${member.tenant}/grants`, { amount_micros: 0 }, 422, 'amount_micros'],
    [`/tenants/${member.tenant}/grants`, { amount_micros: 1.5 }, 422, 'amount_micros'],
    [`/tenants/tenant_${'0'.repeat(22)}/grants`, { amount_micros: 1 }, 404, 'tenant'],
    [`/tenants/${member.tenant}/keys/key_${'0'.repeat(22)}/revoke`, {}, 404, 'key'],
  ];
  for (const [path, wish, status, word] of refused) {
    const response = await fetch(`${gateway.url}/v1/admin${path}`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${adminKey}` },
      body: JSON.stringify(wish),
    });
    const text = await response.text();
    assert.equal(response.status, status, `${path} ${text}`);
    assert.ok(text.includes(word), text);
  }
  const openApi = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown; operationId: string }>>;
  };
  assert.deepEqual(openApi.paths['/v1/admin/tenants/{id}/keys/{key}/revoke']?.post?.security, [{ admin_key: [] }]);
  assert.equal(openApi.paths['/v1/tasks']?.post?.security, undefined);
});

test('an expired key stops by itself', async () => {
  const expiresAt = Date.now() + 4_000;
  const member = await addMember(gateway, { expires_at: new Date(expiresAt).toISOString() });
  assert.equal((await member.send('/v1/tasks')).status, 200);
  await delay(Math.max(0, expiresAt - Date.now()) + 100);
  assert.equal((await member.send('/v1/tasks')).status, 401);
});

test('the tasks of all tenants are listed, filtered and paged for the owner alone', async () => {
  const member = await addMember(gateway);
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: 10 * price });
  const made: string[] = [];
  for (let count = 0; count < 3; count += 1) made.push(((await (await submit(member)).json()) as WireTask).id);
  type Page = { data: (WireTask & { tenant: string; key: string })[]; next_cursor: string | null };
  const first = await askAdmin<Page>(gateway, `/tasks?tenant=${member.tenant}&limit=2`);
  const second = await askAdmin<Page>(gateway, `/tasks?tenant=${member.tenant}&limit=2&cursor=${first.next_cursor}`);
  const listed = [...first.data, ...second.data];
  assert.deepEqual(
    listed.map(({ id }) => id),
    made.toReversed(),
  );
  assert.ok(listed.every(({ tenant, key }) => tenant === member.tenant && key === member.keyId));
  assert.equal(second.next_cursor, null);
  const all = await askAdmin<Page>(gateway, '/tasks?limit=1');
  assert.equal(all.data[0]?.id, made.at(-1));
});

test('the command line makes tenants and keys, grants, lists, revokes and reconciles', async () => {
  const run = (...argv: string[]) => runCommand(gateway.directory, ...argv);
  const made = await run('tenants', 'create', 'acme');
  assert.match(made.stdout, /^tenant_[0-9A-Za-z]{22}$/);
  assert.deepEqual(await run('grant', 'acme', '0.25', 'for', 'autumn'), {
    code: 0,
    stdout: 'acme has 0.25 USD',
    stderr: '',
  });
  assert.match((await run('tenants', 'list')).stdout, /^tenant_\w{22} +acme +0\.25 +0$/m);
  const key = await run('keys', 'create', 'acme', 'site', '--scopes', 'read', '--cap=1.50');
  assert.match(key.stdout, /^fgk_[0-9A-Za-z]{38}$/);
  const headers = { authorization: `Bearer ${key.stdout}` };
  assert.equal((await fetch(`${gateway.url}/v1/tasks`, { headers })).status, 200);
  const list = (await run('keys', 'list', made.stdout)).stdout;
  const id = /^(key_\w{22}) +site +fgk_\S+ +read +0 of 1\.5 .*good$/m.exec(list)?.[1];
  assert.ok(id, list);
  assert.equal((await run('keys', 'revoke', 'acme', id)).code, 0);
  assert.equal((await fetch(`${gateway.url}/v1/tasks`, { headers })).status, 401);
  assert.match((await run('keys', 'list', 'acme')).stdout, /revoked$/m);
  const found = await run('models', 'vidu', 'q2', '--operation', 'reference-to-image', '--available=true');
  assert.match(found.stdout, /^vidu\/q2\/reference-to-image +reference-to-image +0\.0\d+ +preview engine$/m);
  const missing = await run('models', 'kling 2.6', '--operation=motion-control');
  assert.match(
    missing.stdout,
    /kling\/v2\.6-pro\/motion-control .* needs the engine runninghub \(RUNNINGHUB_API_KEY\)/,
  );
  assert.equal((await run('models', '--operation', 'dance')).code, 1);
  const proof = await run('reconcile');
  assert.deepEqual([proof.code, /all sums are right$/.test(proof.stdout)], [0, true]);
  assert.equal((await run('keys', 'list', 'nobody')).code, 1);
  assert.equal((await run('keys', 'sing')).code, 2);
  assert.equal((await run('grant', 'acme', 'much')).code, 2);
  assert.match((await run('help')).stdout, /framegate keys revoke <tenant> <key id>/);
});

test('the store, its log and every other file hold no key; planted corruption is found', async () => {
  const directory = await makeDirectory();
  try {
    let member: Member;
    let task: WireTask;
    {
      await using first = await startGatewayProcess({ directory, environment: charged });
      member = await addMember(first);
      await askAdmin(first, `/tenants/${member.tenant}/grants`, { amount_micros: 10 * price });
      task = (await (await submit(member)).json()) as WireTask;
      assert.deepEqual((await reconcile(first)).differences, []);
      assert.deepEqual(await findTraces(directory, [member.key, testKey]), []);
      await first.stop();
    }
    const database = new DatabaseSync(join(directory, 'framegate.db'));
    database.exec(`DROP TRIGGER ledger_entry_no_update;
      UPDATE ledger_entry SET amount_micros = amount_micros + 1 WHERE kind = 'reserve';
      UPDATE api_key SET spent_micros = spent_micros + 5 WHERE public_id = '${member.keyId}';`);
    database.close();
    await using second = await startGatewayProcess({ directory, environment: charged });
    const { differences } = await reconcile(second);
    assert.deepEqual(differences, [
      { kind: 'task', id: task.id, what: 'reserve', expected_micros: price, found_micros: price + 1 },
      { kind: 'key', id: member.keyId, what: 'spent', expected_micros: price, found_micros: price + 5 },
      {
        kind: 'tenant',
        id: member.tenant,
        what: 'balance',
        expected_micros: 9 * price - 1,
        found_micros: 9 * price,
      },
    ]);
    const told = await runCommand(directory, 'reconcile');
    assert.equal(told.code, 1);
    assert.match(told.stdout, /3 differences$/);
  } finally {
    await removeDirectory(directory);
  }
});

test('changing FRAMEGATE_KEY revokes the former one, and it cannot come back', async () => {
  const directory = await makeDirectory();
  const next = 'next-key-0123456789abcdef';
  try {
    {
      await using first = await startGatewayProcess({ directory });
      assert.equal((await first.send('/v1/tasks')).status, 200);
      await first.stop();
    }
    {
      await using second = await startGatewayProcess({ directory, environment: { FRAMEGATE_KEY: next } });
      assert.equal((await second.send('/v1/tasks')).status, 401);
      assert.equal((await second.send('/v1/tasks', { headers: { authorization: `Bearer ${next}` } })).status, 200);
      const [tenant] = (await askAdmin<{ data: WireTenant[] }>(second, '/tenants')).data;
      const { data } = await askAdmin<{ data: WireKey[] }>(second, `/tenants/${tenant?.id}/keys`);
      assert.deepEqual(
        data.map(({ name, revoked_at: revokedAt }) => [name, revokedAt === null]),
        [
          ['FRAMEGATE_KEY', false],
          ['FRAMEGATE_KEY', true],
        ],
      );
      await second.stop();
    }
    await assert.rejects(startGatewayProcess({ directory }), /FRAMEGATE_KEY is a key that was revoked/);
  } finally {
    await removeDirectory(directory);
  }
});
