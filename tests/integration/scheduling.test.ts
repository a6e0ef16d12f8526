/** Turns, limits, pauses and off-peak work as an owner and a tenant meet them: over HTTP and the command line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WireTenant } from '../../src/dialects/native/admin-wire.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { addMember, askAdmin } from '../support/admin-client.ts';
import { runCommand } from '../support/command.ts';
import { adminKey, type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { finishTask, readTask } from '../support/native-client.ts';

const model = 'vidu/q2/reference-to-image';

let gateway: GatewayProcess;
before(async () => {
  const environment = { FRAMEGATE_PREVIEW_PRICE: 'list', FRAMEGATE_PREVIEW_CONCURRENCY: '3' };
  gateway = await startGatewayProcess({ environment });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
});

type Sender = Pick<GatewayProcess, 'send'>;

async function create(sender: Sender, fields: Record<string, unknown> = {}): Promise<WireTask> {
  const response = await sender.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: { prompt: 'a quiet harbour at dusk' }, ...fields }),
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text) as WireTask;
}

const run = (...argv: string[]) => runCommand(gateway.directory, ...argv);

test('a paused engine keeps its queue, says so, and goes on when it is resumed', async () => {
  assert.match((await run('engines', 'pause', 'preview')).stdout, /^preview +3 +paused since 20/m);
  const waiting = await create(gateway);
  const [member, ...others] = [await addMember(gateway), await addMember(gateway)];
  for (const { tenant } of [member, ...others])
    await askAdmin(gateway, `/tenants/${tenant}/grants`, { amount_micros: 1e6 });
  const second = await create(gateway);
  const single = await create(member);
  assert.deepEqual(
    [waiting, second, single].map(({ queue_position }) => queue_position),
    [1, 2, 2],
  );
  assert.equal((await readTask(gateway, second.id)).queue_position, 3, 'the one of another tenant comes first');
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal((await readTask(gateway, waiting.id)).state, 'queued');
  assert.match((await run('engines', 'resume', 'preview')).stdout, /^preview +3 +on$/m);
  for (const { id } of [waiting, second]) assert.equal((await finishTask(gateway, id)).state, 'succeeded');
  assert.equal((await finishTask(member, single.id)).state, 'succeeded');
  const unknown = await run('engines', 'pause', 'nothing');
  assert.deepEqual([unknown.code, /no engine of this name/.test(unknown.stderr)], [1, true]);
});

test('a key with a limit of one runs its tasks one after the other', async () => {
  const member = await addMember(gateway, { concurrency: 1 });
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: 1e6 });
  assert.match((await run('keys', 'list', member.tenant)).stdout, /read,submit +0 +1 +/);
  const tasks = await Promise.all([create(member), create(member), create(member)]);
  const ends: WireTask[] = [];
  for (const { id } of tasks) ends.push(await finishTask(member, id));
  const spans = ends.map((task) => [Date.parse(task.started_at ?? ''), Date.parse(task.finished_at ?? '')] as const);
  spans.sort(([a], [b]) => a - b);
  for (const [index, [start]] of spans.slice(1).entries()) assert.ok(start >= (spans[index]?.[1] ?? 0), String(spans));
});

test('an off-peak task costs half of what the tenant pays, line by line', async () => {
  const member = await addMember(gateway);
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: 1e6 });
  assert.match((await run('tenants', 'discount', member.tenant, '12.5')).stdout, /pays 12\.5 % less/);
  const task = await create(member, { off_peak: true });
  assert.equal(task.off_peak, true);
  assert.deepEqual(task.cost.lines, [
    { kind: 'price', of: 'task', units: 1, unit_micros: 30_000, amount_micros: 30_000 },
    { kind: 'discount', of: 'tenant', percent: 12.5, amount_micros: -3_750 },
    { kind: 'discount', of: 'off_peak', percent: 50, amount_micros: -13_125 },
  ]);
  const end = await finishTask(member, task.id);
  assert.deepEqual([end.state, end.cost.captured_micros], ['succeeded', 13_125]);
  const { balance_micros: balance } = await askAdmin<WireTenant>(gateway, `/tenants/${member.tenant}`);
  assert.equal(balance, 1_000_000 - 13_125);
  assert.equal((await run('reconcile')).code, 0);
});

test('what is out of range is refused by name', async () => {
  const send = (path: string, method: string, body: unknown) =>
    fetch(`${gateway.url}/v1/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { tenant } = await addMember(gateway);
  const refusals = [
    [`/tenants/${tenant}`, 'PATCH', { discount_percent: 101 }, /discount_percent/],
    [`/tenants/${tenant}`, 'PATCH', { discount_percent: 0.001 }, /discount_percent/],
    [`/tenants/${tenant}/keys`, 'POST', { name: 'a', concurrency: 0 }, /concurrency/],
  ] as const;
  for (const [path, method, body, field] of refusals) {
    const response = await send(path, method, body);
    assert.equal(response.status, 422);
    assert.match(await response.text(), field);
  }
  const task = await gateway.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: { prompt: 'a' }, off_peak: 'yes' }),
  });
  assert.equal(task.status, 422);
});
