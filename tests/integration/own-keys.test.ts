/** A tenant that looks after its own keys, ledger and usage, and what a limited key may not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient, FramegateError } from '../../sdk/index.ts';
import { type GatewayProcess, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { createTask, finishTask } from '../support/native-client.ts';

let gateway: GatewayProcess;
before(async () => {
  gateway = await startGatewayProcess();
});
after(() => gateway[Symbol.asyncDispose]());

const clientOf = (key: string) => createClient({ baseUrl: gateway.url, key });
const isCode = (code: string) => (error: unknown) => error instanceof FramegateError && error.code === code;

test('an unlimited key makes keys, which work, and revokes them', async () => {
  const tenant = clientOf(testKey);
  const made = await tenant.call('createOwnKey', { body: { name: 'website', spend_cap_micros: 5_000_000 } });
  assert.equal(made.spend_cap_micros, 5_000_000);
  const { key } = await clientOf(made.key).call('getAccount', {});
  assert.equal(key.id, made.id);
  const { data } = await tenant.call('listOwnKeys', {});
  assert.ok(data.some(({ id }) => id === made.id));
  assert.ok(!JSON.stringify(data).includes(made.key));
  await tenant.call('revokeOwnKey', { path: { id: made.id } });
  await assert.rejects(clientOf(made.key).call('getAccount', {}), isCode('unauthenticated'));
});

test('a key with any limit makes no other and revokes none but itself', async () => {
  const tenant = clientOf(testKey);
  const other = await tenant.call('createOwnKey', { body: { name: 'other' } });
  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
  const limits = [
    { scopes: ['submit'] as const },
    { scopes: ['read'] as const },
    { spend_cap_micros: 1_000 },
    { concurrency: 1 },
    { expires_at: tomorrow },
  ];
  for (const [index, limit] of limits.entries()) {
    const made = await tenant.call('createOwnKey', { body: { name: `limited ${index}`, ...limit } });
    const limited = clientOf(made.key);
    await assert.rejects(limited.call('createOwnKey', { body: { name: 'more' } }), isCode('forbidden'));
    await assert.rejects(limited.call('revokeOwnKey', { path: { id: other.id } }), isCode('forbidden'));
    if (!('scopes' in limit) || limit.scopes[0] !== 'read') {
      const revoked = await limited.call('revokeOwnKey', { path: { id: made.id } });
      assert.ok(revoked.revoked_at);
    }
  }
});

test('the key of the configuration is not to be revoked here', async () => {
  const tenant = clientOf(testKey);
  const { key } = await tenant.call('getAccount', {});
  await assert.rejects(tenant.call('revokeOwnKey', { path: { id: key.id } }), isCode('conflict'));
});

test("no tenant sees or revokes another's keys", async () => {
  const owner = createClient({ baseUrl: gateway.url, key: 'admin-key-0123456789abcdef' });
  const { id: stranger } = await owner.call('createTenant', { body: { name: 'stranger' } });
  const made = await owner.call('createKey', { path: { id: stranger }, body: { name: 'theirs' } });
  const { data } = await clientOf(testKey).call('listOwnKeys', {});
  assert.ok(data.every(({ tenant }) => tenant !== stranger));
  await assert.rejects(clientOf(testKey).call('revokeOwnKey', { path: { id: made.id } }), isCode('not_found'));
  const theirs = clientOf(made.key);
  assert.deepEqual((await theirs.call('getUsage', {})).data, []);
  assert.deepEqual((await theirs.call('listOwnLedger', {})).data, []);
});

test('usage and spans of time count the tasks, and the ledger is the own one', async () => {
  const tenant = clientOf(testKey);
  const first = await finishTask(gateway, (await createTask(gateway, 'preview/text-to-image', { prompt: 'One' })).id);
  const second = await finishTask(gateway, (await createTask(gateway, 'preview/text-to-image', { prompt: 'Two' })).id);
  const { data, until } = await tenant.call('getUsage', { query: { days: 7 } });
  const rows = data.filter(({ model }) => model === 'preview/text-to-image');
  assert.equal(until, new Date().toISOString().slice(0, 10));
  assert.equal(
    rows.reduce((sum, { tasks }) => sum + tasks, 0),
    2,
  );
  assert.equal(
    rows.reduce((sum, row) => sum + row.list_micros, 0),
    first.cost.list_micros + second.cost.list_micros,
  );
  const list = async (query: { created_from?: string; created_before?: string; limit?: number }) =>
    (await tenant.call('listTasks', { query })).data.map(({ id }) => id);
  assert.deepEqual(await list({ created_from: first.created_at }), [second.id, first.id]);
  assert.deepEqual(await list({ created_before: second.created_at }), [first.id]);
  assert.deepEqual(await list({ created_from: second.created_at, limit: 1 }), [second.id]);
  assert.deepEqual(await list({ created_before: first.created_at }), []);
  const nextYear = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000).toISOString();
  assert.deepEqual(await list({ created_from: nextYear }), []);
  await assert.rejects(list({ created_from: 'yesterday' }), isCode('invalid_input'));
  await assert.rejects(tenant.call('getUsage', { query: { days: 91 } }), isCode('invalid_input'));
  const { data: entries } = await tenant.call('listOwnLedger', { query: { limit: 5 } });
  assert.ok(entries.every(({ kind }) => ['grant', 'reserve', 'capture', 'release'].includes(kind)));
});

test('the owner sees how many wait for an engine, and how full the disk is', async () => {
  const owner = createClient({ baseUrl: gateway.url, key: 'admin-key-0123456789abcdef' });
  await owner.call('pauseEngine', { path: { name: 'preview' } });
  const { id } = await createTask(gateway, 'preview/text-to-image', { prompt: 'Waits' });
  const { engines, storage } = await owner.call('getStatus', {});
  assert.equal(engines.find(({ name }) => name === 'preview')?.queued, 1);
  assert.ok(storage.database_bytes > 0 && storage.free_bytes <= storage.total_bytes);
  const { data } = await owner.call('getAllUsage', { query: { days: 1 } });
  const row = data.find(({ model }) => model === 'preview/text-to-image');
  const { data: tenants } = await owner.call('listTenants', {});
  assert.equal(row?.tenant_name, tenants.find(({ id: one }) => one === row?.tenant)?.name);
  const { data: keys } = await owner.call('listKeys', { path: { id: row?.tenant ?? '' } });
  assert.equal(row?.key_name, keys.find(({ id: one }) => one === row?.key)?.name);
  await clientOf(testKey).cancel(id);
  await owner.call('resumeEngine', { path: { name: 'preview' } });
});
