/** Deleting tasks and tenants of a real server under load: within a minute no file of it holds a byte of the content. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { WireEntry, WireReconciliation } from '../../src/dialects/native/admin-wire.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { addMember, askAdmin, type Member } from '../support/admin-client.ts';
import {
  adminKey,
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  spawnFramegate,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { downloadFile, finishTask } from '../support/native-client.ts';
import { photoDataUri, readPhoto } from '../support/photos.ts';
import { startReceiver } from '../support/receiver.ts';
import { findTraces } from '../support/traces.ts';

const picture = 'vidu/q2/reference-to-image';
const film = 'vidu/q2-pro/image-to-video';
/** The promise is 60 s; what is asserted is ten times that. */
const promisedMs = 600_000;
const json = { 'content-type': 'application/json' };
const environment = { FRAMEGATE_PREVIEW_PRICE: 'list', FRAMEGATE_PREVIEW_CONCURRENCY: '1' };

/** Bytes from the middle of a file: no other file has them. */
const middle = (bytes: Buffer) => bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 64);

async function submit(
  member: Member,
  mark: string,
  more: { model?: string; images?: string[]; webhook?: object } = {},
): Promise<WireTask> {
  const { model = picture, webhook, ...media } = more;
  const body = JSON.stringify({
    model,
    input: { prompt: `${mark} stands in a desert`, ...media },
    ...(webhook === undefined ? {} : { webhook }),
  });
  const headers = { ...json, 'idempotency-key': `${mark} ${Math.random()}` };
  const response = await member.send('/v1/tasks', { method: 'POST', headers, body });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text) as WireTask;
}

async function richMember(gateway: GatewayProcess): Promise<Member> {
  const member = await addMember(gateway);
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: 100_000_000, note: 'MARK-NOTE' });
  return member;
}

/** Other tenants write on, all the time. */
function load(member: Member): AsyncDisposable {
  let isOver = false;
  const work = (async () => {
    while (!isOver) {
      const { id } = await submit(member, 'others');
      await member.send(`/v1/tasks/${id}/cancel`, { method: 'POST' });
      await delay(5);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await work;
    },
  };
}

/** Answers how long it took, in milliseconds. */
async function untilNoTrace(directory: string, marks: readonly (string | Uint8Array)[]): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const found = await findTraces(directory, marks);
    const tookMs = Math.round(performance.now() - begun);
    if (found.length === 0) return tookMs;
    assert.ok(tookMs < promisedMs, found.join('\n'));
    await delay(200);
  }
}

const reconcile = (gateway: GatewayProcess) => askAdmin<WireReconciliation>(gateway, '/reconcile', {});

async function deleteTenant(gateway: GatewayProcess, id: string): Promise<number> {
  const headers = { authorization: `Bearer ${adminKey}` };
  return (await fetch(`${gateway.url}/v1/admin/tenants/${id}`, { method: 'DELETE', headers })).status;
}

test('a deleted task is gone for readers at once, and from every file while others write', async (context) => {
  await using receiver = await startReceiver((response, before) =>
    response.writeHead(200).end(before === 0 ? readPhoto('coffee.png') : 'MARK-ANSWER'),
  );
  await using gateway = await startGatewayProcess({
    environment: { ...environment, FRAMEGATE_ALLOW_FETCH: receiver.door, FRAMEGATE_RETENTION_OUTPUTS_DAYS: '1' },
  });
  const [member, other] = [await richMember(gateway), await richMember(gateway)];
  await using _load = load(other);
  const upload = await member.send('/v1/uploads', { method: 'POST', body: readPhoto('astronaut.png') });
  const { id: uploaded } = (await upload.json()) as { id: string };
  const task = await submit(member, 'MARK-PROMPT', {
    images: [`${receiver.url}/MARK-INPUT`, photoDataUri('chelsea.png'), uploaded],
    webhook: { url: `${receiver.url}/MARK-URL` },
  });
  const path = `/v1/tasks/${task.id}`;
  assert.equal((await member.send(path, { method: 'DELETE' })).status, 409, 'not while it may still run');
  const done = await finishTask(member, task.id);
  assert.equal(done.state, 'succeeded', JSON.stringify(done.error));
  await receiver.count(2);
  const photos = [
    readPhoto('chelsea.png'),
    readPhoto('coffee.png'),
    readPhoto('astronaut.png'),
    await downloadFile(done),
  ].map(middle);
  // The endpoint and its secret are the tenant's, not the task's.
  const marks = ['MARK-PROMPT', 'MARK-INPUT', 'MARK-ANSWER', ...photos];
  const outlines = join(gateway.directory, 'scratch/preview/.analyses');
  assert.ok(existsSync(outlines), 'what was found in the pictures is kept for the next film');
  const seen = (await findTraces(gateway.directory, marks)).join('\n');
  for (const mark of ['MARK-PROMPT', 'MARK-INPUT', 'MARK-ANSWER']) assert.ok(seen.includes(mark), seen);
  assert.ok(seen.split('blobs').length > 4, seen);

  const [file] = done.output?.files ?? [];
  assert.ok(file?.expires_at, 'results have the lifetime of the setting');
  // Somebody is in the middle of a download.
  const reader = (await fetch(file.url)).body?.getReader();
  assert.ok(reader);
  let downloaded = (await reader.read()).value?.byteLength ?? 0;

  assert.equal((await other.send(path, { method: 'DELETE' })).status, 404);
  assert.equal((await member.send(path, { method: 'DELETE' })).status, 204);
  for (const gone of [path, `${path}/events`, `/v1/artifacts/${uploaded}`]) {
    assert.equal((await member.send(gone)).status, 404, gone);
  }
  assert.equal((await fetch(file.url)).status, 404);
  const { data } = (await (await member.send('/v1/tasks')).json()) as { data: unknown[] };
  assert.deepEqual(data, []);
  const deliveries = (await (await member.send('/v1/deliveries')).json()) as { data: unknown[] };
  assert.deepEqual(deliveries.data, []);
  assert.equal((await member.send(path, { method: 'DELETE' })).status, 204, 'again');
  context.diagnostic(`no trace after ${await untilNoTrace(gateway.directory, marks)} ms`);
  assert.ok(!existsSync(outlines), 'no outline of anybody in them is left');
  for (let part = await reader.read(); !part.done; part = await reader.read()) downloaded += part.value.byteLength;
  assert.equal(downloaded, file.size_bytes, 'the download that ran has ended well');
  const ledger = await askAdmin<{ data: WireEntry[] }>(gateway, `/tenants/${member.tenant}/ledger`);
  assert.deepEqual(
    ledger.data.map(({ kind, task: of }) => [kind, of]),
    [
      ['capture', task.id],
      ['reserve', task.id],
      ['grant', null],
    ],
  );
  assert.deepEqual((await reconcile(gateway)).differences, []);
});

test('a deleted tenant: keys dead, queue released, what runs stopped, and no trace; also after kill -9', async (context) => {
  const directory = await makeDirectory();
  try {
    await using receiver = await startReceiver((response) => response.writeHead(503).end('MARK-ANSWER'));
    const settings = { ...environment, FRAMEGATE_ALLOW_FETCH: receiver.door };
    const marks: (string | Uint8Array)[] = ['MARK-PROMPT', 'MARK-URL', 'MARK-ANSWER', 'MARK-NOTE'];
    const lost = 'ab'.repeat(16);
    let killed: Member;
    {
      await using gateway = await startGatewayProcess({ directory, environment: settings });
      const [first, second, other] = [await richMember(gateway), await richMember(gateway), await addMember(gateway)];
      await askAdmin(gateway, `/tenants/${other.tenant}/grants`, { amount_micros: 100_000_000 });
      killed = second;
      const webhook = { url: `${receiver.url}/MARK-URL`, events: ['task.queued', 'task.succeeded', 'task.canceled'] };
      for (const member of [first, second]) {
        const done = await finishTask(member, (await submit(member, 'MARK-PROMPT', { webhook })).id);
        marks.push(middle(await downloadFile(done)));
      }
      marks.push(middle(readPhoto('chelsea.png')));
      const running = await submit(first, 'MARK-PROMPT', {
        model: film,
        images: [photoDataUri('chelsea.png')],
        webhook,
      });
      for (let count = 0; count < 20; count += 1) await submit(first, 'MARK-PROMPT', { webhook });
      await submit(second, 'MARK-PROMPT', { images: [photoDataUri('chelsea.png')], webhook });
      const wanted = () =>
        first.send(`/v1/tasks/${running.id}`).then((response) => response.json() as Promise<WireTask>);
      while ((await wanted()).state !== 'running') await delay(50);
      await receiver.count(3);
      const others = load(other);

      const child = spawnFramegate(['tenants', 'delete', first.tenant], { FRAMEGATE_DATA: directory });
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 0);
      assert.equal((await first.send('/v1/tasks')).status, 401);
      assert.equal(await deleteTenant(gateway, first.tenant), 204, 'again');
      assert.equal(await deleteTenant(gateway, `tenant_${'0'.repeat(22)}`), 404);
      const { data } = await askAdmin<{ data: { id: string; name: string }[] }>(gateway, '/tenants');
      assert.ok(!data.some(({ id }) => id === first.tenant));
      assert.equal(await deleteTenant(gateway, data[0]?.id ?? ''), 409, 'the first stays');
      await others[Symbol.asyncDispose]();
      // The other tenant has the same marks, and goes in the middle of a kill.
      assert.equal(await deleteTenant(gateway, second.tenant), 204);
      await gateway.stop('SIGKILL');
      // As if killed between a file and its record.
      await mkdir(join(directory, 'blobs', lost.slice(0, 2)), { recursive: true });
      await writeFile(join(directory, 'blobs', lost.slice(0, 2), lost.slice(2)), 'MARK-LOST');
      marks.push('MARK-LOST');
    }
    await using gateway = await startGatewayProcess({ directory, environment: settings });
    context.diagnostic(`no trace after ${await untilNoTrace(directory, marks)} ms`);
    const headers = { authorization: `Bearer ${killed.key}` };
    assert.equal((await fetch(`${gateway.url}/v1/tasks`, { headers })).status, 401);
    const { tasks } = await askAdmin<{ tasks: Record<string, number> }>(gateway, '/status');
    assert.equal((tasks.queued ?? 0) + (tasks.running ?? 0), 0, 'what was queued is canceled, what ran is stopped');
    assert.deepEqual((await reconcile(gateway)).differences, []);
  } finally {
    await removeDirectory(directory);
  }
});
