/** What is erased leaves no byte in the store's files, however its rows were moved between pages before. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createFixtures, seededBytes, startTime } from '../../tests/support/store-fixtures.ts';
import { findTraces } from '../../tests/support/traces.ts';
import { makeDeliveryId, type TaskId } from '../core/ids.ts';
import type { Label } from '../core/marks.ts';
import { wholeCharge } from '../core/price.ts';
import type { Store } from '../core/store-port.ts';
import { isFinal } from '../core/task.ts';
import * as moves from '../core/task-moves.ts';
import type { Caller } from '../core/tenant.ts';
import { unusedSpans } from './scrub.ts';
import { openSqliteStore } from './sqlite.ts';

const randomBytes = seededBytes(7);
const fixtures = createFixtures(randomBytes);
const now = () => startTime;

async function inStore(work: (store: Store, directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-erasure-'));
  try {
    await using store = await openSqliteStore({ directory, randomBytes, now });
    await work(store, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const signal = new AbortController().signal;

/** A label with the mark in one of its fields. */
const labelOf = (mark: string): Label => ({
  Label: '1',
  ContentProducer: mark,
  ProduceID: '',
  ReservedCode1: '',
  ContentPropagator: '',
  PropagateID: '',
  ReservedCode2: '',
});

/** Tasks of texts that grow while they live, so that SQLite moves rows about. Some stay queued. */
async function busyLife(store: Store, caller: Caller, mark: string, tasks: number): Promise<TaskId[]> {
  const made = await Promise.all(
    Array.from({ length: tasks }, async (_none, index) => {
      const long = 'x'.repeat(index % 20 === 0 ? 6_000 : 10 + ((index * 37) % 300));
      const url = `https://${mark}.example/${index}`;
      const task = await fixtures.task(store, caller, {
        input: { prompt: `${mark} ${long} ${mark}` },
        metadata: { note: `${mark} ${long}` },
        call: { payload: `${mark} ${long}` },
        warnings: [`${mark} is ${long}`],
        marks: { label: labelOf(mark), isVisible: false, isUnmarkedKept: false },
        wireId: `${mark}-${index}-${makeDeliveryId(randomBytes)}`,
        webhook: { url, events: ['task.succeeded'] },
        idempotency: { route: 'POST /v1/tasks', key: `${mark} ${index}`, fingerprint: 'f' },
      });
      await store.keepAnswer(
        caller.tenantId,
        { route: 'POST /v1/tasks', key: `${mark} ${index}`, fingerprint: 'f' },
        { status: 201, headers: {}, body: `${mark} ${long}` },
      );
      await store.insertEndpointSecret({ tenantId: caller.tenantId, url, sealed: mark, createdAt: startTime });
      if (index % 10 === 9) return task;
      const { task: running, attempt } = await fixtures.begun(store, task);
      const started = moves.attemptStarted(running, attempt, { upstream: `${mark} ${long}` }, startTime);
      assert.ok(await store.commit(started));
      const metadata = { said: `${mark} ${long}`.repeat(1 + (index % 3)) };
      const [last] = started.attempts;
      assert.ok(last);
      const artifact = fixtures.artifact(caller.tenantId, { fileName: `${mark}.png` });
      const output = { artifactIds: [artifact.id], metadata };
      const end = moves.succeed(started.task, last, output, [artifact], wholeCharge(started.task), startTime);
      assert.ok(await store.commit(end));
      return end.task;
    }),
  );
  return made.map(({ id }) => id);
}

test('rows that SQLite moved leave no trace once they are erased; others keep every byte', async () => {
  await inStore(async (store, directory) => {
    const gone = await fixtures.tenant(store, 1_000);
    const stays = await fixtures.tenant(store, 1_000);
    const [ids, kept] = await Promise.all([
      busyLife(store, gone, 'MARK-GONE', 1_500),
      busyLife(store, stays, 'MARK-STAYS', 1_500),
    ]);
    const before = await Promise.all(kept.map((id) => store.task(stays.tenantId, id)));
    assert.notEqual((await findTraces(directory, ['MARK-GONE'])).length, 0);
    await store.grant(gone.tenantId, 5 as never, 'MARK-GONE is what it is for');
    for (const id of ids) {
      const task = await store.anyTask(id);
      const change = task && moves.cancel(task, startTime);
      if (change !== undefined) assert.ok(await store.commit({ ...change, task: { ...change.task, webhook: null } }));
    }
    assert.ok(await store.eraseTenant(gone.tenantId, startTime));
    assert.ok(await store.eraseTenant(gone.tenantId, startTime), 'twice is once');
    const [erasure] = await store.erasures();
    assert.equal(erasure?.tenantId, gone.tenantId);
    while (!(await store.eraseNext(erasure)).isDone);
    await store.scrub({ signal });
    assert.deepEqual(await findTraces(directory, ['MARK-GONE']), []);
    // What the writer held in memory must not bring anything back.
    await busyLife(store, stays, 'MARK-STAYS-TOO', 200);
    assert.deepEqual(await findTraces(directory, ['MARK-GONE']), []);
    const after = await Promise.all(kept.map((id) => store.task(stays.tenantId, id)));
    assert.deepEqual(after, before);
    assert.ok(after.every((task) => task !== undefined));
    for (const id of ids) assert.equal(await store.anyTask(id), undefined);
    assert.deepEqual((await store.reconcile()).differences, []);
    assert.equal((await store.blobRemovals()).length > 0, true);
    await assert.rejects(fixtures.task(store, gone), { code: 'not_found' });
    await assert.rejects(store.grant(gone.tenantId, 5 as never, ''), { code: 'not_found' });
    await store.finishErasures(await store.erasures());
    assert.deepEqual(await store.erasures(), []);
    const copy = join(directory, 'copy.db');
    await store.scrub({ signal });
    copyFileSync(join(directory, 'framegate.db'), copy);
    using database = new DatabaseSync(copy);
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  });
});

test('one task: only a final one, only by its owner, and its uploads only when no open task needs them', async () => {
  await inStore(async (store, directory) => {
    const owner = await fixtures.tenant(store, 1_000);
    const other = await fixtures.tenant(store);
    const upload = fixtures.artifact(owner.tenantId, { role: 'upload' });
    await store.insertArtifact(upload);
    const media = [{ field: 'images', index: 0, source: { artifactId: upload.id } }];
    const erase = (id: TaskId, tenantId = owner.tenantId) => store.eraseTask(tenantId, id, startTime);
    const first = await fixtures.task(store, owner, { media, input: { prompt: 'MARK-FIRST' } });
    const second = await fixtures.task(store, owner, { media, input: { prompt: 'MARK-SECOND' } });
    assert.equal(await erase(first.id), 'unfinished');
    assert.equal(await erase(first.id, other.tenantId), 'unknown');
    for (const task of [first, second]) {
      const change = moves.cancel(task, startTime);
      assert.ok(change && isFinal(change.task.state));
      if (task === first) {
        assert.ok(await store.commit(change));
        assert.equal(await erase(task.id), 'erased');
        assert.ok(await store.artifact(owner.tenantId, upload.id), 'the second still needs it');
      } else {
        assert.ok(await store.commit(change));
        assert.equal(await erase(task.id), 'erased');
        assert.equal(await store.artifact(owner.tenantId, upload.id), undefined);
      }
    }
    assert.deepEqual(await store.blobRemovals(), [upload.blobKey]);
    assert.equal(await erase(first.id), 'erased');
    assert.equal(await erase(first.id, other.tenantId), 'unknown');
    assert.equal(await store.task(owner.tenantId, first.id), undefined);
    assert.deepEqual(await store.tasks({ tenantId: owner.tenantId, limit: 10 }), []);
    await store.scrub({ signal });
    assert.deepEqual(await findTraces(directory, ['MARK-FIRST', 'MARK-SECOND']), []);
    assert.deepEqual((await store.reconcile()).differences, []);
  });
});

test('more files than one batch takes go in one go', async () => {
  await inStore(async (store) => {
    const owner = await fixtures.tenant(store);
    const uploads = Array.from({ length: 250 }, () => fixtures.artifact(owner.tenantId, { role: 'upload' }));
    await Promise.all(uploads.map((upload) => store.insertArtifact(upload)));
    await store.eraseTenant(owner.tenantId, startTime);
    const [erasure] = await store.erasures();
    assert.ok(erasure);
    const counts: number[] = [];
    for (let isDone = false; !isDone; ) {
      const batch = await store.eraseNext(erasure);
      counts.push(batch.count);
      isDone = batch.isDone;
    }
    assert.deepEqual(counts, [100, 100, 50]);
    await assert.rejects(store.insertArtifact(fixtures.artifact(owner.tenantId)), { code: 'not_found' });
  });
});

test('payloads that outlived their time go, and the task with its results and its cost stays', async () => {
  await inStore(async (store, directory) => {
    const owner = await fixtures.tenant(store, 1_000);
    const [id] = await busyLife(store, owner, 'MARK-OLD', 1);
    assert.ok(id);
    assert.equal(await store.expirePayloads(startTime, 10), 0, 'not before its time');
    assert.equal(await store.expirePayloads(startTime + 1, 10), 1);
    assert.equal(await store.expirePayloads(startTime + 1, 10), 0);
    const task = await store.task(owner.tenantId, id);
    assert.deepEqual(task?.input, {});
    assert.equal(task?.output?.artifactIds.length, 1);
    assert.deepEqual(task?.output?.metadata, {});
    assert.equal((await store.erasures()).length, 1);
    await store.scrub({ signal });
    const left = await findTraces(directory, ['MARK-OLD xxx']);
    assert.deepEqual(left, []);
  });
});

test('a reader that holds an old moment gives way to a scrub', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-erasure-'));
  let time = startTime;
  try {
    // Each look at the clock is a second later, so that the scrub's patience ends at once.
    await using store = await openSqliteStore({ directory, randomBytes, now: () => (time += 1_000) });
    const owner = await fixtures.tenant(store, 1_000);
    await busyLife(store, owner, 'MARK', 600);
    const held = store.reconcile({ pauseMs: 60_000 }).then(
      () => 'ended',
      (error: { code: string }) => error.code,
    );
    await store.grant(owner.tenantId, 5 as never, 'so that the log holds something that the reader does not see');
    await store.scrub({ signal: AbortSignal.timeout(60_000) });
    assert.equal(await held, 'overloaded');
    assert.deepEqual((await store.reconcile()).differences, []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('only bytes that the format calls unused are named', () => {
  const page = Buffer.alloc(4096, 7);
  assert.deepEqual(unusedSpans(Buffer.alloc(4096), false), []);
  // A leaf table page of one cell of 96 bytes at the end, and a free block of 50 before it.
  page.set([13, 0x0f, 0x00, 0, 1, 0x0f, 0x00, 0, 0x0f, 0xa0]);
  page.writeUInt16BE(3840, 1);
  page.writeUInt16BE(3840, 5);
  page.writeUInt16BE(0, 3840);
  page.writeUInt16BE(50, 3842);
  assert.deepEqual(unusedSpans(page, false), [
    [10, 3840],
    [3844, 3890],
  ]);
  page.writeUInt16BE(4095, 3840);
  assert.deepEqual(unusedSpans(page, false), [], 'a chain that leads out of the page is not one');
});
