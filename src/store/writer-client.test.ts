/** The writer: what shares a transaction, what one bad write does to the others, and what is left when it breaks. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { createFixtures } from '../../tests/support/store-fixtures.ts';
import { makeTenantId, type TenantId } from '../core/ids.ts';
import type { Artifact } from '../core/media.ts';
import { databaseFile } from './connection.ts';
import { encodeArtifact, encodeKey } from './rows.ts';
import { openSqliteStore } from './sqlite.ts';
import { startWriter, type Writer } from './writer-client.ts';

const fixtures = createFixtures(randomBytes);

type Opened = AsyncDisposable & { readonly writer: Writer; readonly tenantId: TenantId; count(): number };

async function openWriterOnly(): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-writer-'));
  const writer = await startWriter({ directory });
  const tenantId = makeTenantId(randomBytes);
  const key = encodeKey(fixtures.key(tenantId));
  await writer.write({ kind: 'insertTenant', tenant: [tenantId, 'somebody', 0, 0, 0], key, grant: null });
  return {
    writer,
    tenantId,
    count() {
      using side = new DatabaseSync(join(directory, databaseFile), { readOnly: true });
      return Number(side.prepare('SELECT count(*) AS count FROM artifact').get()?.count);
    },
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

function insert(writer: Writer, artifact: Artifact): Promise<null> {
  return writer.write({ kind: 'insertArtifact', artifact: encodeArtifact(artifact) });
}

test('writers who come together share a transaction', async () => {
  await using opened = await openWriterOnly();
  const { writer, tenantId } = opened;
  const before = writer.transactions();
  const first = insert(writer, fixtures.artifact(tenantId));
  await Promise.resolve();
  // The first is on its way alone; all these come while it is.
  const others = Array.from({ length: 500 }, () => insert(writer, fixtures.artifact(tenantId)));
  await Promise.all([first, ...others]);
  assert.equal(writer.transactions() - before, 2);
  assert.equal(opened.count(), 501);
});

test('one bad write in a batch fails alone', async () => {
  await using opened = await openWriterOnly();
  const { writer, tenantId } = opened;
  const artifacts = Array.from({ length: 20 }, () => fixtures.artifact(tenantId));
  const bad = { ...fixtures.artifact(tenantId), role: 'nonsense' as never };
  const twin = { ...fixtures.artifact(tenantId), token: (artifacts[0] as Artifact).token };
  const answers = await Promise.allSettled([...artifacts, bad, twin].map((artifact) => insert(writer, artifact)));
  const codes = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'ok'));
  assert.deepEqual(codes, [...artifacts.map(() => 'ok'), 'internal', 'conflict']);
  assert.equal(opened.count(), 20);
});

test('more than one batch can hold is written all the same', async () => {
  await using opened = await openWriterOnly();
  const { writer, tenantId } = opened;
  await Promise.all(Array.from({ length: 2500 }, () => insert(writer, fixtures.artifact(tenantId))));
  assert.equal(opened.count(), 2500);
});

test('when the thread breaks, every write is refused, then and later', async () => {
  await using opened = await openWriterOnly();
  const { writer, tenantId } = opened;
  const pending = Array.from({ length: 3 }, () => insert(writer, fixtures.artifact(tenantId)));
  const settled = Promise.allSettled(pending);
  await writer.terminate();
  const broken = { code: 'internal', message: /thread that writes the store has ended/ };
  // What was on its way may have been committed before the thread ended, and then says so; nothing may stay open.
  for (const answer of await settled) if (answer.status === 'rejected') assert.equal(answer.reason.code, 'internal');
  await assert.rejects(insert(writer, fixtures.artifact(tenantId)), broken);
});

/** A file system of 2 MiB; undefined where this process may not mount one. */
function smallDisk(context: TestContext): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'framegate-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  context.after(() => {
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true });
  });
  return path;
}

test('a full disk refuses writes, loses nothing, and is over when there is room again', async (context) => {
  const directory = smallDisk(context);
  if (directory === undefined) return context.skip('this process may not mount a small file system');
  await using store = await openSqliteStore({ directory, randomBytes });
  const caller = await fixtures.tenant(store);
  const kept = [await fixtures.task(store, caller)];
  const ballast = join(directory, 'ballast');
  assert.throws(() => writeFileSync(ballast, Buffer.alloc(4 << 20)), { code: 'ENOSPC' });
  for (let round = 0; round < 3; round += 1) {
    const input = { prompt: 'x'.repeat(200_000) };
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => fixtures.task(store, caller, { input })));
    for (const answer of answers) {
      if (answer.status === 'fulfilled') kept.push(answer.value);
      else assert.equal(answer.reason.code, 'storage_full');
    }
    assert.ok(answers.some(({ status }) => status === 'rejected'));
    assert.deepEqual((await store.counts()).queued, kept.length, 'reads go on');
  }
  rmSync(ballast);
  kept.push(await fixtures.task(store, caller));
  for (const task of kept) assert.deepEqual(await store.anyTask(task.id), task);
  assert.equal((await store.counts()).queued, kept.length);
});
