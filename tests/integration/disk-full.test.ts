/**
 * The data directory of a real server fills up under load. What it cannot keep it refuses, what it accepted it keeps, and
 * once there is room again all goes on by itself.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal } from '../../src/core/task.ts';
import type { WireReconciliation } from '../../src/dialects/native/admin-wire.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { askAdmin } from '../support/admin-client.ts';
import { checkStore, type JournalEntry } from '../support/checker.ts';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { createTask, downloadFile, finishTask, readTask, uploadFile } from '../support/native-client.ts';
import { photoDataUri, readPhoto } from '../support/photos.ts';

const picture = 'vidu/q2/reference-to-image';
const film = 'vidu/q2-pro/image-to-video';
const json = { 'content-type': 'application/json' };
/** The promise is 10 s; what is asserted is ten times that. */
const recoveryMs = 100_000;
/** Renders write their files in the same directory. */
const ballastBytes = 40 * 1024 * 1024;

function mountSmallDisk(path: string): Disposable {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('This test mounts a small tmpfs: run it as root, with CAP_SYS_ADMIN in a container.', {
      cause: error,
    });
  }
  // Lazily: a process that was just killed may hold it for a moment.
  return { [Symbol.dispose]: () => execFileSync('umount', ['--lazy', path]) };
}

type Refusal = { readonly status: number; readonly body: string };
/** An id that was acknowledged, or how it was refused. */
type Outcome = { readonly taskId: string } | Refusal;

let keys = 0;
async function submit(gateway: GatewayProcess, path: string, body: object): Promise<Outcome & { key: string }> {
  keys += 1;
  const key = `key-${keys}`;
  const headers = { ...json, 'idempotency-key': key };
  const response = await gateway.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) return { key, status: response.status, body: text };
  const { id, request_id: wireId } = JSON.parse(text) as { id?: string; request_id?: string };
  if (id !== undefined) return { key, taskId: id };
  const task = (await (await gateway.send(`/v1/tasks/${wireId}`)).json()) as WireTask;
  return { key, taskId: task.id };
}

const wordy = 'a quiet lake '.repeat(100);
const native = (gateway: GatewayProcess, images: string[] = []) =>
  submit(gateway, '/v1/tasks', { model: picture, input: { prompt: wordy, ...(images.length > 0 ? { images } : {}) } });
const runcomfy = (gateway: GatewayProcess, images: string[] = []) =>
  submit(gateway, `/v1/models/${picture}`, { prompt: wordy, ...(images.length > 0 ? { images } : {}) });

function assertRefusals(refusals: readonly Refusal[], pattern: RegExp): void {
  assert.ok(refusals.length > 0);
  for (const { status, body } of refusals) {
    assert.equal(status, 507, body);
    assert.match(body, pattern);
  }
}

test('a full disk refuses by name, loses nothing that was acknowledged, and is over by itself', async (context) => {
  const directory = await makeDirectory();
  try {
    using _disk = mountSmallDisk(directory);
    const ballast = join(directory, 'ballast');
    await writeFile(ballast, new Uint8Array(ballastBytes));
    const environment = { FRAMEGATE_PREVIEW_PRICE: 'list', FRAMEGATE_PREVIEW_CONCURRENCY: '1' };
    await using gateway = await startGatewayProcess({ directory, environment });
    const journal: JournalEntry[] = [];
    const refused: Record<'native' | 'runcomfy', Refusal[]> = { native: [], runcomfy: [] };
    const note = (dialect: keyof typeof refused, outcome: Outcome & { key: string }): boolean => {
      if ('taskId' in outcome) journal.push(outcome);
      else refused[dialect].push(outcome);
      return 'taskId' in outcome;
    };

    // A film is on its way while the disk fills up.
    const photo = await uploadFile(gateway, readPhoto('chelsea.png'));
    const running = await createTask(gateway, film, { images: [photo.id], prompt: 'slowly closer' });
    journal.push({ key: 'film', taskId: running.id });
    const uploads: string[] = [];
    for (let isFull = false; !isFull; ) {
      const response = await gateway.send('/v1/uploads', {
        method: 'POST',
        body: Buffer.from(readPhoto('astronaut.png')),
      });
      const text = await response.text();
      if (response.ok) uploads.push((JSON.parse(text) as { id: string }).id);
      else refused.native.push({ status: response.status, body: text });
      isFull = !response.ok;
      if (uploads.length % 10 === 0) note('native', await native(gateway, [photoDataUri('chelsea.png')]));
    }
    // What is left goes to rows; the renders that run now and then give some room back.
    for (let round = 0, misses = 0; misses < 10 && round < 500; round += 1) {
      const images = round % 2 === 0 ? [photoDataUri('chelsea.png')] : [];
      const isKept = [note('native', await native(gateway, images)), note('runcomfy', await runcomfy(gateway, images))];
      misses = isKept.includes(true) ? 0 : misses + 1;
    }
    const fullSince = performance.now();
    while (performance.now() - fullSince < 8_000) {
      note('native', await native(gateway));
      note('runcomfy', await runcomfy(gateway, [photoDataUri('chelsea.png')]));
      for (const { taskId } of journal.slice(-5)) {
        assert.equal((await gateway.send(`/v1/tasks/${taskId}`)).status, 200, 'polls are answered');
      }
      assert.equal((await gateway.send('/healthz')).status, 200);
      await delay(100);
    }
    assertRefusals(refused.native, /"code":"storage_full"/);
    assertRefusals(refused.runcomfy, /"error_code":507\d{3}/);
    for (const { taskId } of journal) await readTask(gateway, taskId);
    context.diagnostic(`${journal.length} accepted, ${refused.native.length + refused.runcomfy.length} refused`);

    const states = async () =>
      Object.groupBy(await Promise.all(journal.map(({ taskId }) => readTask(gateway, taskId))), ({ state }) => state);
    const atFull = await states();
    context.diagnostic(`at full: ${Object.entries(atFull).map(([state, tasks]) => `${tasks?.length} ${state}`)}`);
    assert.deepEqual(
      atFull.failed?.map(({ error }) => error),
      undefined,
      'a full disk fails no task',
    );

    await rm(ballast);
    const freedAt = performance.now();
    while (!note('native', await native(gateway))) {
      assert.ok(performance.now() - freedAt < recoveryMs, 'submits are taken again');
      await delay(50);
    }
    const submitMs = performance.now() - freedAt;
    const before = (atFull.succeeded ?? []).length;
    while (((await states()).succeeded ?? []).length <= before) {
      assert.ok(performance.now() - freedAt < recoveryMs, 'tasks are finished again');
      await delay(50);
    }
    const finishMs = performance.now() - freedAt;
    context.diagnostic(`submits after ${Math.round(submitMs)} ms, a task finished after ${Math.round(finishMs)} ms`);

    // Few are rendered to their end; the others only took room.
    for (const { taskId } of journal.slice(6)) await gateway.send(`/v1/tasks/${taskId}/cancel`, { method: 'POST' });
    for (const { taskId } of journal) {
      const task = await finishTask(gateway, taskId);
      assert.ok(isFinal(task.state));
      assert.notEqual(task.state, 'failed', JSON.stringify(task.error));
      if (task.state === 'succeeded') assert.ok((await downloadFile(task)).length > 0);
    }
    // A refused request may have its task all the same, when only its answer could not be kept: its repeat would get it.
    const open = (await (await gateway.send('/v1/tasks?state=queued,running')).json()) as { data: WireTask[] };
    for (const { id } of open.data) {
      await gateway.send(`/v1/tasks/${id}/cancel`, { method: 'POST' });
      await finishTask(gateway, id);
    }
    for (const id of uploads) assert.equal((await gateway.send(`/v1/artifacts/${id}`)).status, 200);
    assert.deepEqual((await askAdmin<WireReconciliation>(gateway, '/reconcile', {})).differences, []);
    const errors = gateway.output.stderr.split('\n').filter((line) => line.includes('"level":50'));
    context.diagnostic(`${errors.length} errors in the log`);
    assert.ok(errors.length < 100, 'a full disk does not fill the log');
    assert.equal(await gateway.stop(), 0);
    const findings = checkStore(directory, { clients: journal, upstream: [], receiver: [] }).filter(
      ({ kind }) => kind !== 'ghost',
    );
    assert.deepEqual(findings, []);
  } finally {
    await removeDirectory(directory);
  }
});
