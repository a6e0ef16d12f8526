/** What becomes of uploads that nobody completes. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createFixtures } from '../../tests/support/store-fixtures.ts';
import { testWorld } from '../../tests/support/world.ts';
import { makeUploadId } from '../core/ids.ts';
import { createUploadSessions, removeLostUploads } from '../core/uploads.ts';
import { openFileBlobs } from '../media/blobs/fs.ts';
import { openPartialFiles } from '../media/blobs/partial-files.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { startUploadSweeper } from './expire-uploads.ts';

const lifetimeMs = 60_000;
const patienceMs = 30_000;

async function open() {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-test-'));
  let now = 1_000_000;
  const store = await openSqliteStore({ directory, randomBytes, now: () => now });
  const world = testWorld({ store, blobs: await openFileBlobs(directory, randomBytes), clock: { now: () => now } });
  const partials = await openPartialFiles(directory);
  return {
    store,
    partials,
    clock: world.clock,
    caller: await createFixtures(randomBytes).tenant(store, 0),
    uploads: createUploadSessions(world, partials, { lifetimeMs }),
    pass(ms: number) {
      now += ms;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const file = { sizeBytes: 10, fileName: undefined };
async function* piece() {
  yield Buffer.from('abc');
}

test('an upload ends at its time, and its bytes go with it', async () => {
  await using world = await open();
  const { store, partials, clock, caller, uploads } = world;
  const first = await uploads.begin(caller, file);
  await uploads.append(caller, first.id, { offset: 0, sizeBytes: undefined, bytes: piece() });
  world.pass(lifetimeMs / 2);
  const second = await uploads.begin(caller, file);
  world.pass(lifetimeMs / 2);
  await assert.rejects(uploads.session(caller, first.id), { code: 'not_found' });
  const late = { offset: 3, sizeBytes: undefined, bytes: piece() };
  await assert.rejects(uploads.append(caller, first.id, late), { code: 'not_found' });
  const errors: unknown[] = [];
  const log = { error: (...told: unknown[]) => errors.push(told) };
  await using _sweeper = startUploadSweeper({ world: { store, clock, partials }, log: log as never });
  for (const end = Date.now() + patienceMs; (await store.uploadSession(undefined, first.id)) !== undefined; ) {
    assert.ok(Date.now() < end, 'it was not swept');
    await delay(10);
  }
  assert.deepEqual(await partials.list(), [second.id]);
  assert.equal((await uploads.session(caller, second.id)).receivedBytes, 0);
  assert.deepEqual(errors, []);
});

test('a start keeps the files of open uploads and removes the rest', async () => {
  await using world = await open();
  const { store, partials, caller, uploads } = world;
  const kept = await uploads.begin(caller, file);
  const lost = makeUploadId(randomBytes);
  await partials.create(lost);
  await removeLostUploads({ store, partials });
  assert.deepEqual(await partials.list(), [kept.id]);
});

test('an upload that is refused leaves no file', async () => {
  await using world = await open();
  const { partials, caller, uploads } = world;
  await assert.rejects(uploads.begin(caller, { ...file, sizeBytes: 2e9 }), { code: 'payload_too_large' });
  await assert.rejects(uploads.begin({ ...caller, tenantId: 'nobody' as never }, file), { code: 'not_found' });
  assert.deepEqual(await partials.list(), []);
});
